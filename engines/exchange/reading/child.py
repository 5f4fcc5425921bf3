"""The child process: reads one file within its limits and sends the rows home as JSON."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator, Mapping
from datetime import date, time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson

from engines.exchange.reading.delimited import open_delimited
from engines.exchange.reading.grid import Grid, Line
from engines.exchange.reading.heading import SAMPLE, Heading, blank, find_heading
from engines.exchange.reading.refused import Refused
from engines.exchange.reading.workbook import BROKEN, is_workbook, open_workbook

CHUNK = 5000

_Problem = tuple[int, int | None, str, str]


def serve(conn: Connection, path: str, wanted: Mapping[str, Any], limits: Mapping[str, int]) -> None:
    """Send the heading, then chunks of rows, then the end; or one refusal."""
    _bound(limits)
    try:
        try:
            for message in _messages(Path(path).read_bytes(), wanted, limits):
                conn.send_bytes(orjson.dumps(message))
        except BROKEN:
            raise Refused("import.damaged") from None
        except MemoryError:
            raise Refused("import.too_big", limit=limits["memory"]) from None
        except BaseException as error:
            # How the library that reads workbooks gives up; its exception has no public name.
            if type(error).__name__ != "PanicException":
                raise
            raise Refused("import.damaged") from None
    except Refused as refused:
        conn.send_bytes(orjson.dumps({"refused": refused.code, "params": refused.params}))
    except BrokenPipeError:  # nobody listens any more
        return


def _bound(limits: Mapping[str, int]) -> None:
    """Bound memory and processor time; where the system cannot, the parent's patience is the only limit."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _messages(data: bytes, wanted: Mapping[str, Any], limits: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    if not data.strip():
        raise Refused("import.empty")
    if is_workbook(data):
        grid = open_workbook(data, wanted["sheet"])
    else:
        grid = open_delimited(data, wanted["encoding"], wanted["separator"])
    sample = list(itertools.islice(grid.lines, SAMPLE))
    heading = find_heading(grid, sample, wanted["header"])
    if len(heading.columns) > limits["columns"]:
        raise Refused("import.too_wide", limit=limits["columns"])
    yield {"names": heading.names, "row": heading.row, "sheet": grid.sheet, "sheets": list(grid.sheets)}
    lines = (each for each in itertools.chain(sample, grid.lines) if each[0] > heading.row)
    filled = (each for each in lines if not all(map(blank, each[1])))
    total = 0
    while some := list(itertools.islice(filled, CHUNK)):
        total += len(some)
        if total > limits["rows"]:
            raise Refused("import.too_long", limit=limits["rows"])
        yield _chunk(grid, heading, some)
    yield {"end": total}


def _chunk(grid: Grid, heading: Heading, lines: list[Line]) -> dict[str, Any]:
    """Cut lines to the table's columns; dates are placed, because JSON does not know them."""
    numbers = [number for number, _ in lines]
    width = heading.columns[-1] + 1
    cells = [line if len(line) >= width else line + [""] * (width - len(line)) for _, line in lines]
    every = list(zip(*(line[:width] for line in cells), strict=True))
    columns = [every[place] for place in heading.columns]
    moments = [
        [index for index, cell in enumerate(column) if isinstance(cell, (date, time))] for column in columns
    ]
    problems = [*_unnamed(heading, cells), *_odd(grid, heading, numbers)]
    return {"numbers": numbers, "columns": columns, "moments": moments, "problems": problems}


def _unnamed(heading: Heading, cells: list[list[Any]]) -> Iterator[_Problem]:
    """Find cells in columns that have no name: a separator too many, or a note beside the table."""
    named = set(heading.columns)
    if all(len(line) == len(named) for line in cells):
        return
    for index, line in enumerate(cells):
        extra = next(
            (cell for place, cell in enumerate(line) if place not in named and not blank(cell)), None
        )
        if extra is not None:
            yield index, None, "import.no_column", str(extra)[:40]


def _odd(grid: Grid, heading: Heading, numbers: list[int]) -> Iterator[_Problem]:
    if not grid.oddities:
        return
    rows = {number: index for index, number in enumerate(numbers)}
    places = {grid.left + column: place for place, column in enumerate(heading.columns)}
    for (number, column), odd in grid.oddities.items():
        if odd.code and number in rows and column in places:
            yield rows[number], places[column], odd.code, odd.text[:40]
