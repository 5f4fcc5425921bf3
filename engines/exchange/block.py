"""A block of cells as spreadsheets put it on the clipboard: tabs, lines, quotes around what holds either."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from engines.exchange.reading.delimited import open_delimited
from engines.exchange.reading.grid import letters
from engines.exchange.reading.refused import Refused
from engines.exchange.sheet import Chunk, Table, refusal

MOST_ROWS = 1_000
MOST_COLUMNS = 100
Block = Sequence[Sequence[str]]


def read_block(text: str) -> Block:
    """Return the rows of a block, all of the same length.

    Raises Invalid (``import.refused``) for one that is too large for a page, or no block at all.
    """
    plain = text.replace("\x00", "")
    try:
        lines = [list(map(str, cells)) for _, cells in open_delimited(plain.encode(), "utf-8", "\t").lines]
    except Refused:  # a quote that is never closed is a character like any other
        lines = [line.split("\t") for line in plain.splitlines()]
    while lines and not any(cell.strip() for cell in lines[-1]):
        lines.pop()
    if len(lines) > MOST_ROWS:
        raise refusal("import.block_too_long", count=len(lines), limit=MOST_ROWS)
    width = max(map(len, lines), default=0)
    if width > MOST_COLUMNS:
        raise refusal("import.block_too_wide", count=width, limit=MOST_COLUMNS)
    return [[*line, *[""] * (width - len(line))] for line in lines]


def write_block(rows: Block) -> str:
    """Write a block as ``read_block`` reads it."""
    stream = io.StringIO()
    csv.writer(stream, delimiter="\t", lineterminator="\n").writerows(rows)
    return stream.getvalue()


def as_table(rows: Block, start: int = 0) -> Table:
    """Return a block as the importer takes it, its columns called A, B and so on; rows count from 1.

    ``start``: so many rows are headings.
    """
    kept = rows[start:]
    width = len(rows[0]) if rows else 0
    chunk = Chunk(range(1, len(kept) + 1), [[row[place] for row in kept] for place in range(width)])
    return Table(tuple(map(letters, range(width))), None, (), start + 1, iter([chunk] if kept else []))


def as_map(fields: Sequence[str]) -> Mapping[str, str | None]:
    """Return which column fills which field, blank for none, as the importer is told."""
    return {letters(place): field or None for place, field in enumerate(fields)}
