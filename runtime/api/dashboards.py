"""Dashboards through REST: what is on them, and each widget's figure with its rows."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engines.form import FormModel
from engines.query import Others
from engines.report.answer import Answer as Found
from engines.report.answer import Door, Head, Line
from engines.report.answering import dashboard, dashboards, widget
from engines.report.drawing import draw
from engines.report.options import QueryOptions
from engines.report.shown import Shown, ShownLine
from engines.store.reading.buckets import BUCKETS
from frontend.texts import Texts
from runtime.api.parameters import known
from runtime.api.shapes import value_json
from runtime.dashboards.links import pairs
from runtime.dashboards.views import ask, asker_of
from runtime.dashboards.wording import Wording
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, json_answer
from runtime.web.routing import Permission, Routes
from schemas.behaviour import Dashboard
from schemas.dumper import plain
from schemas.errors import NotFound

_BASE = "/api/{app}/dashboards"


def add_dashboard_routes(routes: Routes) -> None:
    """Register the routes; they come before those of records."""
    routes.add("GET", _BASE, Permission.person)(list_dashboards)
    routes.add("GET", _BASE + "/{key}", Permission.person)(describe_dashboard)
    routes.add("GET", _BASE + "/{key}/{widget}", Permission.person)(answer_widget)


def list_dashboards(call: Call) -> Answer:
    """Answer the dashboards the caller may open. Raises NotFound where there are none, as of no app."""
    known(call)
    texts, visible = texts_of(call), [*dashboards(call.app, call.access)]
    if not visible:
        raise NotFound
    return json_answer({"data": [{"key": each.key, "label": texts.label(each.label)} for each in visible]})


def describe_dashboard(call: Call) -> Answer:
    """Answer what is on a dashboard, and where."""
    known(call)
    texts, found = texts_of(call), dashboard(call.app, call.access, call.params["key"])
    return json_answer(_described(found, texts))


def _described(found: Dashboard, texts: Texts) -> dict[str, Any]:
    widgets = [
        {
            "key": each.key, "type": each.type, "label": texts.label(each.label),
            "help": texts.label(each.help), "form": each.form, "place": plain(each.place),
        }
        for each in found.widgets if isinstance(each, QueryOptions)
    ]  # fmt: skip
    return {
        "key": found.key, "label": texts.label(found.label), "description": texts.label(found.description),
        "widgets": widgets,
    }  # fmt: skip


def answer_widget(call: Call) -> Answer:
    """Answer a widget: columns, rows with their figures and filters, and what to draw."""
    known(call)
    found = dashboard(call.app, call.access, call.params["key"])
    options = widget(found, call.params["widget"])
    answer = ask(call, options, asker_of(call))
    body: dict[str, Any] = {"key": options.key, "type": options.type, "form": options.form}
    if answer.forbidden:
        return json_answer(body | {"forbidden": True, "columns": [], "rows": [], "figure": None, "notes": []})
    form, kind = call.app.form(options.form), call.installation.widgets[options.type]
    shown = Wording(call, form, answer).shown()
    texts = texts_of(call)
    return json_answer(body | {
        "forbidden": False,
        "columns": _columns(answer, shown),
        "rows": [_row(form, answer, *each) for each in zip(answer.lines, shown.lines, strict=True)],
        "figure": draw(kind, options, shown),
        "notes": [{"code": each.code, "text": texts.t(f"screen.note.{each.code}", **each.params)}
                  for each in answer.notes],
    } | _total(form, answer, shown))  # fmt: skip


def _total(form: FormModel, answer: Found, shown: Shown) -> dict[str, Any]:
    if answer.total is None or shown.total is None:
        return {}
    return {"total": _row(form, answer, answer.total, shown.total)}


def _columns(answer: Found, shown: Shown) -> list[dict[str, Any]]:
    heads, names = answer.dimensions + answer.measures, shown.dimensions + shown.measures
    return [_column(head, name) for head, name in zip(heads, names, strict=True)]


def _column(head: Head, name: str) -> dict[str, Any]:
    field = None if head.path is None else head.path[1]
    return {"key": head.key, "label": name, "field": field, "bucket": head.bucket, "function": head.function}


def _row(form: FormModel, answer: Found, line: Line, shown: ShownLine) -> dict[str, Any]:
    groups = zip(answer.dimensions, line.groups, strict=False)
    return {
        "groups": [_group(form, head, value) for head, value in groups],
        "others": Others.others in line.groups,
        "labels": list(shown.labels),
        "figures": [_figure(each) for each in line.figures],
        "texts": list(shown.texts),
        "records": [_records(each) for each in line.doors],
    }


def _group(form: FormModel, head: Head, value: Any) -> Any:
    """Return a group as JSON; what is not listed has no value, its label says so."""
    if value is None or value is Others.others:
        return None
    return value.isoformat() if head.bucket in BUCKETS else value_json(form, head.key, value)


def _figure(value: Any) -> Any:
    """Return a figure as JSON: counts are numbers, other numbers texts, as everywhere."""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date | datetime) else value


def _records(door: Door | None) -> dict[str, str] | None:
    """Return the parameters of a list that holds exactly the records behind a figure."""
    return None if door is None else dict(pairs(door))
