"""The description of merging: what it would do, doing it, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from runtime.api import parts
from runtime.api.describing import ID

Schema = dict[str, Any]
Operation = Callable[[str, str, Schema | None, list[Any], tuple[str, ...]], Schema]

_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
_IDS: Schema = {"type": "array", "items": ID}
_COUNTS: Schema = {"type": "object", "additionalProperties": {"type": "integer"}}
_CHOICES: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
_PREVIEW: Schema = {
    "type": "object", "required": ["survivor", "choices", "records", "beside"],
    "properties": {"survivor": ID, "choices": _CHOICES, "records": _COUNTS, "beside": _COUNTS},
}  # fmt: skip
_ASKED: Schema = {
    "type": "object", "required": ["ids"], "additionalProperties": False,
    "properties": {
        "ids": _IDS | {"minItems": 2, "maxItems": 5}, "survivor": ID, "choices": _CHOICES,
        "versions": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
}  # fmt: skip
_MADE: Schema = {
    "type": "object", "required": ["merge", "survivor"], "properties": {"merge": ID, "survivor": ID},
}  # fmt: skip
_LEFT: Schema = {
    "type": "object", "required": ["form", "id", "fields"],
    "properties": {
        "form": {"type": "string"}, "id": ID, "fields": {"type": "array", "items": {"type": "string"}},
    },
}  # fmt: skip
_UNDONE: Schema = {
    "type": "object", "required": ["restored", "returned", "left"],
    "properties": {
        "restored": {"type": "integer"}, "returned": {"type": "integer"},
        "left": {"type": "array", "items": _LEFT},
    },
}  # fmt: skip
_MERGES = parts.rows({
    "required": ["merge", "at", "actor", "absorbed", "undone_at"],
    "properties": {
        "merge": ID, "at": _MOMENT, "actor": {"type": ["string", "null"]}, "absorbed": _IDS,
        "undone_at": _MOMENT,
    },
})  # fmt: skip


def merge_paths(base: str, operation: Operation) -> Iterator[tuple[str, Schema]]:
    """Yield the addresses by which records of one form become one, for who may edit and delete them."""
    ids = {"name": "ids", "in": "query", "required": True, "schema": {"type": "string"}}
    stays = {"name": "survivor", "in": "query", "required": False, "schema": ID}
    merge = operation("merge", "200", _MADE, parts.refs("key"), parts.WRITE_FAILS)
    yield f"{base}/merge", {
        "get": operation("merge_preview", "200", _PREVIEW, [ids, stays], parts.READ_FAILS),
        "post": merge | {"requestBody": parts.body(_ASKED)},
    }  # fmt: skip
    undo = operation("unmerge", "200", _UNDONE, parts.refs("key"), parts.WRITE_FAILS)
    yield f"{base}/merges/{{merge}}/undo", {"parameters": [parts.path("merge", ID)], "post": undo}
    listed = operation("merges", "200", _MERGES, [], parts.READ_FAILS)
    yield f"{base}/{{id}}/merges", {"parameters": [parts.path("id", ID)], "get": listed}
