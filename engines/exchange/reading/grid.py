"""Cells as they stand on a sheet, before anybody knows where its table begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Line = tuple[int, list[Any]]
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Oddity:
    """A cell not to be taken as it came: ``code`` of the problem, or None when ``text`` is its value."""

    code: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """``lines``: row number (as the sheet counts, from 1) and cells; blank is ``""``.

    ``left``: column of the first cell. ``oddities`` and ``merges`` (first and last row, first and last
    column) are placed by row number and column from 0.
    """

    lines: Iterator[Line]
    left: int = 0
    sheet: str | None = None
    sheets: Sequence[str] = ()
    oddities: Mapping[Place, Oddity] = field(default_factory=dict)
    merges: Sequence[tuple[int, int, int, int]] = ()


def letters(column: int) -> str:
    """Return the name of a column: A, B, … AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
