"""The part of the OpenAPI document about dashboards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engines.report.options import QueryOptions
from frontend.texts import Texts
from runtime.api import parts
from runtime.api.describing import Schema
from schemas.behaviour import Dashboard

_TEXT: Schema = {"type": "string"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_RECORDS: Schema = {
    "type": ["object", "null"], "properties": {"filter": _TEXT, "reached": _TEXT},
    "additionalProperties": False,
}  # fmt: skip
_ROW: Schema = {
    "type": "object", "required": ["groups", "others", "labels", "figures", "texts", "records"],
    "properties": {
        "groups": {"type": "array"}, "others": {"type": "boolean"}, "labels": _TEXTS,
        "figures": {"type": "array", "items": {"type": ["string", "integer", "null"]}}, "texts": _TEXTS,
        "records": {"type": "array", "items": _RECORDS},
    },
}  # fmt: skip
_OPTIONAL: Schema = {"type": ["string", "null"]}
_COLUMN: Schema = {
    "type": "object", "required": ["key", "label", "field", "bucket", "function"],
    "properties": {"key": _TEXT, "label": _TEXT,
                   **dict.fromkeys(("field", "bucket", "function"), _OPTIONAL)},
}  # fmt: skip
_NOTE: Schema = {
    "type": "object", "required": ["code", "text"], "properties": {"code": _TEXT, "text": _TEXT},
}  # fmt: skip
_ANSWER: Schema = {
    "type": "object",
    "required": ["key", "type", "form", "forbidden", "columns", "rows", "figure", "notes"],
    "properties": {
        "key": _TEXT, "type": _TEXT, "form": _TEXT, "forbidden": {"type": "boolean"},
        "columns": {"type": "array", "items": _COLUMN}, "rows": {"type": "array", "items": _ROW},
        "total": _ROW, "notes": {"type": "array", "items": _NOTE},
        "figure": {"type": ["object", "null"], "required": ["data", "layout"]},
    },
}  # fmt: skip
_WIDGET: Schema = {
    "type": "object", "required": ["key", "type", "label", "help", "form", "place"],
    "properties": {"key": _TEXT, "type": _TEXT, "label": _TEXT, "help": _TEXT, "form": _TEXT,
                   "place": {"type": "object"}},
}  # fmt: skip
_BOARD: Schema = {
    "type": "object", "required": ["key", "label", "description", "widgets"],
    "properties": {"key": _TEXT, "label": _TEXT, "description": _TEXT,
                   "widgets": {"type": "array", "items": _WIDGET}},
}  # fmt: skip
_LISTED: Schema = {
    "type": "object", "required": ["key", "label"], "properties": {"key": _TEXT, "label": _TEXT},
}  # fmt: skip


def board_paths(app: str, boards: Sequence[Dashboard], texts: Texts) -> Iterator[tuple[str, Schema]]:
    """Yield the operations on the dashboards a caller may open; none where there are none."""
    if not boards:
        return
    base = f"/api/{app}/dashboards"
    key = parts.path("key", {"enum": [each.key for each in boards]})
    widgets = sorted({one.key for each in boards for one in each.widgets if isinstance(one, QueryOptions)})
    yield base, {"get": _get("dashboards", parts.rows(_LISTED), texts)}
    yield f"{base}/{{key}}", {"parameters": [key], "get": _get("dashboard", _BOARD, texts)}
    if widgets:
        widget = parts.path("widget", {"enum": widgets})
        found = {"parameters": [key, widget], "get": _get("widget", _ANSWER, texts)}
        yield f"{base}/{{key}}/{{widget}}", found


def _get(name: str, schema: Schema, texts: Texts) -> Schema:
    text = texts.t(f"ui.api.{name}")
    answered = {"description": text, "content": {"application/json": {"schema": schema}}}
    fails = {each: {"$ref": "#/components/responses/problem"} for each in parts.READ_FAILS}
    return {
        "operationId": name, "summary": text, "tags": [texts.t("screen.dashboard.label")], "parameters": [],
        "responses": {"200": answered} | fails,
    }  # fmt: skip
