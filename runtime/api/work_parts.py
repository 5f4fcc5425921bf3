"""The description of to-dos and notices, which are of no single app."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from frontend.texts import Texts
from runtime.api import parts
from runtime.api.describing import ID

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["string", "null"]}
_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
_UNTIL: Schema = {"anyOf": [_MOMENT, {"type": "string", "format": "date"}]}
_BOOL: Schema = {"type": "boolean"}
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_SAID: dict[str, Schema] = {
    "app": _TEXT, "form": _MAYBE, "record": _MAYBE, "title": _TEXT, "body": _MAYBE, "about": _MAYBE,
    "link": _MAYBE,
}  # fmt: skip


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "required": [*properties], "properties": properties}


TODO = _object(
    id=ID, kind={"enum": ["approve", "fill", "stage", "incident", "rule", "own"]},
    state={"enum": ["open", "done", "cancelled"]}, **_SAID, due=_MOMENT, overdue=_BOOL, offered=_BOOL,
    outcome=_MAYBE, created_at=_MOMENT, ended_at=_MOMENT,
    steps={"type": "array", "items": {"type": "object"}}, acts={"type": "array", "items": _TEXT},
)  # fmt: skip
NOTICE = _object(
    id=ID, level={"enum": ["normal", "must"]}, copy=_BOOL, **_SAID, created_at=_MOMENT, read_at=_MOMENT
)
_STARTED = _object(
    id=ID, app=_TEXT, flow=_TEXT, state=_TEXT, form=_MAYBE, record=_MAYBE, about=_MAYBE, started_at=_MOMENT,
    ended_at=_MOMENT,
)  # fmt: skip
_STATE = _object(id=ID, state=_TEXT, outcome=_MAYBE)
_READ = _object(id=ID, read=_BOOL)
_TO: Schema = {
    "type": "object", "required": ["to"], "additionalProperties": False,
    "properties": {"to": ID, "comment": {"type": ["string", "null"], "maxLength": 1000}},
}  # fmt: skip


_OWN: dict[str, Schema] = {
    "title": {"type": "string", "minLength": 1, "maxLength": 200},
    "body": {"type": ["string", "null"], "maxLength": 2000}, "due": _UNTIL,
}  # fmt: skip
_NEW: Schema = {
    "type": "object", "required": ["title"], "additionalProperties": False,
    "properties": {**_OWN, "app": _MAYBE, "form": _MAYBE, "record": _MAYBE, "to": _MAYBE},
}  # fmt: skip
_CHANGED: Schema = {"type": "object", "additionalProperties": False, "properties": _OWN}


def _page(item: Schema) -> Schema:
    return _object(data={"type": "array", "items": item}, next=_MAYBE)


def work_paths(texts: Texts) -> Iterator[tuple[str, Schema]]:
    """Yield the addresses of to-dos and notices."""

    def get(name: str, schema: Schema, *parameters: str) -> Schema:
        found = _operation(texts, name, schema, parts.READ_FAILS)
        return {"get": found | {"parameters": parts.refs(*parameters)}}

    def post(name: str, schema: Schema, body: Schema | None = None, method: str = "post") -> Schema:
        status = "201" if name == "todo_new" else "200"
        found = _operation(texts, name, schema, parts.WRITE_FAILS, status) | {"parameters": parts.refs("key")}
        return {method: found | ({"requestBody": parts.body(body)} if body else {})}

    one = {"parameters": [parts.path("id", ID)]}
    base, told = "/api/todos", "/api/notices"
    paged = ("of_app", "limit", "after")
    yield base, get("todos", _page(parts.schema("Todo")), "show", *paged) | post("todo_new", _STATE, _NEW)
    yield f"{base}/counts", get("todo_counts", _object(open=_WHOLE, overdue=_WHOLE, today=_WHOLE), "of_app")
    yield f"{base}/started", get("flows_started", _page(_STARTED), *paged)
    yield (
        f"{base}/{{id}}",
        (one | get("todo", parts.schema("Todo")) | post("todo_change", _STATE, _CHANGED, "patch")),
    )
    for name in ("done", "take", "reopen", "drop"):
        yield f"{base}/{{id}}/{name}", one | post(f"todo_{name}", _STATE)
    yield f"{base}/{{id}}/transfer", one | post("todo_transfer", _STATE, _TO)
    yield told, get("notices", _page(parts.schema("Notice")), "unread", "copies", *paged)
    yield f"{told}/counts", get("notice_counts", _object(unread=_WHOLE, must=_WHOLE))
    yield f"{told}/read", post("notices_read", _object(read=_WHOLE))
    yield f"{told}/{{id}}", one | get("notice", parts.schema("Notice"))
    for name in ("read", "acknowledge"):
        yield f"{told}/{{id}}/{name}", one | post(f"notice_{name}", _READ)


def _operation(
    texts: Texts, name: str, schema: Schema, fails: tuple[str, ...], status: str = "200"
) -> Schema:
    text = texts.t(f"ui.api.{name}")
    ok = {"description": text, "content": {"application/json": {"schema": schema}}}
    responses = {status: ok} | {each: {"$ref": "#/components/responses/problem"} for each in fails}
    return {
        "operationId": name, "summary": text, "tags": [texts.t("ui.api.work_tag")], "responses": responses,
    }  # fmt: skip
