"""Pydantic's errors as issues of a definition: our codes, JSON pointers, the nearest name that is right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from schemas.errors import Issue
from schemas.grammar import Grammar, Pointer
from schemas.kinds import nearest

# What pydantic calls a problem -> what we call it; a code with a dot is ours already.
_CODES = {
    "missing": "definition.missing",
    "extra_forbidden": "definition.unknown_key",
    "union_tag_invalid": "definition.unknown_type",
    "union_tag_not_found": "definition.missing",
    "string_too_long": "definition.too_long",
    "string_too_short": "definition.too_short",
    "string_pattern_mismatch": "definition.bad_format",
    "literal_error": "definition.not_allowed",
    "enum": "definition.not_allowed",
    "greater_than_equal": "definition.below_min",
    "less_than_equal": "definition.above_max",
    "greater_than": "definition.out_of_range",
    "less_than": "definition.out_of_range",
    "too_short": "definition.too_short",
    "too_long": "definition.too_long",
    "recursion_depth_exceeded": "definition.too_deep",
    "recursion_loop": "definition.too_deep",
}
_QUOTED = re.compile(r"'([^']*)'")


def pointer(parts: Sequence[str | int]) -> str:
    """Write a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def problems(error: ValidationError, raw: Any, grammar: Grammar) -> Iterator[Issue]:
    """Yield an issue for each of pydantic's errors about ``raw``."""
    for each in error.errors(include_url=False, include_input=False):
        kind, context = each["type"], each.get("ctx", {})
        code = _CODES.get(kind, kind if "." in kind else "definition.wrong_type")
        where = _locate(each["loc"], raw, missing=kind == "missing")
        params = {name: value for name, value in context.items() if isinstance(value, str | int | float)}
        known: Sequence[str] = ()
        if kind in {"union_tag_invalid", "union_tag_not_found"}:
            where = (*where, "type")
            params, known = (
                {"name": str(context.get("tag", "type"))},
                _QUOTED.findall(str(context.get("expected_tags"))),
            )
        elif code == "definition.missing":
            params.setdefault("name", str(where[-1]))
        elif code == "definition.unknown_key":
            params, known = {"name": str(where[-1])}, _siblings(raw, where, grammar)
        elif code == "definition.not_allowed":
            params, known = {"name": _value(raw, where)}, _QUOTED.findall(str(context.get("expected")))
        yield Issue(pointer(where), code, params, nearest(str(params["name"]), known) if known else None)


def _locate(loc: Sequence[str | int], raw: Any, *, missing: bool) -> Pointer:
    """Turn pydantic's location, which also names union tags, into the place in the document."""
    path: list[str | int] = []
    current = raw
    for index, part in enumerate(loc):
        if isinstance(current, dict):
            # Right after an index stands the tag of the union that the list holds.
            if (
                path
                and isinstance(path[-1], int)
                and loc[index - 1] == path[-1]
                and current.get("type") == part
            ):
                continue
            if part in current:
                current = current[part]
            elif not (missing and index == len(loc) - 1):
                continue
        elif isinstance(current, list) and isinstance(part, int) and part < len(current):
            current = current[part]
        else:
            continue
        path.append(part)
    return tuple(path)


def _value(raw: Any, where: Pointer) -> str:
    for part in where:
        raw = raw[part]
    return str(raw)[:60]


def _siblings(raw: Any, where: Pointer, grammar: Grammar) -> list[str]:
    """Return the keys that may stand where an unknown one stood."""
    models: list[type[BaseModel]] = [grammar.app]
    current = raw
    for part in where[:-1]:
        current = current[part]
        if isinstance(part, str):
            models = [below for each in models for below in _models_of(each, part)]
        if isinstance(current, dict) and len(models) > 1:
            models = [each for each in models if _is_tagged(each, current)]
    return [info.alias or name for each in models for name, info in each.model_fields.items()]


def _models_of(model: type[BaseModel], key: str) -> Iterator[type[BaseModel]]:
    for name, info in model.model_fields.items():
        if key == (info.alias or name):
            yield from _models_in(info.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for each in get_args(annotation):
        yield from _models_in(each)


def _is_tagged(model: type[BaseModel], current: Mapping[str, Any]) -> bool:
    info = model.model_fields.get("type")
    return info is not None and current.get("type", info.default) in get_args(info.annotation)
