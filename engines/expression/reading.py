"""A text cut into pieces to be shown, also where it is not a formula yet."""

from collections.abc import Iterator
from dataclasses import dataclass

from engines.expression.functions import FUNCTIONS
from engines.expression.parser import TOKEN, WORDS


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of the text; ``at`` counts from 1.

    ``kind``: ``field``, ``function``, ``word`` (AND, TRUE …), ``text``, ``number``, ``sign``, ``error``,
    ``gap`` or ``wrong``, which no formula holds.
    """

    kind: str
    text: str
    at: int


def pieces(text: str) -> Iterator[Piece]:
    """Yield pieces that together are the text."""
    position = 0
    while position < len(text):
        rest = text[position:]
        gap = len(rest) - len(rest.lstrip())
        if gap:
            yield Piece("gap", rest[:gap], position + 1)
            position += gap
            continue
        match = TOKEN.match(text, position)
        found = match[0] if match is not None and match[0] else rest[0]
        kind = match.lastgroup if match is not None and match[0] else "wrong"
        yield Piece(_kind(str(kind), found, text[position + len(found) :]), found, position + 1)
        position += len(found)


def _kind(kind: str, found: str, behind: str) -> str:
    if kind != "name":
        return kind
    calls = behind.lstrip()[:1] in {"(", "（"}
    if found.upper() in WORDS:
        return "word"
    return "function" if calls or (found.upper() in FUNCTIONS and found.isupper()) else "field"
