"""Files read by the child process: what comes home, and what cannot hurt."""

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # published without types

from engines.exchange.sheet import Chunk, Limits, Problem, Table, Wanted, open_table
from schemas.errors import Invalid


def _read(
    path: Path, wanted: Wanted | None = None, limits: Limits | None = None
) -> tuple[Table, list[Chunk]]:
    with open_table(path, wanted, limits) as table:
        return table, list(table.chunks)


def _refusal(path: Path, wanted: Wanted | None = None, limits: Limits | None = None) -> str:
    with pytest.raises(Invalid) as refused:
        _read(path, wanted, limits)
    assert refused.value.reason == "import.refused"
    return refused.value.issues[0].code


def _workbook(path: Path, fill: Callable[[Any, Any], None], **options: Any) -> Path:
    book = xlsxwriter.Workbook(str(path), options)
    fill(book, book.add_worksheet("First"))
    book.close()
    return path


def _edit(path: Path, part: str, old: str, new: str) -> None:
    """Change one part of a workbook, as a program that writes it otherwise."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    assert old.encode() in parts[part]
    parts[part] = parts[part].replace(old.encode(), new.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)


def test_cells_come_home_as_what_they_are(tmp_path: Path):
    def fill(book: Any, sheet: Any) -> None:
        day, moment, clock = (
            book.add_format({"num_format": each}) for each in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm")
        )
        sheet.write_row(0, 0, ["text", "whole", "number", "day", "moment", "clock", "tick", "blank"])
        sheet.write_string(1, 0, "0042")
        sheet.write_number(1, 1, 8595602512225)
        sheet.write_number(1, 2, 1.25)
        sheet.write_datetime(1, 3, date(2026, 1, 31), day)
        sheet.write_datetime(1, 4, datetime(2026, 1, 31, 10, 20), moment)  # noqa: DTZ001 - as a cell holds it
        sheet.write_datetime(1, 5, time(9, 30), clock)
        sheet.write_boolean(1, 6, True)

    table, chunks = _read(_workbook(tmp_path / "a.xlsx", fill))

    assert (table.sheet, table.first_row, table.headers[:2]) == ("First", 2, ("text", "whole"))
    moment = datetime(2026, 1, 31, 10, 20)  # noqa: DTZ001 - as a cell holds it
    row = ["0042", 8595602512225, 1.25, date(2026, 1, 31), moment, time(9, 30), "TRUE", ""]
    assert chunks == [Chunk([2], [[cell] for cell in row], [])]


def test_blank_rows_are_left_out_and_the_others_keep_their_numbers(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("Title\n\nname,amount\na,1\n , \nb,2\n", "utf-8")

    table, chunks = _read(path)

    assert (table.first_row, chunks[0].numbers, chunks[0].row(1)) == (4, [4, 6], ["b", "2"])


def test_an_error_in_a_cell_is_told_and_never_a_blank(tmp_path: Path):
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["name", "amount"])
        sheet.write_row(1, 0, ["a", 1])
        sheet.write_string(2, 0, "b")
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")

    _, chunks = _read(_workbook(tmp_path / "a.xlsx", fill))

    assert chunks[0].problems == [Problem(1, 1, "import.error_cell", "#DIV/0!")]
    assert chunks[0].columns[1] == [1, "#DIV/0!"]


def test_cells_without_an_address_are_counted(tmp_path: Path):
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["name", "amount"])
        sheet.write_string(1, 0, "b")
        sheet.write_formula(1, 1, "=1/0", None, "#DIV/0!")

    path = _workbook(tmp_path / "a.xlsx", fill)
    _edit(path, "xl/worksheets/sheet1.xml", '<c r="B2"', "<c")

    _, chunks = _read(path)

    assert chunks[0].problems == [Problem(0, 1, "import.error_cell", "#DIV/0!")]


def test_a_figure_of_many_digits_keeps_them(tmp_path: Path):
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["name", "number"])
        sheet.write_row(1, 0, ["a", 12345])

    path = _workbook(tmp_path / "a.xlsx", fill)
    _edit(path, "xl/worksheets/sheet1.xml", "<v>12345</v>", "<v>320150170634561831</v>")

    _, chunks = _read(path)

    assert chunks[0].row(0) == ["a", "320150170634561831"]


def test_reads_the_first_sheet_that_is_seen_or_the_one_that_is_named(tmp_path: Path):
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["hidden"])
        for name in ("Second", "Third"):
            book.add_worksheet(name).write_row(0, 0, [name, "x"])
        book.get_worksheet_by_name("Second").activate()
        sheet.hide()

    path = _workbook(tmp_path / "a.xlsx", fill)

    table, _ = _read(path)
    assert (table.sheet, table.sheets) == ("Second", ("Second", "Third"))
    assert _read(path, Wanted(sheet="Third"))[0].headers == ("Third", "x")
    assert _refusal(path, Wanted(sheet="Fourth")) == "import.no_sheet"


def test_old_dates_count_from_1904_where_the_workbook_says_so(tmp_path: Path):
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["day"])
        sheet.write_datetime(1, 0, date(2026, 1, 31), book.add_format({"num_format": "yyyy-mm-dd"}))

    _, chunks = _read(_workbook(tmp_path / "a.xlsx", fill, date_1904=True))

    assert chunks[0].row(0) == [date(2026, 1, 31)]


def test_a_cell_in_a_column_without_a_name_is_told(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("name,amount\n" + "a,1\n" * 20 + "b,1052,75\n", "utf-8")

    _, chunks = _read(path)

    assert chunks[0].problems == [Problem(20, None, "import.no_column", "75")]


def test_many_rows_come_in_chunks(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("name\n" + "".join(f"n{index}\n" for index in range(11_000)), "utf-8")

    _, chunks = _read(path)

    assert [len(each.numbers) for each in chunks] == [5000, 5000, 1000]
    assert (chunks[2].numbers[-1], chunks[2].columns[0][-1]) == (11_001, "n10999")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "import.empty", id="no bytes"),
        pytest.param(b"\n \n", "import.empty", id="blank lines"),
        pytest.param(b"PK\x03\x04 cut off", "import.damaged", id="half a workbook"),
        pytest.param(
            bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 100, "import.damaged", id="half an old one"
        ),
        pytest.param(b"%PDF-1.7 \x00\x00\x00", "import.unsupported", id="something else"),
    ],
)
def test_says_why_a_file_is_not_read(tmp_path: Path, content: bytes, code: str):
    path = tmp_path / "file"
    path.write_bytes(content)

    assert _refusal(path) == code


def test_refuses_a_package_that_is_no_workbook(tmp_path: Path):
    path = tmp_path / "a.numbers"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("Index/Document.iwa", b"x")

    assert _refusal(path) == "import.unsupported"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        pytest.param(Limits(bytes=10), "import.too_big", id="bytes"),
        pytest.param(Limits(rows=2), "import.too_long", id="rows"),
        pytest.param(Limits(columns=1), "import.too_wide", id="columns"),
        pytest.param(Limits(seconds=0), "import.too_slow", id="time"),
    ],
)
def test_keeps_to_its_limits(tmp_path: Path, limits: Limits, code: str):
    path = tmp_path / "a.csv"
    path.write_text("name,amount\na,1\nb,2\nc,3\n", "utf-8")

    assert _refusal(path, limits=limits) == code


def test_a_bomb_only_hurts_the_child(tmp_path: Path):
    path = _workbook(tmp_path / "a.xlsx", lambda _, sheet: sheet.write_row(0, 0, ["name", "x"]))
    row = "<row><c t='inlineStr'><is><t>" + "x" * 30_000 + "</t></is></c></row>"
    _edit(path, "xl/worksheets/sheet1.xml", "</sheetData>", row * 8_000 + "</sheetData>")
    assert path.stat().st_size < 3_000_000

    assert _refusal(path, limits=Limits(memory=200_000_000)) == "import.too_big"


def test_entities_that_grow_are_refused(tmp_path: Path):
    path = _workbook(tmp_path / "a.xlsx", lambda _, sheet: sheet.write_row(0, 0, ["name", "x"]))
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet '
    _edit(path, "xl/worksheets/sheet1.xml", "<worksheet ", bomb)
    _edit(path, "xl/worksheets/sheet1.xml", "</sheetData>", '<row><c t="e"><v>&b;</v></c></row></sheetData>')

    assert _refusal(path) == "import.damaged"


def test_an_encoding_is_one_of_a_list(tmp_path: Path):
    path = tmp_path / "a.csv"
    path.write_text("name\na\n", "utf-8")

    assert _refusal(path, Wanted(encoding="rot13")) == "import.no_encoding"
