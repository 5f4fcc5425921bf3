"""The description of rules: what they did with a record or would do, and the buttons they put there."""

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
_RECORD: Schema = {
    "type": "object", "required": ["form", "id", "title"],
    "properties": {"form": _MAYBE, "id": _MAYBE, "title": _MAYBE},
}  # fmt: skip
_STATE: Schema = {"enum": ["done", "waiting", "failed", "no_match", "skipped"]}
RULE_RUN: Schema = {
    "type": "object",
    "required": "id rule label state reason event at actor record path conditions actions problems".split(),
    "properties": {
        "id": ID, "rule": _TEXT, "label": _TEXT, "state": _STATE, "reason": _MAYBE, "event": _TEXT,
        "at": _MOMENT, "actor": _TEXT, "record": _RECORD, "path": {"type": "array", "items": _TEXT},
        "attempts": {"type": "integer"}, "changes": _OBJECTS, "conditions": _OBJECTS, "actions": _OBJECTS,
        "problems": _OBJECTS,
    },
}  # fmt: skip
_RUNS: Schema = {
    "type": "object", "required": ["data", "next"],
    "properties": {"data": {"type": "array", "items": parts.schema("RuleRun")}, "next": _MAYBE},
}  # fmt: skip
_RULES = parts.rows({
    "required": ["rule", "label", "enabled", "trigger", "due"],
    "properties": {"rule": _TEXT, "label": _TEXT, "enabled": {"type": "boolean"}, "trigger": _TEXT,
                   "due": _MOMENT},
})  # fmt: skip
_ANSWER: Schema = {
    "type": "object",
    "required": ["rule", "label", "fires", "hurdles", "conditions", "actions", "changes", "last", "due"],
    "properties": {
        "rule": _TEXT, "label": _TEXT, "fires": {"type": "boolean"}, "hurdles": _OBJECTS,
        "conditions": _OBJECTS, "actions": _OBJECTS, "changes": _OBJECTS,
        "last": {"type": ["object", "null"]}, "due": _MOMENT,
    },
}  # fmt: skip
_BUTTONS = parts.rows({
    "required": ["button", "label", "confirm"],
    "properties": {"button": _TEXT, "label": _TEXT, "confirm": _TEXT},
})  # fmt: skip
_PRESS: Schema = {
    "type": "object", "required": ["button"], "additionalProperties": False,
    "properties": {"button": {"type": "string", "minLength": 1}},
}  # fmt: skip


def rule_paths(base: str, record: Schema, operation: Operation) -> Iterator[tuple[str, Schema]]:
    """Yield the addresses of the rules about one form's records."""
    one = parts.path("id", ID)

    def get(name: str, schema: Schema, *parameters: str) -> Schema:
        return {"get": operation(name, "200", schema, parts.refs(*parameters), parts.READ_FAILS)}

    yield f"{base}/{{id}}/rules", {"parameters": [one], **get("rules", _RULES)}
    yield f"{base}/{{id}}/rules/{{rule}}", {
        "parameters": [one, parts.path("rule", _TEXT)], **get("ask_rule", _ANSWER),
    }  # fmt: skip
    runs = get("rule_runs", _RUNS, "rule", "run_state", "limit", "after")
    yield f"{base}/{{id}}/rule-runs", {"parameters": [one], **runs}
    yield f"{base}/{{id}}/buttons", {"parameters": [one], **get("buttons", _BUTTONS)}
    press = operation("press", "200", record, parts.refs("key", "if_match"), parts.WRITE_FAILS)
    yield (
        f"{base}/{{id}}/press",
        {"parameters": [one], "post": press | {"requestBody": parts.body(_PRESS)}},
    )


def runs_path(app: str, texts: Texts) -> tuple[str, Schema]:
    """Return the address of the runs of one rule, which is for whoever designs the app."""
    text = texts.t("ui.api.all_rule_runs")
    ok = {"description": text, "content": {"application/json": {"schema": _RUNS}}}
    rule = {"name": "rule", "in": "query", "required": True, "schema": _TEXT}
    return f"/api/{app}/rule-runs", {"get": {
        "operationId": "rule_runs", "summary": text, "tags": [texts.t("ui.api.rules_tag")],
        "parameters": [rule, *parts.refs("run_state", "limit", "after")],
        "responses": {"200": ok} | {e: {"$ref": "#/components/responses/problem"} for e in parts.READ_FAILS},
    }}  # fmt: skip
