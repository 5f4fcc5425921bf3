"""Figures, values in use, and records to pick."""

from __future__ import annotations

from typing import Any

from engines.query import Aggregate, Dimension, Measure, Query
from engines.store import reading
from engines.store.reading.buckets import BUCKETS
from runtime.api.parameters import condition, known, number
from runtime.api.picking import limit_of, lookup
from runtime.api.shapes import keys_of, value_json
from runtime.web.call import Answer, Call, json_answer
from runtime.web.routing import Permission, Routes
from schemas.errors import Invalid, Issue

_FORM = "/api/{app}/{form}"


def add_figure_routes(routes: Routes) -> None:
    """Register the routes."""
    routes.add("GET", _FORM + "/aggregate", Permission.person)(aggregate)
    routes.add("GET", _FORM + "/distinct/{field}", Permission.person)(distinct)
    routes.add("GET", _FORM + "/lookup/{field}", Permission.person)(lookup)


def aggregate(call: Call) -> Answer:
    """Answer grouped figures: ``group=stage,signed_on:month&measure=count,sum:amount``."""
    known(call, "group", "measure", "filter", "search", "limit")
    dimensions = tuple(_dimension(text) for text in keys_of(call.query.get("group")) or ())
    measures = tuple(_measure(text) for text in keys_of(call.query.get("measure", "count")) or ())
    limit = number(call, "limit", 1000)
    for name, count, least, most in (
        ("group", len(dimensions), 0, 4), ("measure", len(measures), 1, 20), ("limit", limit, 1, 10_000),
    ):  # fmt: skip
        if not least <= count <= most:
            raise Invalid([Issue(name, "query.limit", {"max": most})], "query.invalid")
    if {each.key for each in dimensions} & {each.key for each in measures}:  # they would stand in one place
        raise Invalid([Issue("measure", "query.not_together", {"name": "group"})], "query.invalid")
    asked = Aggregate(call.form.path, dimensions, measures, condition(call), call.query.get("search"), limit)
    rows = reading.aggregate(call.installation.store, call.conn, call.app, call.access, asked)
    return json_answer(
        {"data": [{key: _figure(call, asked, key, value) for key, value in row.items()} for row in rows]}
    )


def _dimension(text: str) -> Dimension:
    key, _, bucket = text.partition(":")
    return Dimension(key, bucket or None)


def _measure(text: str) -> Measure:
    function, _, field = text.partition(":")
    return Measure(function, field or None)


def _figure(call: Call, asked: Aggregate, key: str, value: Any) -> Any:
    """Return a figure as JSON: counts are numbers, sums and averages texts, the rest as its field says."""
    dimension = next((each for each in asked.dimensions if each.key == key), None)
    if dimension is not None:
        bucket = dimension.bucket in BUCKETS and value is not None
        return value.isoformat() if bucket else value_json(call.form, dimension.field, value)
    measure = next(each for each in asked.measures if each.key == key)
    if measure.function in {"count", "distinct", "filled"}:
        return value
    if measure.function in {"sum", "average"}:
        return None if value is None else format(value, "f")
    return value_json(call.form, str(measure.field), value)


def distinct(call: Call) -> Answer:
    """Answer the values a field holds, most frequent first."""
    known(call, "filter", "search", "limit")
    limit = limit_of(call)
    query = Query(call.form.path, where=condition(call), search=call.query.get("search"), limit=limit)
    key = call.params["field"]
    found = reading.distinct(call.installation.store, call.conn, call.app, call.access, query, key)
    data = [{"value": value_json(call.form, key, value), "count": count} for value, count in found]
    return json_answer({"data": data})
