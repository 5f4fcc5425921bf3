"""Figures made up for a widget whose real ones its designer cannot see: what it will look like."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice, product
from typing import Any

import orjson

from builder.designer.desk import Desk
from builder.designer.reading import Json
from engines.report.drawing import draw
from engines.report.options import GroupOptions, MeasureOptions, QueryOptions
from engines.report.shown import Shown, ShownLine
from engines.store.reading.buckets import BUCKETS
from frontend.boards import BigNumber, Figure, FigureRow, FigureTable, WidgetView

_MOST = (6, 3)  # groups of the first dimension, and of the second
_FIRST, _LESS = 24, 0.7
_DERIVED = ("of_first", "of_previous")
Name = tuple[str, str]


def sample_view(desk: Desk, options: QueryOptions) -> WidgetView:
    """Return a widget with figures of nobody, marked as such."""
    kind, texts = desk.call.installation.widgets[options.type], desk.texts
    shown = _shown(desk, options, [each for _, each in kind.groups(options)],
                   [each for _, each in kind.measures(options)])  # fmt: skip
    figure = draw(kind, options, shown) if shown.dimensions else None
    line = shown.lines[0]
    return WidgetView(
        options.key, options.type, texts.label(options.label), "", kind.icon, texts.label(options.help),
        figure=orjson.dumps(figure).decode() if figure is not None else "",
        table=_table(shown) if shown.dimensions else None,
        number=None if shown.dimensions else BigNumber(Figure(line.texts[0], "")),
        notes=(texts.t("design.board.sample"),),
    )  # fmt: skip


def _shown(
    desk: Desk, options: QueryOptions, groups: Sequence[GroupOptions], measures: Sequence[MeasureOptions]
) -> Shown:
    t, fields = desk.texts.t, _fields(desk, options.form)
    names = [
        list(islice(_names(desk, fields.get(each.field, {}), each), most))
        for each, most in zip(groups, _MOST, strict=False)
    ]
    called = tuple(desk.texts.label(fields.get(each.field, {}).get("label")) for each in groups)
    figures = tuple(_called(desk, fields, each) for each in measures)
    # A funnel also says what part of the steps before each step is.
    parts = tuple(t(f"screen.measure.{code}", field="") for code in _DERIVED)
    lines = tuple(_line(each, number, len(figures)) for number, each in enumerate(product(*names)))
    return Shown(called, (*figures, *parts), lines)


def _line(names: Sequence[Name], number: int, measures: int) -> ShownLine:
    value = max(1, round(_FIRST * _LESS**number))
    first, previous = _LESS**number, _LESS if number else 1.0
    return ShownLine(
        tuple(text for text, _ in names),
        (*(float(value),) * measures, first, previous),
        (*(f"{value:,}",) * measures, f"{first:.0%}", f"{previous:.0%}"),
        ("",) * (measures + len(_DERIVED)),
        tuple(color for _, color in names),
    )


def _fields(desk: Desk, form: str) -> dict[str, Json]:
    forms: Sequence[Json] = desk.draft.document.get("forms", ())
    said = next((each.get("fields", ()) for each in forms if each.get("key") == form), ())
    return {str(each.get("key")): each for each in said}


def _names(desk: Desk, field: Json, group: GroupOptions) -> list[Name]:
    """Return what groups could be called: options, months, or anything."""
    if isinstance(field.get("options"), list) and field["options"]:
        return [(desk.texts.label(each.get("label")), each.get("color") or "") for each in field["options"]]
    if group.bucket in BUCKETS or field.get("type") in {"date", "datetime"}:
        now = desk.call.installation.clock.now()
        return [(f"{each:%Y-%m}", "") for each in _months(now.date())]
    return [(desk.texts.t("design.board.sample_name", number=number), "") for number in range(1, 5)]


def _months(today: date) -> list[date]:
    last = today.year * 12 + today.month - 1
    return [date(each // 12, each % 12 + 1, 1) for each in range(last - 5, last + 1)]


def _called(desk: Desk, fields: dict[str, Json], measure: MeasureOptions) -> str:
    if measure.label is not None:
        return desk.texts.label(measure.label)
    field: Any = fields.get(measure.field or "", {}).get("label")
    return desk.texts.t(f"screen.measure.{measure.function}", field=desk.texts.label(field))


def _table(shown: Shown) -> FigureTable:
    count = len(shown.measures) - len(_DERIVED)
    rows = tuple(
        FigureRow(each.labels, tuple(Figure(text, "") for text in each.texts[:count]), each.values[:count])
        for each in shown.lines
    )
    return FigureTable(shown.dimensions, shown.measures[:count], rows, None)
