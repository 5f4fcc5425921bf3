"""Where a table begins: its row of names, under whatever title somebody put above."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engines.exchange.reading.grid import Grid, Line, letters
from engines.exchange.reading.refused import Refused

SAMPLE = 200  # rows that decide
_LONGEST = 200
_TITLE_CELLS = 2  # a line above the table may hold a word and what it stands for
# A column that stands in fewer rows than this share is somebody's note beside the table.
_SHARE = 0.2
_FIGURE = re.compile(r"[\d\s.,:/%+\-()¥￥$€£年月日TZ]*")

Filled = tuple[int, Mapping[int, Any]]


@dataclass(frozen=True, slots=True)
class Heading:
    """``row``: number of the row of names, 0 without one. ``columns``: places of its cells in a line."""

    row: int
    columns: tuple[int, ...]
    names: tuple[str, ...]

    @property
    def span(self) -> slice | None:
        """Return the columns as one slice when no gap lies between them."""
        first, last = self.columns[0], self.columns[-1]
        return slice(first, last + 1) if last - first + 1 == len(self.columns) else None


def find_heading(grid: Grid, sample: Sequence[Line], wanted: int | None) -> Heading:
    """Find the row of names. ``wanted``: its number if somebody told it, 0 for a table without one."""
    filled: list[Filled] = [
        (number, cells)
        for number, line in sample
        if (cells := {place: cell for place, cell in enumerate(line) if not blank(cell)})
    ]
    if not filled:
        raise Refused("import.empty")
    if wanted == 0:
        last = max(place for _, cells in filled for place in cells)
        return Heading(
            0, tuple(range(last + 1)), tuple(letters(grid.left + each) for each in range(last + 1))
        )
    if wanted is not None:
        found = next((cells for number, cells in filled if number == wanted), None)
        if found is None:
            raise Refused("import.no_header", row=wanted)
        return _heading(wanted, found)
    heading = _search(filled)
    _refuse_merges(grid, heading)
    return heading


def blank(cell: object) -> bool:
    """Tell whether a cell holds nothing but white space."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _search(filled: Sequence[Filled]) -> Heading:
    for index, (number, cells) in enumerate(filled):
        if all(map(_is_name, cells.values())) and _names_all(cells, filled[index + 1 :]):
            above = max((len(each) for _, each in filled[:index]), default=0)
            if above > max(_TITLE_CELLS, len(cells) // 2):
                raise Refused("import.not_a_table", row=filled[0][0])
            return _heading(number, cells)
    named = any(len(cells) > 1 and all(map(_is_name, cells.values())) for _, cells in filled)
    raise Refused("import.not_a_table" if named else "import.no_header", row=filled[0][0])


def _names_all(cells: Mapping[int, Any], below: Sequence[Filled]) -> bool:
    """Tell whether every column that is used further down has a name here."""
    used = Counter(place for _, each in below for place in each)
    return all(place in cells for place, count in used.items() if count >= max(1, _SHARE * len(below)))


def _is_name(cell: object) -> bool:
    return isinstance(cell, str) and len(cell) <= _LONGEST and not _FIGURE.fullmatch(cell)


def _heading(row: int, cells: Mapping[int, Any]) -> Heading:
    seen: Counter[str] = Counter()
    names = []
    for cell in cells.values():
        name = " ".join(str(cell).split())
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return Heading(row, tuple(cells), tuple(names))


def _refuse_merges(grid: Grid, heading: Heading) -> None:
    """A cell merged over others hides which rows its value belongs to."""
    first, last = grid.left + heading.columns[0], grid.left + heading.columns[-1]
    for top, bottom, left, right in grid.merges:
        if bottom >= heading.row and right >= first and left <= last:
            cells = f"{letters(left)}{top}:{letters(right)}{bottom}"
            raise Refused("import.not_a_table", row=top, cells=cells)
