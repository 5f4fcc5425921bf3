"""Places in a definition's JSON, told by keys: ``forms/order/fields/note``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemas.errors import NotFound

Pointer = tuple[str | int, ...]


def locate(document: Any, place: str) -> Pointer:
    """Return a place as keys and indices. Raises NotFound for one that is not there."""
    found: list[str | int] = []
    here = document
    for segment in place.split("/") if place else ():
        step = _step(here, segment)
        if step is None:
            raise NotFound("draft.nothing_there", name=place)
        found.append(step)
        here = here[step]
    return tuple(found)


def _step(here: Any, segment: str) -> str | int | None:
    if isinstance(here, dict):
        return segment if segment in here else None
    if not isinstance(here, list):
        return None
    for index, each in enumerate(here):
        if isinstance(each, dict) and each.get("key") == segment:
            return index
    if segment.isascii() and segment.isdecimal() and len(segment) < 6 and int(segment) < len(here):
        index = int(segment)
        return None if isinstance(here[index], dict) and "key" in here[index] else index
    return None


def said(document: Any, pointer: Pointer) -> str:
    """Return a pointer as the place it is: keys where elements have one, numbers where they have none."""
    parts: list[str] = []
    for step in pointer:
        document = document[step]
        keyed = isinstance(step, int) and isinstance(document, dict) and "key" in document
        parts.append(str(document["key"] if keyed else step))
    return "/".join(parts)


def value_at(document: Any, pointer: Pointer) -> Any:
    """Return what stands at a pointer."""
    for step in pointer:
        document = document[step]
    return document


def changed(document: Any, pointer: Pointer, change: Callable[[Any], Any]) -> Any:
    """Return the document with what stands at ``pointer`` replaced; everything beside the way is shared."""
    if not pointer:
        return change(document)
    step, rest = pointer[0], pointer[1:]
    copy = dict(document) if isinstance(document, dict) else list(document)
    copy[step] = changed(document[step], rest, change)  # type: ignore[index]  # a step fits its container
    return copy


def place_of(items: list[Any], before: str | None) -> int:
    """Return where to put something: before the element of that key, or number where none has one; else last.

    Raises NotFound.
    """
    if before is None:
        return len(items)
    if before.isascii() and before.isdecimal() and int(before) < len(items):
        keyed = isinstance(items[int(before)], dict) and "key" in items[int(before)]
        if not keyed:
            return int(before)
    for index, each in enumerate(items):
        if isinstance(each, dict) and each.get("key") == before:
            return index
    raise NotFound("draft.nothing_there", name=before)
