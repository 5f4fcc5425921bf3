"""Sheets written row by row: nothing in them is ever taken for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any, Protocol

from schemas.errors import LimitReached

LONGEST_CELL = 32_767  # of a workbook
_LAST_ROW = 1_048_575
_FIRST_YEAR = 1900
_TRIGGER = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NAME_LENGTH = 31


@dataclass(frozen=True, slots=True)
class Column:
    """``decimals`` of numbers, as many as there are when None, and the ``sign`` that follows them."""

    header: str
    decimals: int | None = None
    sign: str = ""


class Writer(Protocol):
    """Takes cells: text, Decimal, date, naive date-time, time or None."""

    def write(self, cells: Sequence[Any]) -> None:
        """Add a row."""

    def close(self) -> int:
        """Finish the sheet and return its number of rows; the stream stays open."""


def guarded(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; reading it in again takes the quote off."""
    return f"'{text}" if _TRIGGER.match(text) else text


def sheet_name(label: str) -> str:
    """Return a name that a workbook accepts."""
    name = _NOT_IN_NAMES.sub(" ", label).strip().strip("'=+-@").strip()[:_NAME_LENGTH].rstrip("'")
    return f"{name}_" if name.lower() == "history" else name or "Sheet1"


class CsvWriter:
    """UTF-8 with the mark by which spreadsheets know it."""

    def __init__(self, target: IO[bytes], name: str, columns: Sequence[Column]) -> None:
        self._text = io.TextIOWrapper(target, "utf-8-sig", newline="")
        self._writer = csv.writer(self._text)
        self._rows = 0
        self._writer.writerow([guarded(each.header) for each in columns])

    def write(self, cells: Sequence[Any]) -> None:
        """Add a row."""
        self._rows += 1
        self._writer.writerow([_written(each) for each in cells])

    def close(self) -> int:
        """Flush; the stream belongs to the caller."""
        self._text.detach()
        return self._rows


def _written(cell: Any) -> str:
    if isinstance(cell, str):
        return guarded(cell)
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    return "" if cell is None else str(cell)


class XlsxWriter:
    """A workbook of one sheet; rows go to a temporary file as they come."""

    def __init__(self, target: IO[bytes], name: str, columns: Sequence[Column]) -> None:
        import xlsxwriter  # type: ignore[import-untyped]  # published without types

        self._book = xlsxwriter.Workbook(target, {"constant_memory": True})
        self._sheet = self._book.add_worksheet(sheet_name(name))
        bold = self._book.add_format({"bold": True})
        self._numbers = [self._book.add_format({"num_format": _number(each)}) for each in columns]
        self._dates = {
            kind: self._book.add_format({"num_format": shape})
            for kind, shape in ((date, "yyyy-mm-dd"), (datetime, "yyyy-mm-dd hh:mm:ss"), (time, "hh:mm:ss"))
        }
        self._rows = 0
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, max(0, len(columns) - 1), 16)
        for place, each in enumerate(columns):
            self._sheet.write_string(0, place, each.header, bold)

    def write(self, cells: Sequence[Any]) -> None:
        """Add a row. Raises LimitReached beyond what a sheet holds."""
        self._rows += 1
        if self._rows > _LAST_ROW:
            raise LimitReached("limit.sheet_rows", limit=_LAST_ROW)
        for place, cell in enumerate(cells):
            self._cell(place, cell)

    def _cell(self, place: int, cell: Any) -> None:
        sheet, row = self._sheet, self._rows
        if isinstance(cell, str):
            sheet.write_string(
                row, place, cell if len(cell) <= LONGEST_CELL else cell[: LONGEST_CELL - 1] + "…"
            )
        elif isinstance(cell, (Decimal, int, float)):
            sheet.write_number(row, place, cell, self._numbers[place])
        elif isinstance(cell, date) and cell.year < _FIRST_YEAR:  # a workbook's calendar begins later
            sheet.write_string(row, place, str(cell))
        elif cell is not None:
            sheet.write_datetime(row, place, cell, self._dates[type(cell)])

    def close(self) -> int:
        """Write the workbook into the stream."""
        self._book.close()
        return self._rows


def _number(column: Column) -> str:
    if column.decimals is None:
        return "General"
    places = "0." + "0" * column.decimals if column.decimals else "0"
    return f'{places}"{column.sign}"' if column.sign else places
