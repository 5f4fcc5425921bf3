"""Widgets as their templates show them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import orjson

from engines.query import Others
from engines.report.answer import Answer
from engines.report.answering import answer
from engines.report.asking import Asker
from engines.report.drawing import draw
from engines.report.options import QueryOptions, TargetOptions
from engines.report.shown import Shown, ShownLine
from frontend.boards import BigNumber, Figure, FigureRow, FigureTable, WidgetView
from frontend.texts import Texts
from runtime.dashboards.pieces import piece_view
from runtime.dashboards.placing import style
from runtime.dashboards.wording import Wording
from runtime.screens.shell import texts_of
from runtime.web.call import Call
from schemas.behaviour import WidgetOptions

_TOLD = 5  # lines of the sentence that a screen reader hears for a picture


def asker_of(call: Call) -> Asker:
    """Return who asks: the caller, on the caller's snapshot."""
    return Asker(call.installation.store, call.conn, call.app, call.access)


def ask(call: Call, options: QueryOptions, asker: Asker) -> Answer:
    """Return a widget's answer to the caller."""
    return answer(call.installation.widgets, options, asker)


def widget_view(call: Call, options: WidgetOptions, asker: Asker, base: str) -> WidgetView:
    """Return one widget with what its viewer may see."""
    texts, kind = texts_of(call), call.installation.widgets[options.type]
    common: dict[str, Any] = {
        "key": options.key, "type": options.type, "title": texts.label(options.label),
        "url": f"{base}/{options.key}", "icon": kind.icon, "help": texts.label(options.help),
        "style": style(options.place),
    }  # fmt: skip
    if not isinstance(options, QueryOptions):
        return piece_view(call, options, WidgetView(**common))
    found = ask(call, options, asker)
    common["topics"] = topics(call.app.key, options)
    if found.forbidden:
        return WidgetView(**common, state="forbidden")
    shown = Wording(call, call.app.form(options.form), found).shown()
    figure = None if found.empty else draw(kind, options, shown)
    return WidgetView(
        **common,
        state="empty" if found.empty and found.dimensions else "",
        summary=_summary(texts, common["title"], options.type, shown),
        figure=orjson.dumps(figure).decode() if figure is not None else "",
        table=table(found, shown) if found.dimensions else None,
        number=None if found.dimensions else _number(texts, found, shown),
        notes=tuple(texts.t(f"screen.note.{each.code}", **each.params) for each in found.notes),
    )


def topics(app: str, options: QueryOptions) -> tuple[str, ...]:
    """Return what is told when records change that the widget counts."""
    target = getattr(options, "target", None)
    forms = [options.form]
    if isinstance(target, TargetOptions) and target.form is not None:
        forms.append(target.form)
    return tuple(dict.fromkeys(f"form:{app}.{form}" for form in forms))


def table(found: Answer, shown: Shown) -> FigureTable:
    """Return the figures as a table."""
    return FigureTable(
        shown.dimensions,
        shown.measures,
        tuple(
            _row(each, rest=Others.others in line.groups)
            for each, line in zip(shown.lines, found.lines, strict=True)
        ),
        None if shown.total is None else _row(shown.total),
        tuple(each.key for each in found.measures),
    )


def _row(line: ShownLine, *, rest: bool = False) -> FigureRow:
    return FigureRow(line.labels, tuple(map(Figure, line.texts, line.urls)), line.values, rest)


def _summary(texts: Texts, title: str, kind: str, shown: Shown) -> str:
    """Return what a picture says, for those who do not see it."""
    told = [
        texts.t("screen.dashboard.summary_line", name=" ".join(each.labels), figure=each.texts[0])
        for each in shown.lines[:_TOLD]
    ]
    if len(shown.lines) > _TOLD:
        told.append(texts.t("screen.dashboard.summary_more", count=len(shown.lines) - _TOLD))
    lines = texts.t("ui.common.separator").join(told)
    kind_text = texts.t(f"widget.{kind}.label")
    return texts.t("screen.dashboard.summary", title=title, kind=kind_text, lines=lines)


def _number(texts: Texts, found: Answer, shown: Shown) -> BigNumber:
    line, raw = shown.lines[0], found.lines[0].figures
    places = {head.key: index for index, head in enumerate(found.measures)}
    value, before, target = raw[0], places.get("before"), places.get("target")
    change, up = ("", True) if before is None else _change(value, raw[before])
    done = None if target is None else _done(value, raw[target])
    return BigNumber(
        Figure(line.texts[0], line.urls[0]),
        None if before is None else Figure(line.texts[before], line.urls[before]),
        change,
        up,
        "" if target is None else line.texts[target],
        done,
        "" if done is None else texts.t("screen.dashboard.done_of", done=f"{done}%"),
    )


def _change(value: Any, before: Any) -> tuple[str, bool]:
    """Return the change in percent with its sign; of nothing there is none."""
    if not isinstance(value, Decimal | int) or not isinstance(before, Decimal | int) or not before:
        return "", True
    percent = ((Decimal(value) - before) / abs(Decimal(before)) * 100).quantize(Decimal(1), ROUND_HALF_UP)
    return f"{percent:+}%", percent >= 0


def _done(value: Any, target: Any) -> int | None:
    if not isinstance(value, Decimal | int) or not isinstance(target, Decimal | int) or target <= 0:
        return None
    return int((Decimal(value) / target * 100).quantize(Decimal(1), ROUND_HALF_UP))
