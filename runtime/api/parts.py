"""Pieces of the OpenAPI document that are the same for every form."""

from __future__ import annotations

from typing import Any

from frontend.texts import Texts

Schema = dict[str, Any]

READ_FAILS = ("400", "401", "403", "404", "503")
WRITE_FAILS = ("400", "401", "403", "404", "409", "413", "422", "503")
LIST = (
    "filter",
    "reached",
    "sort",
    "fields",
    "search",
    "limit",
    "after",
    "before",
    "total",
    "labels",
    "trash",
)
ONE = ("fields", "labels", "trash")
EXPORT = ("filter", "sort", "fields", "search")
FIGURES = ("group", "measure", "filter", "search", "groups")
DISTINCT = ("filter", "search", "limit")
LOOKUP = ("search", "limit", "this", "ids")
IMPORT = ("dry_run", "import_mode", "import_key", "unresolved")
SHEETS = {
    "export_csv": "text/csv",
    "export_xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_ID: Schema = {"type": ["string", "null"]}
_SWITCH: Schema = {"type": "string", "enum": ["0", "1"]}
_ISSUES: Schema = {
    "type": "array",
    "items": {
        "type": "object", "required": ["path", "code", "text"],
        "properties": {"path": _TEXT, "code": _TEXT, "text": _TEXT, "suggestion": _TEXT},
    },
}  # fmt: skip
PROBLEM: Schema = {
    "type": "object", "required": ["type", "title", "status", "code"],
    "properties": {
        "type": _TEXT, "title": _TEXT, "status": _WHOLE, "code": _TEXT, "issues": _ISSUES,
        "record": {"type": "object"},
    },
}  # fmt: skip
STEP: Schema = {
    "type": "object", "required": ["at", "actor", "door", "note", "op", "version", "old", "rules"],
    "properties": {
        "at": {"type": ["string", "null"], "format": "date-time"}, "actor": _ID, "door": _TEXT, "note": _ID,
        "version": _WHOLE, "op": {"enum": ["create", "update", "delete", "restore", "purge"]},
        "old": {"type": "object"}, "rules": {"type": "object", "additionalProperties": _TEXT},
    },
}  # fmt: skip
COUNTED: Schema = {
    "type": "object",
    "required": ["value", "count"],
    "properties": {"value": {}, "count": _WHOLE},
}
CHOICE: Schema = {
    "type": "object", "required": ["id", "text", "note"],
    "properties": {"id": _TEXT, "text": _TEXT, "note": _TEXT},
}  # fmt: skip
RESULTS: Schema = {
    "type": "object", "required": ["results"],
    "properties": {"results": {"type": "array", "items": {
        "type": "object", "required": ["id", "version"],
        "properties": {"id": _ID, "version": {"type": ["integer", "null"]}, "issues": _ISSUES},
    }}},
}  # fmt: skip
BULK: Schema = {
    "type": "object", "required": ["action", "records"], "additionalProperties": False,
    "properties": {
        "action": {"enum": ["create", "update", "delete", "restore"]}, "mode": {"enum": ["all", "each"]},
        "records": {"type": "array", "maxItems": 10_000, "items": {"type": ["object", "string"]}},
    },
}  # fmt: skip
REPORT: Schema = {
    "type": "object", "required": ["created", "updated", "unchanged", "refused", "written", "issues"],
    "properties": {
        **dict.fromkeys(("created", "updated", "unchanged", "refused", "blanked", "left"), _WHOLE),
        **{name: {"type": "boolean"} for name in ("written", "cancelled", "dry_run")},
        "unmapped": {"type": "array", "items": _TEXT}, "errors": _ID,
        "issues": {"type": "array", "items": {"type": "object", "properties": {
            "row": _WHOLE, "column": _ID, "field": _TEXT, "code": _TEXT, "text": _TEXT,
        }}},
    },
}  # fmt: skip
STARTED: Schema = {"type": "object", "required": ["job"], "properties": {"job": _TEXT}}
_LIMIT: Schema = {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}
_PARAMETERS: dict[str, tuple[str, str, Schema, Any]] = {
    "filter": ("query", "filter", _TEXT, "_version = 1"),
    "reached": ("query", "reached", _TEXT, None),
    "sort": ("query", "sort", _TEXT, "-_created_at"),
    "fields": ("query", "fields", _TEXT, None),
    "search": ("query", "search", _TEXT, None),
    "limit": ("query", "limit", _LIMIT, None),
    "this": ("query", "this", _TEXT, "{}"),
    "ids": ("query", "id", _TEXT, "1,2"),
    "after": ("query", "after", _TEXT, None),
    "before": ("query", "before", _TEXT, None),
    "total": ("query", "total", {"type": "string", "enum": ["none", "capped", "exact"]}, None),
    "labels": ("query", "labels", _SWITCH, None),
    "trash": ("query", "trash", _SWITCH, None),
    "group": ("query", "group", _TEXT, "_created_by"),
    "measure": ("query", "measure", _TEXT, "count"),
    "groups": ("query", "limit", {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 1000}, None),
    "dry_run": ("query", "dry_run", _SWITCH, "1"),
    "import_mode": ("query", "mode", {"type": "string", "enum": ["all", "each"]}, None),
    "import_key": ("query", "key", _TEXT, None),
    "unresolved": ("query", "unresolved", {"type": "string", "enum": ["refuse", "blank"]}, None),
    "show": (
        "query",
        "show",
        {"type": "string", "enum": ["open", "today", "overdue", "coming", "done", "assigned"]},
        None,
    ),
    "of_app": ("query", "app", _TEXT, None),
    "unread": ("query", "unread", _SWITCH, None),
    "copies": ("query", "copies", _SWITCH, None),
    "rule": ("query", "rule", _TEXT, None),
    "run_state": ("query", "state", _TEXT, "done,failed"),
    "key": ("header", "Idempotency-Key", {"type": "string", "pattern": "^[!-~]{1,200}$"}, None),
    "prefer": ("header", "Prefer", {"type": "string"}, "handling=strict"),
    "if_match": ("header", "If-Match", {"type": "string", "pattern": '^"[0-9]{1,9}"$'}, '"1"'),
}


def parameters(texts: Texts) -> Schema:
    """Return the parameters that operations refer to."""
    found: Schema = {}
    for key, (place, name, schema_, example) in _PARAMETERS.items():
        found[key] = {
            "name": name, "in": place, "schema": schema_, "description": texts.t(f"ui.api.parameter.{key}"),
        } | ({} if example is None else {"example": example})  # fmt: skip
    return found


def refs(*keys: str) -> list[Schema]:
    """Return references to parameters."""
    return [{"$ref": f"#/components/parameters/{key}"} for key in keys]


def schema(name: str) -> Schema:
    """Return a reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def body(content: Schema) -> Schema:
    """Return a JSON body that must be there."""
    return {"required": True, "content": {"application/json": {"schema": content}}}


def sheet() -> Schema:
    """Return a body that is a spreadsheet."""
    return {"required": True, "content": {"text/csv": {"schema": _TEXT, "example": "A,B\n1,2\n"}}}


def path(name: str, schema_: Schema) -> Schema:
    """Return a parameter of an address."""
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"} | schema_}


def rows(item: Schema) -> Schema:
    """Return the schema of an answer that is a list of objects."""
    content = {"type": "object"} | item
    return {
        "type": "object",
        "required": ["data"],
        "properties": {"data": {"type": "array", "items": content}},
    }


def page(record: Schema) -> Schema:
    """Return the schema of a page of records."""
    total = {"type": "object", "required": ["count", "capped"],
             "properties": {"count": _WHOLE, "capped": {"type": "boolean"}}}  # fmt: skip
    return {
        "type": "object", "required": ["data", "next", "previous"],
        "properties": {"data": {"type": "array", "items": record}, "next": _ID, "previous": _ID,
                       "total": total},
    }  # fmt: skip
