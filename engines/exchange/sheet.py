"""A file as a table of rows: read by a child process, so that no file can hurt the server."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from datetime import time as clock_time
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import orjson

from engines.exchange.reading.child import serve
from engines.exchange.reading.delimited import ENCODINGS
from schemas.errors import Invalid, Issue

_DATE, _TIME = 10, 8  # lengths of ISO texts: a date, a time of day, else both


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person says of a file; None is found out.

    ``header``: number of the row of names, 0 for a table without one (columns are then A, B, …).
    """

    sheet: str | None = None
    header: int | None = None
    encoding: str | None = None
    separator: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """``bytes`` of the file, ``memory`` of the child in bytes, ``seconds`` that it may keep us waiting."""

    bytes: int = 50_000_000
    memory: int = 1_500_000_000
    seconds: int = 60
    rows: int = 200_000
    columns: int = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell (``column``: its place in the row) or a row (None) that must not be taken as it came."""

    row: int
    column: int | None
    code: str
    value: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows, by column: a hundred lists are less work for the collector than a hundred thousand.

    ``numbers``: of the rows as the sheet counts them. A cell is text (``""`` is blank), int, float, date,
    time or date-time.
    """

    numbers: Sequence[int]
    columns: Sequence[list[Any]]
    problems: Sequence[Problem] = ()

    def row(self, index: int) -> list[Any]:
        """Return the cells of one row."""
        return [column[index] for column in self.columns]

    def part(self, places: Sequence[int]) -> Chunk:
        """Return some of the rows, by their places in ascending order."""
        moved = {place: index for index, place in enumerate(places)}
        return Chunk(
            [self.numbers[place] for place in places],
            [[column[place] for place in places] for column in self.columns],
            [Problem(moved[each.row], each.column, each.code, each.value)
             for each in self.problems if each.row in moved],
        )  # fmt: skip

    def parts(self, size: int) -> Iterator[Chunk]:
        """Cut into parts of so many rows."""
        if len(self.numbers) <= size:
            yield self
            return
        places = range(len(self.numbers))
        yield from (self.part(places[start : start + size]) for start in range(0, len(places), size))


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one sheet. ``chunks`` are read once; reading them may still raise ``Invalid``."""

    headers: tuple[str, ...]
    sheet: str | None
    sheets: tuple[str, ...]
    first_row: int
    chunks: Iterator[Chunk]


def refusal(code: str, **params: object) -> Invalid:
    """Build the refusal of a whole file."""
    return Invalid([Issue("file", code, params)], "import.refused")


@contextmanager
def open_table(path: Path, wanted: Wanted | None = None, limits: Limits | None = None) -> Iterator[Table]:
    """Open a csv, xlsx or xls file. Raises Invalid that says why a file is not read."""
    wanted, limits = wanted or Wanted(), limits or Limits()
    if path.stat().st_size > limits.bytes:
        raise refusal("import.too_big", limit=limits.bytes)
    if wanted.encoding is not None and wanted.encoding not in ENCODINGS:
        raise refusal("import.no_encoding", name=wanted.encoding, known=", ".join(ENCODINGS))
    spawn = multiprocessing.get_context("spawn")
    inward, outward = spawn.Pipe(duplex=False)
    child = spawn.Process(
        target=serve,
        args=(outward, str(path), asdict(wanted), asdict(limits)),
        daemon=True,
        name="weft-reader",
    )
    child.start()
    outward.close()
    try:
        messages = _messages(inward, child, limits)
        head = next(messages)
        yield Table(
            tuple(head["names"]), head["sheet"], tuple(head["sheets"]), head["row"] + 1, map(_chunk, messages)
        )
    finally:
        child.kill()
        child.join()
        child.close()
        inward.close()


def _messages(inward: Connection, child: SpawnProcess, limits: Limits) -> Iterator[dict[str, Any]]:
    """Iterate over what the child says; the time it takes us to use it is not the child's."""
    left = float(limits.seconds)
    while True:
        asked = time.monotonic()
        if not inward.poll(max(0.0, left)):
            raise refusal("import.too_slow", seconds=limits.seconds)
        try:
            message: dict[str, Any] = orjson.loads(inward.recv_bytes())
        except EOFError:
            raise _died(child, limits) from None
        left -= time.monotonic() - asked
        if "refused" in message:
            raise refusal(message["refused"], **message["params"])
        if "end" in message:
            return
        yield message


def _died(child: SpawnProcess, limits: Limits) -> Invalid:
    """Say why a child left without a word: its limits kill it, or the library that reads the file gave up."""
    child.join(1)
    code = child.exitcode or 0
    if hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU:
        return refusal("import.too_slow", seconds=limits.seconds)
    return refusal("import.too_big", limit=limits.memory) if code < 0 else refusal("import.damaged")


def _chunk(message: dict[str, Any]) -> Chunk:
    for column, indexes in zip(message["columns"], message["moments"], strict=True):
        for index in indexes:
            column[index] = _moment(column[index])
    return Chunk(message["numbers"], message["columns"], [Problem(*each) for each in message["problems"]])


def _moment(text: str) -> date | clock_time:
    if len(text) == _DATE:
        return date.fromisoformat(text)
    if len(text) == _TIME or "T" not in text:
        return clock_time.fromisoformat(text)
    return datetime.fromisoformat(text)
