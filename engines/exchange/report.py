"""What became of an import, and the workbook of rows to be put right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import Any

from engines.exchange.writers import Column, XlsxWriter

Translate = Callable[[str, Mapping[str, object]], str]
_IN_MEMORY = 8_000_000


@dataclass(frozen=True, slots=True)
class RowIssue:
    """A problem at a row (as the sheet counts) and a column's header.

    ``column`` is None where no column is to blame. ``field``: path in the record.
    """

    row: int
    column: str | None
    field: str
    code: str
    params: Mapping[str, object]


@dataclass(slots=True)
class Report:
    """Counts of rows. ``written`` is False after a dry run, and in ``all`` mode where a row was refused.

    Of a dry run the counts say what would have been. ``blanked``: references that led nowhere and were left
    blank on demand. ``left``: rows of an import that was taken back which others had used meanwhile, so that
    they stay. ``unmapped``: headers that fill nothing. ``error_workbook``: xlsx of the rows to be put
    right with reasons (in ``all`` mode of every row), None when there are none.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    blanked: int = 0
    left: int = 0
    written: bool = True
    cancelled: bool = False
    issues: list[RowIssue] = field(default_factory=list)
    unmapped: tuple[str, ...] = ()
    sheet: str | None = None
    error_workbook: bytes | None = None

    @property
    def rows(self) -> int:
        """Return the number of rows that were looked at."""
        return self.created + self.updated + self.unchanged + self.refused


def error_workbook(
    headers: Sequence[str],
    rows: Iterable[tuple[int, Sequence[Any]]],
    issues: Iterable[RowIssue],
    translate: Translate,
) -> bytes:
    """Build the workbook: the columns as they came and one with the reasons; it can be sent in again."""
    reasons: dict[int, list[str]] = {}
    for each in issues:
        text = translate(each.code, each.params)
        reasons.setdefault(each.row, []).append(f"{each.column}: {text}" if each.column else text)
    columns = [Column(each) for each in (*headers, translate("import.reason", {}))]
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as stream:
        writer = XlsxWriter(stream, "", columns)
        for number, cells in rows:
            reason = "\n".join(reasons.get(number, ()))
            writer.write([*(None if each == "" else each for each in cells), reason or None])
        writer.close()
        stream.seek(0)
        return stream.read()
