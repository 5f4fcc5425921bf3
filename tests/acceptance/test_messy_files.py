"""Files that broke other programs: what is in them comes home, and what cannot is said."""

from collections import Counter
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from engines.exchange.sheet import Chunk, Table, Wanted, open_table
from schemas.errors import Invalid

NO_NAMES = Wanted(header=0)


@pytest.fixture(scope="session")
def messy(shared: Path) -> Path:
    return shared / "data" / "messy_excel"


def _read(path: Path, wanted: Wanted | None = None) -> tuple[Table, list[list[Any]], list[Chunk]]:
    with open_table(path, wanted) as table:
        chunks = list(table.chunks)
    rows = [some.row(index) for some in chunks for index in range(len(some.numbers))]
    return table, rows, chunks


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("calamine/pass_protected.xlsx", "import.password"),
        ("poi/protected_passtika.xlsx", "import.password"),
        ("sheetjs/password_2002_40_xor.xls", "import.password"),
        ("poi/xlsx-corrupted.xlsx", "import.damaged"),
        ("calamine/OOM_alloc3.xls", "import.damaged"),
        ("poi/poc-xmlbomb.xlsx", "import.damaged"),
        ("sheetjs/Attendance.numbers", "import.unsupported"),
        ("poi/57893-many-merges.xlsx", "import.empty"),
        ("poi/DataValidations-49244.xlsx", "import.not_a_table"),
        ("sheetjs/merge_cells.xlsx", "import.not_a_table"),
    ],
)
def test_says_why_a_file_is_not_read(messy: Path, file: str, code: str):
    with pytest.raises(Invalid) as refused:
        _read(messy / file)

    assert [each.code for each in refused.value.issues] == [code]


@pytest.mark.parametrize(
    ("file", "first_row", "headers", "rows"),
    [
        ("grist/test_headers_with_none_cell.xlsx", 4, ("header1", "header2", "header3", "header4"), 2),
        ("grist/test_invalid_dimensions.xlsx", 4, ("A", "B", "C"), 3),
        ("calamine/temperature-in-middle.xlsx", 5, ("label", "value"), 2),
        ("grist/mixed_dates.csv", 2, ("date",), 10),
    ],
)
def test_finds_the_table(messy: Path, file: str, first_row: int, headers: tuple[str, ...], rows: int):
    table, found, _ = _read(messy / file)

    assert (table.first_row, table.headers, len(found)) == (first_row, headers, rows)


def test_repeated_names_are_told_apart(messy: Path):
    file = messy / "grist" / "nyc_schools_progress_report_ec_2013.xlsx"

    table, rows, _ = _read(file, Wanted(sheet="Student Performance"))

    assert (table.first_row, len(rows)) == (3, 46)
    repeated = [each for each in table.headers if each.startswith("Peer Percent of Range")]
    assert repeated == ["Peer Percent of Range", *(f"Peer Percent of Range ({n})" for n in (2, 3, 4))]


def test_dates_count_from_1904(messy: Path):
    _, rows, _ = _read(messy / "sheetjs" / "1904__1904.xlsx", NO_NAMES)

    expected = ["1904-01-02", "1904-01-12", "1904-04-21", "1907-01-16", "1934-06-03"]
    assert [row[0] for row in rows] == [1, 11, 111, 1111, 11111]
    assert [str(row[1]) for row in rows] == expected
    assert all(isinstance(row[1], date) for row in rows)


def test_dates_written_as_iso_texts_are_dates(messy: Path):
    _, rows, _ = _read(messy / "calamine" / "date_iso.xlsx", NO_NAMES)

    moment = datetime(2021, 1, 1, 10, 10, 10)  # noqa: DTZ001 - as a cell holds it
    assert [row[0] for row in rows[:3]] == [date(2021, 1, 1), moment, time(10, 10, 10)]


def test_every_error_is_told(messy: Path):
    _, rows, chunks = _read(messy / "sheetjs" / "ErrorTypes.xlsx")

    problems = [each for some in chunks for each in some.problems]
    in_first_column = [each for each in problems if each.column == 0]
    assert {each.code for each in problems} == {"import.error_cell"}
    assert {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"} <= {
        each.value for each in problems
    }
    assert [rows[each.row][0] for each in in_first_column] == [each.value for each in in_first_column]


def test_long_figures_keep_their_digits(messy: Path):
    _, rows, _ = _read(messy / "grist" / "test_excel_types.xlsx")
    _, overflow, _ = _read(messy / "excelize" / "OverflowNumericCell.xlsx", NO_NAMES)

    assert rows[0][2:4] == ["12345678902345689", "320150170634561830"]
    assert overflow == [[8595602512225]]


def test_mixed_columns_come_as_they_are(messy: Path):
    _, rows, _ = _read(messy / "grist" / "test_excel_types.xlsx", Wanted(sheet="Sheet2"))

    kinds = Counter(type(row[0]).__name__ for row in rows)
    assert (kinds["date"] > 10, rows[0][8]) == (True, "$0.00")


def test_only_sheets_that_are_seen_are_offered(messy: Path):
    table, rows, _ = _read(messy / "calamine" / "any_sheets.xlsx", NO_NAMES)

    assert (table.sheet, table.sheets, rows[0]) == ("Visible", ("Visible",), [1, 2])


def test_a_strict_workbook_loses_no_sheet(messy: Path):
    file = messy / "poi" / "SimpleStrict.xlsx"

    table, rows, _ = _read(file, NO_NAMES)
    _, second, _ = _read(file, Wanted(header=0, sheet="Sheet Number 2"))

    assert (table.sheets, len(rows)) == (("Sheet1", "Sheet Number 2"), 6)
    assert second[2] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("file", ["calamine/pivots.xlsx", "calamine/gh548_incorrect_sst_unique_count.xls"])
def test_opens_what_other_programs_do_not(messy: Path, file: str):
    _, rows, _ = _read(messy / file)

    assert rows


def test_an_external_entity_is_not_followed(messy: Path):
    table, rows, _ = _read(messy / "poi" / "xxe_in_schema.xlsx")

    assert (table.headers, rows) == (("/Test/Test", "Column1", "Column2"), [["1", "", ""]])


def test_phonetic_guides_are_left_out(messy: Path):
    _, rows, _ = _read(messy / "calamine" / "rph.xlsx", NO_NAMES)

    assert rows[0][0].split() == ["課きく", "毛こ"]


@pytest.mark.parametrize(
    ("file", "rows"),
    [("sep.csv", [["A", "1"], ["2", "3"]]), ("linend.mac.csv", [["A", "1"], ["2", "3"]])],
)
def test_reads_odd_lines_of_text(messy: Path, file: str, rows: list[list[str]]):
    assert _read(messy / "phpspreadsheet_csv" / file, NO_NAMES)[1] == rows


@pytest.mark.parametrize(
    ("file", "headers", "rows"),
    [
        ("客户导入模板.xlsx", ("名称", "联系人", "电话"), 3),
        ("客户信息表.xlsx", ("客户姓名", "车型", "上次到店时间"), 8),
        ("原日期.xlsx", ("原日期",), 8),
        ("data_wuliu.csv", ("订单号", "订单行", "销售时间"), 1161),
        ("data.csv", ("开奖日期", "期号", "中奖号码"), 832),
    ],
)
def test_reads_chinese_files(shared: Path, file: str, headers: tuple[str, ...], rows: int):
    table, found, chunks = _read(shared / "data" / "chinese" / file)

    assert (table.headers[:3], len(found)) == (headers, rows)
    assert [each for some in chunks for each in some.problems] == []


def test_a_plan_laid_out_as_a_form_is_no_table(shared: Path):
    with pytest.raises(Invalid) as refused:
        _read(shared / "data" / "chinese" / "项目进度表.xlsx")

    assert refused.value.issues[0].code == "import.not_a_table"


@pytest.mark.parametrize(
    ("sheet", "wanted", "rows"),
    [("Orders", None, 830), ("Orders Details", None, 2155), ("Customers", 2, 91), ("Employees", None, 9)],
)
def test_reads_a_workbook_of_eight_sheets(shared: Path, sheet: str, wanted: int | None, rows: int):
    file = shared / "data" / "northwind" / "Northwind.xlsx"

    table, found, _ = _read(file, Wanted(sheet=sheet, header=wanted))

    assert (len(found), len(table.sheets)) == (rows, 8)
