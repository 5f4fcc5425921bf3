"""What two definitions say differently, property by property."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.dumper import plain
from schemas.elements import App


@dataclass(frozen=True, slots=True)
class Difference:
    """One property, such as ``forms/order/fields/note/label/en``, or an element that comes or goes.

    ``old`` and ``new`` are JSON values, None where there is none.
    """

    path: str
    old: Any = None
    new: Any = None


def differences(old: App, new: App) -> list[Difference]:
    """Return every difference in order; elements are matched by key, the rest by place."""
    return list(_compare("", plain(old), plain(new)))


def _compare(path: str, old: Any, new: Any) -> Iterator[Difference]:
    before, after = _children(old), _children(new)
    if before is None or after is None:
        if old != new:
            yield Difference(path, old, new)
        return
    for name in dict.fromkeys((*before, *after)):
        yield from _compare(f"{path}/{name}" if path else name, before.get(name), after.get(name))
    staying = [key for key in before if key in after], [key for key in after if key in before]
    if isinstance(old, list) and staying[0] != staying[1]:
        yield Difference(f"{path}/*", *staying)


def _children(value: Any) -> Mapping[str, Any] | None:
    """Return the parts of a value by name; None for one that is compared as a whole."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and all(isinstance(each, dict) for each in value):
        return {str(each.get("key", place)): each for place, each in enumerate(value)}
    return None
