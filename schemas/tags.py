"""Texts with values in them: ``{{ name }} 已 5 天未跟进``. What stands in a tag is a formula."""

from __future__ import annotations

from dataclasses import dataclass

_OPEN, _CLOSE = "{{", "}}"


@dataclass(frozen=True, slots=True)
class Tag:
    """A formula within a text. ``at``: where it begins in the text, counted from 0."""

    formula: str
    at: int


class Unclosed(ValueError):
    """A tag that never ends, or is empty; ``at`` counts from 0."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


def split(text: str) -> tuple[str | Tag, ...]:
    """Return words and tags in their order. Raises Unclosed."""
    found: list[str | Tag] = []
    place = 0
    while (start := text.find(_OPEN, place)) >= 0:
        if start > place:
            found.append(text[place:start])
        end = _end(text, start + len(_OPEN))
        inner = text[start + len(_OPEN) : end]
        if not inner.strip():
            raise Unclosed(start)
        offset = len(inner) - len(inner.lstrip())
        found.append(Tag(inner.strip(), start + len(_OPEN) + offset))
        place = end + len(_CLOSE)
    if place < len(text):
        found.append(text[place:])
    return tuple(found)


def _end(text: str, place: int) -> int:
    """Return where the tag closes; braces within quotes belong to a text in the formula."""
    start, quoted = place, False
    while place < len(text):
        if text[place] == '"':
            quoted = not quoted
        elif not quoted and text.startswith(_CLOSE, place):
            return place
        place += 1
    raise Unclosed(start)
