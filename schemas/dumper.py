"""A definition as bytes that never differ for the same meaning."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from schemas.elements import App
from schemas.grammar import Grammar


def dump(app: App) -> bytes:
    """Write the file: schema order, two-space indent, UTF-8, defaults left out, final newline."""
    return (json.dumps(plain(app), ensure_ascii=False, indent=2) + "\n").encode()


def dump_schema(grammar: Grammar) -> bytes:
    """Write the JSON Schema as committed in ``schemas/app.schema.json``."""
    return (json.dumps(grammar.json_schema(), ensure_ascii=False, indent=2) + "\n").encode()


def plain(model: BaseModel) -> dict[str, Any]:
    """Return the JSON form of an element; what equals its default is left out, what must be said is kept."""
    found: dict[str, Any] = {}
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        if info.is_required() or name == "weft" or value != info.get_default(call_default_factory=True):
            found[info.alias or name] = _plain(value)
    return found | (model.model_extra or {})


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return plain(value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else str(value)
