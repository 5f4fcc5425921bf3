"""Texts with ``?`` for any character and ``*`` for any number of them; ``~`` takes their meaning away."""

from collections.abc import Sequence
from typing import TypeAlias

ONE_CHARACTER, ANY_CHARACTERS = object(), object()
Pattern: TypeAlias = Sequence[object]


def wildcard(text: str) -> Pattern:
    """Return the pattern that a folded text means."""
    parts: list[object] = []
    letters = iter(text)
    for letter in letters:
        if letter == "~":
            parts.append(next(letters, "~"))
        elif letter == "*":
            if not parts or parts[-1] is not ANY_CHARACTERS:
                parts.append(ANY_CHARACTERS)
        else:
            parts.append(ONE_CHARACTER if letter == "?" else letter)
    return parts


def matches(pattern: Pattern, text: str) -> bool:
    """Tell whether the whole text matches, in time that grows with the product of the two lengths at most."""
    place = at = 0
    star, resume = -1, 0
    while at < len(text):
        if place < len(pattern) and (pattern[place] is ONE_CHARACTER or pattern[place] == text[at]):
            place, at = place + 1, at + 1
        elif place < len(pattern) and pattern[place] is ANY_CHARACTERS:
            star, resume = place, at
            place += 1
        elif star >= 0:
            resume += 1
            place, at = star + 1, resume
        else:
            return False
    return all(each is ANY_CHARACTERS for each in pattern[place:])


def search(pattern: Pattern, text: str, start: int) -> int | None:
    """Return the first place from ``start`` where the pattern begins to match, or None."""
    if not pattern:
        return start
    if pattern[-1] is not ANY_CHARACTERS:
        pattern = [*pattern, ANY_CHARACTERS]
    return next((at for at in range(start, len(text) + 1) if matches(pattern, text[at:])), None)
