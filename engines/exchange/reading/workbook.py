"""Workbooks: the sheet that is wanted, its cells, and what hides in them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from xml.parsers import expat

from engines.exchange.reading.biff import MAGIC, OldWorkbook
from engines.exchange.reading.grid import Grid, Line, Oddity, Place
from engines.exchange.reading.oddities import find_oddities
from engines.exchange.reading.refused import Refused

_ZIP = b"PK\x03\x04"
_EXACT = 10**15
_OURS = frozenset({"xl/workbook.xml"})
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    struct.error,
    ValueError,
    IndexError,
    KeyError,
    EOFError,
)


def is_workbook(data: bytes) -> bool:
    """Tell a workbook from text by its first bytes."""
    return data.startswith((_ZIP, MAGIC))


def open_workbook(data: bytes, sheet: str | None) -> Grid:
    """Read the sheet of that name, or the first that a person sees."""
    import python_calamine as calamine

    old = _inspect(data)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        shown = [
            each.name
            for each in book.sheets_metadata
            if each.typ == calamine.SheetTypeEnum.WorkSheet
            and each.visible == calamine.SheetVisibleEnum.Visible
        ]
        name = _choose(book.sheet_names, shown, sheet)
        found = book.get_sheet_by_name(name)
    except calamine.PasswordError:
        raise Refused("import.password") from None
    except calamine.CalamineError:
        raise Refused("import.damaged") from None
    merges = [(a + 1, c + 1, b, d) for (a, b), (c, d) in found.merged_cell_ranges or ()]
    oddities = _oddities(data, old, name, book.sheet_names)
    left = found.start[1] if found.start else 0
    return Grid(_lines(found.iter_rows(), left, oddities), left, name, shown, oddities, merges)


def _choose(names: list[str], shown: list[str], wanted: str | None) -> str:
    if wanted is not None:
        if wanted not in names:
            raise Refused("import.no_sheet", name=wanted, sheets=", ".join(shown[:20]))
        return wanted
    if not shown:
        raise Refused("import.empty")
    return shown[0]


def _inspect(data: bytes) -> OldWorkbook | None:
    """Refuse what is no workbook of ours, and what a password closes."""
    if data.startswith(_ZIP):
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            if not _OURS & set(file.namelist()):
                raise Refused("import.unsupported")
        return None
    old = OldWorkbook(data)
    if old.encrypted_package or old.protected():
        raise Refused("import.password")
    return old


def _oddities(data: bytes, old: OldWorkbook | None, name: str, names: list[str]) -> dict[Place, Oddity]:
    if old is not None:
        return old.errors(names.index(name)) if old.stream else {}
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return find_oddities(file, name)


def _lines(rows: Iterator[list[Any]], left: int, oddities: dict[Place, Oddity]) -> Iterator[Line]:
    odd_rows: dict[int, list[tuple[int, str]]] = {}
    for (row_number, column), odd in oddities.items():
        odd_rows.setdefault(row_number, []).append((column - left, odd.text))
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row):
            if cell.__class__ in _TOLD:
                row[place] = _TOLD[cell.__class__](cell)
        for place, text in odd_rows.get(number, ()):
            if 0 <= place < len(row):
                row[place] = text
        yield number, row


def _whole(cell: float) -> float | int:
    return int(cell) if cell.is_integer() and -_EXACT < cell < _EXACT else cell


def _clock(span: timedelta) -> str:
    """Return hours, minutes and seconds, as a cell shows a length of time."""
    seconds = round(span.total_seconds())
    sign = "-" if seconds < 0 else ""
    hours, rest = divmod(abs(seconds), 3600)
    return f"{sign}{hours:02}:{rest // 60:02}:{rest % 60:02}"


# What a cell holds -> what it tells a person, where that is something else.
_TOLD: dict[type, Callable[[Any], Any]] = {
    float: _whole,
    bool: lambda cell: "TRUE" if cell else "FALSE",
    timedelta: _clock,
    str: lambda cell: "" if cell.isspace() else cell,
}
