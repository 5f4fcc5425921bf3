"""Texts with ``?`` for any character and ``*`` for any number of them; ``~`` takes their meaning away."""

import re
from dataclasses import dataclass

from engines.expression.failures import VALUE, Failure

# A part with ``?`` is compared letter by letter at every place.
_MOST_WORK = 20_000_000


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands between two ``*``: always of one length, so looking for it never goes back."""

    length: int
    plain: str
    wild: re.Pattern[str] | None

    def stands_at(self, text: str, at: int) -> bool:
        if self.wild is None:
            return text.startswith(self.plain, at)
        return self.wild.match(text, at) is not None

    def find(self, text: str, at: int) -> int:
        if self.wild is None:
            return text.find(self.plain, at)
        if self.length * len(text) > _MOST_WORK:
            raise Failure(VALUE)
        found = self.wild.search(text, at)
        return found.start() if found else -1


Pattern = tuple[_Part, ...]


def wildcard(text: str) -> Pattern:
    """Return the pattern that a folded text means."""
    parts: list[list[str | None]] = [[]]
    letters = iter(text)
    for letter in letters:
        if letter == "~":
            parts[-1].append(next(letters, "~"))
        elif letter == "*":
            parts.append([])
        else:
            parts[-1].append(None if letter == "?" else letter)
    return tuple(map(_part, parts))


def _part(letters: list[str | None]) -> _Part:
    plain = "".join(letter or "" for letter in letters)
    if None not in letters:
        return _Part(len(letters), plain, None)
    source = "".join("." if letter is None else re.escape(letter) for letter in letters)
    return _Part(len(letters), plain, re.compile(source, re.DOTALL))


def matches(pattern: Pattern, text: str) -> bool:
    """Tell whether the whole text matches."""
    first, last = pattern[0], pattern[-1]
    if len(pattern) == 1:
        return len(text) == first.length and first.stands_at(text, 0)
    end = len(text) - last.length
    if end < first.length or not (first.stands_at(text, 0) and last.stands_at(text, end)):
        return False
    reached = _after(pattern[1:-1], text[:end], first.length)
    return reached is not None


def search(pattern: Pattern, text: str, start: int) -> int | None:
    """Return the first place from ``start`` where the pattern begins to match, or None.

    Where the first part stands first leaves most room for the others: if they fail there, they always do.
    """
    at = pattern[0].find(text, start)
    if at < 0 or _after(pattern[1:], text, at + pattern[0].length) is None:
        return None
    return at


def _after(parts: Pattern, text: str, at: int) -> int | None:
    for part in parts:
        found = part.find(text, at)
        if found < 0:
            return None
        at = found + part.length
    return at
