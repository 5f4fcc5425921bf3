"""The description of flows: what runs for records of a form, and the tasks of whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from frontend.texts import Texts
from runtime.api import parts
from runtime.api.describing import ID

Schema = dict[str, Any]
Operation = Callable[[str, str, Schema | None, list[Any], tuple[str, ...]], Schema]

_TEXT: Schema = {"type": "string"}
_MAYBE: Schema = {"type": ["string", "null"]}
_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
_OBJECTS: Schema = {"type": "array", "items": {"type": "object"}}
_PRESSED = {
    "comment": {"type": ["string", "null"], "maxLength": 4000},
    "values": {"type": ["object", "null"]},
}
TASK: Schema = {
    "type": "object",
    "required": "id kind state app form record flow node label buttons fields".split(),
    "properties": {
        "id": ID, "kind": _TEXT, "state": _TEXT, "app": _TEXT, "form": _TEXT, "record": ID, "flow": _TEXT,
        "instance": ID, "node": _TEXT, "label": _TEXT, "due": _MOMENT, "opened_at": _MOMENT,
        "buttons": _OBJECTS, "fields": {"type": "object"}, "error": {"type": ["object", "null"]},
        "values": {"type": ["object", "null"]},
    },
}  # fmt: skip
TASKS: Schema = {
    "type": "object", "required": ["data", "next"],
    "properties": {"data": {"type": "array", "items": parts.schema("Task")}, "next": _MAYBE},
}  # fmt: skip
DECIDED: Schema = {
    "type": "object", "required": ["id", "button", "instance"],
    "properties": {"id": ID, "button": _TEXT, "instance": {"type": "object"}},
}  # fmt: skip
RUNS: Schema = {
    "type": "object", "required": ["data", "stages", "moves", "starts"],
    "properties": dict.fromkeys(("data", "stages", "moves", "starts"), _OBJECTS),
}  # fmt: skip
STARTED: Schema = {"type": "object", "required": ["id"], "properties": {"id": ID}}
ENDED: Schema = {"type": "object", "required": ["id", "state"], "properties": {"id": ID, "state": _TEXT}}


def _pressed(name: str, **more: Schema) -> Schema:
    return {
        "type": "object", "required": [name], "additionalProperties": False,
        "properties": {name: {"type": "string", "minLength": 1}, **_PRESSED, **more},
    }  # fmt: skip


def flow_paths(base: str, record: Schema, operation: Operation) -> Iterator[tuple[str, Schema]]:
    """Yield the addresses of one form's flows."""
    one, key = parts.path("id", ID), parts.refs("key")
    yield f"{base}/{{id}}/flows", {
        "parameters": [one],
        "get": operation("flows", "200", RUNS, [], parts.READ_FAILS),
        "post": operation("start", "201", STARTED, key, parts.WRITE_FAILS)
        | {"requestBody": parts.body({
            "type": "object", "required": ["flow"], "additionalProperties": False,
            "properties": {"flow": _TEXT},
        })},
    }  # fmt: skip
    yield (
        f"{base}/{{id}}/move",
        {
            "parameters": [one],
            "post": operation("move", "200", record, key, parts.WRITE_FAILS)
            | {"requestBody": parts.body(_pressed("move"))},
        },
    )
    withdraw = operation("withdraw", "200", ENDED, key, parts.WRITE_FAILS)
    said = {"type": "object", "properties": {"comment": _MAYBE}}
    yield (
        f"{base}/{{id}}/flows/{{instance}}/withdraw",
        {
            "parameters": [one, parts.path("instance", ID)],
            "post": withdraw | {"requestBody": {**parts.body(said), "required": False}},
        },
    )


def task_paths(texts: Texts) -> Iterator[tuple[str, Schema]]:
    """Yield the addresses of tasks, which are of no single form."""
    yield "/api/tasks", {"get": _task(texts, "tasks", TASKS, parts.refs("limit", "after"), parts.READ_FAILS)}
    decide = _task(texts, "decide", DECIDED, parts.refs("key"), parts.WRITE_FAILS)
    pressed = _pressed("button", to={**ID, "type": ["string", "null"]})
    yield (
        "/api/tasks/{id}",
        {
            "parameters": [parts.path("id", ID)],
            "get": _task(texts, "task", parts.schema("Task"), [], parts.READ_FAILS),
            "post": decide | {"requestBody": parts.body(pressed)},
        },
    )


def _task(texts: Texts, name: str, schema: Schema, parameters: list[Any], fails: tuple[str, ...]) -> Schema:
    text = texts.t(f"ui.api.{name}")
    ok = {"description": text, "content": {"application/json": {"schema": schema}}}
    responses = {"200": ok} | {each: {"$ref": "#/components/responses/problem"} for each in fails}
    return {
        "operationId": name, "summary": text, "tags": [texts.t("ui.api.flows_tag")], "parameters": parameters,
        "responses": responses,
    }  # fmt: skip
