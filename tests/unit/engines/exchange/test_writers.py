"""What a sheet is called and what its cells hold."""

import io
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from engines.exchange.writers import Column, CsvWriter, XlsxWriter, guarded, sheet_name


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Orders", "Orders"),
        ("a/b:c*d?e[f]g\\h", "a b c d e f g h"),
        ("'=quoted'", "quoted"),
        ("x" * 40, "x" * 31),
        ("History", "History_"),
        ("///", "Sheet1"),
    ],
)
def test_a_sheet_gets_a_name_that_workbooks_accept(label: str, name: str):
    assert sheet_name(label) == name


@pytest.mark.parametrize("text", ["=x", "+x", "-x", "@x", "\tx", "\rx", "\nx", "＝x", "'=x"])
def test_a_text_that_might_be_a_formula_is_guarded(text: str):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["x=1", "'x", "a-b", "", "1"])
def test_another_text_stays_as_it_is(text: str):
    assert guarded(text) == text


def test_headers_are_guarded_too():
    stream = io.BytesIO()
    writer = CsvWriter(stream, "x", [Column("=cmd()")])

    assert (writer.close(), stream.getvalue().decode("utf-8-sig")) == (0, "'=cmd()\r\n")


def test_a_workbook_shows_as_many_places_as_the_field_has():
    stream = io.BytesIO()
    writer = XlsxWriter(stream, "x", [Column("a", 2), Column("b", 1, "%"), Column("=c"), Column("d")])
    writer.write([Decimal("1.50"), Decimal("12.5"), "x" * 40_000, date(1850, 1, 2)])
    writer.close()

    rows = CalamineWorkbook.from_filelike(io.BytesIO(stream.getvalue())).get_sheet_by_index(0).to_python()

    assert rows[0] == ["a", "b", "=c", "d"]
    assert (rows[1][:2], len(str(rows[1][2])), rows[1][3]) == ([1.5, 12.5], 32_767, "1850-01-02")
