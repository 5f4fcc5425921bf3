"""Targets: a fixed number, or figures over a form in which somebody wrote what shall be reached."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engines.query import Dimension, Order
from engines.report.asking import Asker, figures
from engines.report.options import MeasureOptions, TargetOptions

_MOST = 1_000


def target_of(asker: Asker, options: TargetOptions) -> Decimal | int | None:
    """Return the one target."""
    if options.form is None:
        return options.value
    found: Decimal | int | None = _rows(asker, options, ())[()]
    return found


def targets_by(asker: Asker, options: TargetOptions) -> dict[Any, Decimal | int]:
    """Return the target of each group; a fixed one is everybody's."""
    if options.form is None or options.by is None:
        return {}
    rows = _rows(asker, options, (Dimension(options.by),))
    return {key[0]: value for key, value in rows.items()}


def _rows(asker: Asker, options: TargetOptions, dimensions: tuple[Dimension, ...]) -> dict[Any, Any]:
    question = asker.question(str(options.form), options.where, None)
    measure = MeasureOptions(function=options.function, field=options.field)
    rows = question.rows(dimensions, [measure], _MOST, Order.largest)
    return {tuple(row[each.key] for each in dimensions): figures(row, [measure])[0] for row in rows}
