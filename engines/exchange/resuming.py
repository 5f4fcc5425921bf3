"""How far an import is whose rows are committed bit by bit, so that it can go on after a crash."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

COUNTS = ("created", "updated", "unchanged", "blanked")


@dataclass(frozen=True, slots=True)
class Done:
    """What is committed: every row up to ``row`` of the sheet, but for the ``refused`` ones.

    ``refused`` holds first and last of rows that follow each other. They are tried again when the import goes
    on, and say once more what is wrong with them. ``cause_id`` is the cause of everything written.
    """

    row: int = 0
    cause_id: int | None = None
    refused: tuple[tuple[int, int], ...] = ()
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    blanked: int = 0

    @property
    def written(self) -> int:
        """Return the number of rows that need not be tried again."""
        return self.created + self.updated + self.unchanged

    def holds(self, row: int) -> bool:
        """Tell whether a row need not be tried again."""
        if row > self.row:
            return False
        place = bisect_right(self.refused, (row, 1 << 62)) - 1
        return place < 0 or self.refused[place][1] < row

    def upto(self, rows: Sequence[int], refused: Iterable[int]) -> Done:
        """Return this with a further chunk of rows, of which some were refused."""
        wrong: Iterable[int] = sorted(refused)
        ranges = list(self.refused)
        if rows[0] <= self.row:  # some of them were refused before
            known = {row for first, last in ranges for row in range(first, last + 1)}
            wrong, ranges = sorted(known - set(rows) | set(wrong)), []
        for row in wrong:
            if ranges and ranges[-1][1] == row - 1:
                ranges[-1] = (ranges[-1][0], row)
            else:
                ranges.append((row, row))
        return replace(self, row=max(self.row, rows[-1]), refused=tuple(ranges))

    def as_json(self) -> dict[str, Any]:
        """Return this as JSON; ids are texts, because JavaScript counts to 2**53 only."""
        found: dict[str, Any] = {name: getattr(self, name) for name in ("row", *COUNTS)}
        cause = None if self.cause_id is None else str(self.cause_id)
        return found | {"cause": cause, "refused": [list(each) for each in self.refused]}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Done:
        """Read what ``as_json`` wrote."""
        cause = found["cause"]
        return cls(
            cause_id=None if cause is None else int(cause),
            refused=tuple((first, last) for first, last in found["refused"]),
            **{name: found[name] for name in ("row", *COUNTS)},
        )
