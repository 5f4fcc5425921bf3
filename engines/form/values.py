"""Closures built once per field: its JSON form and its default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from engines.expression import Context, compile_python, parse
from engines.form.coerce import optional
from engines.form.field import FieldContext, FieldType, Storage
from schemas.elements import FieldOptions

Maker = Callable[[Any], Any]


def json_maker(kind: FieldType[Any, Any], options: FieldOptions, rows: Mapping[str, Maker] | None) -> Maker:
    """Build the closure value -> JSON; blank stays None, or an empty list for to-many values.

    ``rows``: of a subform, the closures of its fields by key.
    """
    if rows is not None:
        return lambda value: [_row_to_json(rows, each) for each in value or ()]
    to_json = kind.to_json
    if kind.storage is Storage.links:
        return lambda value: to_json(value, options) if value else []
    if type(kind).to_json is FieldType.to_json:
        return lambda value: value
    return lambda value: None if value is None else to_json(value, options)


def _row_to_json(rows: Mapping[str, Maker], values: Any) -> dict[str, Any]:
    found = {"_id": str(values["_id"])} if "_id" in values else {}
    found |= {key: make(values[key]) for key, make in rows.items() if key in values}
    return found


def computed(options: FieldOptions) -> str | None:
    """Return the formula of a computed default: ``"default": {"formula": "TODAY()"}``."""
    if isinstance(options.default, dict) and set(options.default) == {"formula"}:
        return str(options.default["formula"])
    return None


def default_maker(
    kind: FieldType[Any, Any], options: FieldOptions, context: FieldContext
) -> Callable[[Context], Any] | None:
    """Build the closure that makes the field's default, or None when it has none."""
    if options.default is None or kind.storage not in {Storage.column, Storage.links}:
        return None
    adapter: TypeAdapter[Any] = TypeAdapter(optional(kind.annotation(options, context)))
    formula = computed(options)
    if formula is None:
        try:
            value = adapter.validate_python(options.default)
        except ValidationError:
            return None  # refused when the definition was checked; an old version must still load
        return lambda _: value
    evaluate = compile_python(parse(formula))
    return lambda moment: adapter.validate_python(evaluate({}, moment))
