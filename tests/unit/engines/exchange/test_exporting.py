"""Records into a spreadsheet."""

import csv
import io
from pathlib import Path
from typing import Any, Literal

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from engines.access import Access
from engines.exchange.exporting import Source, Style, export
from engines.exchange.importing import import_file
from engines.exchange.options import Options, Target
from engines.exchange.report import Report
from engines.query import Cause, Change, Op
from engines.store import platform
from schemas.errors import Forbidden, NotFound
from tests.fixtures.shop import Shop, asked

Kind = Literal["csv", "xlsx"]


def _bytes(
    shop: Shop, form: str, kind: Kind, access: Access | None = None, locale: str = "en", **more: Any
) -> bytes:
    stream = io.BytesIO()
    export(
        Source(shop.store, shop.app, access or Access(None)), asked(form, **more), stream, Style(kind, locale)
    )
    return stream.getvalue()


def _csv(shop: Shop, form: str, access: Access | None = None, **more: Any) -> list[list[str]]:
    text = _bytes(shop, form, "csv", access, **more).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def _xlsx(shop: Shop, form: str, **more: Any) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(_bytes(shop, form, "xlsx", **more)))
    rows: list[list[Any]] = book.get_sheet_by_index(0).to_python()
    return rows


FIELDS = (
    "title",
    "amount",
    "done",
    "stage",
    "marks",
    "tags",
    "day",
    "seen",
    "at",
    "owner",
    "person",
    "things",
)


@pytest.fixture
def full(shop: Shop) -> int:
    """One order with everything."""
    person, item, other = (
        shop.create("person", name="Ann"),
        shop.create("item", code="i1"),
        shop.create("item", code="i2"),
    )
    return shop.create(
        "order", title="a", amount="1.5", done=True, stage="open", marks=["red", "blue"],
        tags=["x", "y"], day="2026-01-31", seen="2026-01-31T02:20:00Z", at="09:30", owner="11",
        person=str(person), things=[str(item), str(other)],
    )  # fmt: skip


def test_a_person_reads_labels_and_titles(shop: Shop, full: int):
    head, row = _csv(shop, "order", fields=FIELDS)

    assert head == [each.title() for each in FIELDS]
    assert row[:6] == ["a", "1.50", "√", "Open", "Red, Blue", "x, y"]
    assert row[6:] == ["2026-01-31", "2026-01-31 10:20:00", "09:30:00", "P11", "Ann", "i1, i2"]


def test_a_workbook_holds_numbers_and_dates(shop: Shop, full: int):
    row = _xlsx(shop, "order", fields=("amount", "day", "seen", "at"))[1]

    assert [row[0], *map(str, row[1:])] == [1.5, "2026-01-31", "2026-01-31 10:20:00", "09:30:00"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_went_out_comes_in_again_unchanged(shop: Shop, full: int, tmp_path: Path, kind: Kind):
    path = tmp_path / f"orders.{kind}"
    path.write_bytes(_bytes(shop, "order", kind, fields=FIELDS))
    target = Target(shop.store, shop.app, Access(None), shop.app.form("order"), Cause("import", None))

    report = import_file(target, path, Options(key="title"))

    assert ([each.code for each in report.issues], report.unchanged) == ([], 1)


def test_links_come_in_again_unchanged_whatever_else_bears_their_names(shop: Shop, tmp_path: Path):
    first, _, comma = (shop.create("item", code=code) for code in ("twin", "twin", "twin, a"))
    shop.create("item", code="a")
    nameless = shop.create("item", code="gone")
    order = shop.create(
        "order", title="o", owner="11", helpers=["12"], things=[str(first), str(comma), str(nameless)]
    )
    shop.create("order", title="twin")
    shop.create("order", title="below", above=str(order))
    with shop.db.write() as conn:  # two people of one name, and one who left
        people = platform.user
        conn.execute(sa.update(people).where(people.c.id == 16).values(name="P11"))
        conn.execute(sa.update(people).where(people.c.id == 12).values(active=False))
        item = shop.app.form("item")
        blank = dict.fromkeys(item.fields["code"].columns)
        conn.execute(sa.update(item.table).where(item.table.c["_id"] == nameless).values(blank))
    fields = ("title", "amount", "owner", "helpers", "things", "above")
    sheet = _bytes(shop, "order", "csv", fields=fields, sort="title")

    report = _again(shop, tmp_path, sheet)
    changed = _again(shop, tmp_path, sheet.replace(b"o,,P11", b"o,7,P11"))

    assert b'"twin, twin, a, #' in sheet
    assert ([each.code for each in report.issues], report.unchanged) == ([], 3)
    assert ([each.code for each in changed.issues], changed.updated) == ([], 1)
    found = shop.get("order", order)
    assert (found["owner"], found["helpers"], found["things"]) == (11, (12,), (first, comma, nameless))
    assert found["amount"] == 7


def test_a_link_out_of_sight_is_not_emptied_by_a_blank_cell(shop: Shop, tmp_path: Path):
    unseen, seen = (
        shop.create("person", name=name, keeper=keeper) for name, keeper in (("u", "12"), ("s", "11"))
    )
    order = shop.create("order", title="o", person=unseen)
    other = shop.create("order", title="p", person=seen)
    access = shop.give(
        {"form": "order", "actions": ["view", "edit", "import", "export"]},
        {"form": "person", "actions": ["view"], "scope": "own"},
    )
    sheet = _bytes(shop, "order", "csv", access, fields=("title", "person"), sort="title")

    report = _again(shop, tmp_path, sheet, access)
    emptied = _again(shop, tmp_path, sheet.replace(b"p,s", b"p,"), access)

    assert (report.unchanged, emptied.updated, emptied.unchanged) == (2, 1, 1)
    assert (shop.get("order", order)["person"], shop.get("order", other)["person"]) == (unseen, None)


def test_a_name_of_several_is_still_refused_where_it_would_change_the_link(shop: Shop, tmp_path: Path):
    first = shop.create("item", code="twin")
    shop.create("item", code="twin")
    shop.create("order", title="o", things=[str(first)])
    shop.create("order", title="p")

    report = _again(shop, tmp_path, b"Title,Things\no,twin\np,twin\n")

    assert [(each.row, each.code) for each in report.issues] == [(3, "import.ambiguous")]


def _again(shop: Shop, folder: Path, sheet: bytes, access: Access | None = None) -> Report:
    """Import a sheet of orders by their titles."""
    path = folder / "again.csv"
    path.write_bytes(sheet)
    target = Target(
        shop.store, shop.app, access or Access(None), shop.app.form("order"), Cause("import", None)
    )
    return import_file(target, path, Options(key="title"))


def test_more_than_a_page_goes_out_in_order(shop: Shop):
    shop.changing("item", *_items(1_203), mode="each")

    rows = _csv(shop, "item", sort="code")

    assert (len(rows), rows[1][0], rows[-1][0]) == (1_204, "i0000", "i1202")


def _items(count: int) -> list[Change]:
    return [Change(Op.create, {"code": f"i{index:04}"}) for index in range(count)]


def test_the_filter_applies(shop: Shop):
    shop.changing("item", *_items(3))

    assert _csv(shop, "item", where='code <> "i0001"', sort="code") == [
        ["Code", "Price"],
        ["i0000", ""],
        ["i0002", ""],
    ]


def test_nothing_is_a_formula(shop: Shop):
    for code in ("=1+1", "+1", "-1", "@x", "＝1", "plain"):
        shop.create("item", code=code)

    guarded = [row[0] for row in _csv(shop, "item", sort="_id")]
    workbook = [row[0] for row in _xlsx(shop, "item", sort="_id")]

    assert guarded == ["Code", "'=1+1", "'+1", "'-1", "'@x", "'＝1", "plain"]
    assert workbook == ["Code", "=1+1", "+1", "-1", "@x", "＝1", "plain"]


def test_a_negative_number_stays_a_number(shop: Shop):
    shop.create("item", code="i1", price="-1.5")

    assert _csv(shop, "item")[1] == ["i1", "-1.50"]


def test_a_person_needs_the_right_to_export(shop: Shop):
    with pytest.raises(NotFound):
        _csv(shop, "item", shop.give())
    with pytest.raises(Forbidden):
        _csv(shop, "item", shop.give({"form": "item", "actions": ["view"]}))


def test_only_what_may_be_exported_goes_out(shop: Shop):
    shop.create("person", name="mine", keeper="11", phone="13900001234")
    shop.create("person", name="other", keeper="12")
    access = shop.give(
        {"form": "person", "actions": ["view"]}, {"form": "person", "actions": ["export"], "scope": "own"}
    )

    assert [row[0] for row in _csv(shop, "person", access)] == ["Name", "mine"]


def test_hidden_fields_are_absent_and_masked_ones_are_outlines(shop: Shop):
    shop.create("person", name="Ann", keeper="11", phone="13900001234")
    access = shop.give(
        {"form": "person", "actions": ["view", "export"], "fields": {"keeper": "hidden", "phone": "masked"}}
    )

    assert _csv(shop, "person", access) == [["Name", "Phone"], ["Ann", "139****34"]]


def test_headers_are_in_the_readers_language(shop: Shop):
    assert _bytes(shop, "item", "csv", locale="zh-CN").startswith(b"\xef\xbb\xbfCode,Price\r\n")
