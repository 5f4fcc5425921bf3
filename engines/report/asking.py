"""Questions of widgets, asked through the one read path with the rights of whoever looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from engines.access import Access
from engines.expression import Node, conjoin, parse
from engines.form import AppModel, FormModel
from engines.query import Aggregate, Dimension, Measure, Order, Passage, Passed
from engines.report.answer import Door, Head
from engines.report.options import GroupOptions, MeasureOptions, PeriodOptions
from engines.report.period import days_of, within
from engines.store import reading
from engines.store.reading.standing import filled, standing
from engines.store.store import Store

_ORDERS = {"largest": Order.largest, "smallest": Order.smallest, "value": Order.first, None: Order.largest}
# No list holds as many records as these say: values that differ, and a part of a whole.
_OF_OTHERS = {"distinct", "share"}
Row = dict[str, Any]


@dataclass(frozen=True)
class Asker:
    """One viewer of one app on one snapshot."""

    store: Store
    conn: sa.Connection
    app: AppModel
    access: Access

    @cached_property
    def today(self) -> date:
        """Return the day it is in the zone of the app."""
        return self.store.context(self.app, self.access).today

    def question(self, form: str, where: str | None, period: PeriodOptions | None) -> Question:
        """Begin to ask about the records of a form."""
        nodes = [] if where is None else [parse(where)]
        if period is not None:
            nodes.append(within(period.field, days_of(period.span, self.today)))
        return Question(self, self.app.form(form), conjoin(*nodes) if nodes else None)


@dataclass(frozen=True)
class Question:
    """Some records of a form; everything a widget shows is asked under the same condition."""

    asker: Asker
    form: FormModel
    where: Node | None = None

    def narrowed(self, *more: Node) -> Question:
        """Return the question about fewer records."""
        return Question(self.asker, self.form, conjoin(*self._nodes(), *more))

    def rows(
        self, dimensions: Sequence[Dimension], measures: Sequence[MeasureOptions], limit: int, order: Order
    ) -> list[Row]:
        """Return one row a group: dimensions by ``Dimension.key``, figures as ``m0``, ``m1``."""
        asked = Aggregate(
            self.form.path, tuple(dimensions), tuple(map(_measure, range(len(measures)), measures)),
            self.where, None, limit, order,
        )  # fmt: skip
        asker = self.asker
        return reading.aggregate(asker.store, asker.conn, asker.app, asker.access, asked)

    def passed(self, field: str, steps: Sequence[str], measure: MeasureOptions) -> Passed:
        """Return how many reached each step."""
        asker = self.asker
        asked = Passage(self.form.path, field, tuple(steps), _measure(0, measure), self.where)
        return reading.passage(asker.store, asker.conn, asker.app, asker.access, asked)

    def doors(
        self, dimensions: Sequence[Dimension], values: Sequence[Any], measures: Sequence[MeasureOptions]
    ) -> tuple[Door | None, ...]:
        """Return for each figure of a group the records that were counted."""
        stands = [standing(self.form, *each) for each in zip(dimensions, values, strict=True)]
        return tuple(
            None if each.function in _OF_OTHERS else self._door([*stands, *_counted(each)])
            for each in measures
        )

    def _door(self, nodes: Sequence[Node]) -> Door:
        every = [*self._nodes(), *nodes]
        return Door(self.form.key, conjoin(*every) if every else None)

    def _nodes(self) -> list[Node]:
        return [] if self.where is None else [self.where]


def _measure(index: int, options: MeasureOptions) -> Measure:
    where = None if options.where is None else parse(options.where)
    return Measure(options.function, options.field, where, f"m{index}")


def _counted(measure: MeasureOptions) -> list[Node]:
    """Return what further narrows the records behind a figure."""
    found = [] if measure.where is None else [parse(measure.where)]
    if measure.field is not None and measure.function in {"count", "filled"}:
        found.append(filled(measure.field))
    return found


def figures(row: Row, measures: Sequence[MeasureOptions]) -> tuple[Any, ...]:
    """Return the figures of a row in the order of the measures."""
    return tuple(row[f"m{index}"] for index in range(len(measures)))


def order_of(group: GroupOptions) -> Order:
    """Return the order a designer chose."""
    return _ORDERS[group.order]


def group_head(form: FormModel, group: GroupOptions) -> Head:
    """Return the column of a dimension."""
    return Head(group.field, None, (form.path, group.field), group.bucket)


def measure_head(form: FormModel, index: int, measure: MeasureOptions) -> Head:
    """Return the column of a figure."""
    path = None if measure.field is None else (form.path, measure.field)
    return Head(f"m{index}", measure.label, path, None, measure.function)
