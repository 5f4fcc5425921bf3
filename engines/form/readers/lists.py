"""Ids and lists: what to-one and to-many fields receive."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engines.form.field import reads, refuse

LARGEST_ID = 2**63 - 1
MOST_LINKS = 1000
ID_SCHEMA: Mapping[str, Any] = {"type": "string", "pattern": r"^\d{1,19}$", "examples": ["418205340557312"]}
SEPARATORS = re.compile(r"\s*[,，、;；\n]\s*")


def read_id(raw: Any) -> int:
    """Read an id: digits, as text in JSON and HTML."""
    number: Any = raw
    if raw.__class__ is str:
        text = raw.strip()
        number = int(text) if len(text) <= 19 and text.isascii() and text.isdigit() else None
    if number.__class__ is int and 0 < number <= LARGEST_ID:
        return number
    raise refuse("field.not_an_id", value=raw)


def to_one() -> Any:
    """Return the annotation of one id."""
    return reads(int, read_id, ID_SCHEMA)


def to_many(limit: int = MOST_LINKS) -> Any:
    """Return the annotation of a list of at most ``limit`` ids."""
    schema = {"type": "array", "items": dict(ID_SCHEMA), "maxItems": limit}
    return reads(tuple[int, ...], list_reader(lambda items: (read_id(each) for each in items), limit), schema)


def list_reader(
    read: Callable[[list[Any]], Iterable[Any]],
    limit: int,
    split: Callable[[str], list[str]] = SEPARATORS.split,
) -> Callable[[Any], tuple[Any, ...]]:
    """Build the reader of a list, or of a text that ``split`` cuts; blank and repeated items are dropped."""

    def read_list(raw: Any) -> tuple[Any, ...]:
        if raw.__class__ is str:
            raw = split(raw.strip())
        if not isinstance(raw, list | tuple):
            raise refuse("field.not_a_list", value=raw)
        items = [each for each in raw if each is not None and each != ""]
        found = tuple(dict.fromkeys(read(items)))
        if len(found) > limit:
            raise refuse("field.too_many", value=len(found), max_length=limit)
        return found

    return read_list
