"""A table into records."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from engines.access import Access
from engines.exchange import importing
from engines.exchange.importing import import_file
from engines.exchange.options import Follow, Options, Target
from engines.exchange.report import Report
from engines.query import Cause
from engines.store import platform
from schemas.errors import Forbidden, Invalid, NotFound
from tests.fixtures.shop import Shop

Import = Callable[..., Report]


@pytest.fixture
def bring(shop: Shop, tmp_path: Path) -> Import:
    """Import a text as a csv file."""

    def run(
        form: str, text: str, access: Access | None = None, follow: Follow | None = None, **more: Any
    ) -> Report:
        path = tmp_path / "file.csv"
        path.write_text(text, "utf-8")
        target = Target(
            shop.store, shop.app, access or Access(None), shop.app.form(form), Cause("import", None)
        )
        return import_file(target, path, Options(**more), follow)

    return run


def _counts(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.refused


def _issues(report: Report) -> list[tuple[int, str | None, str]]:
    return [(each.row, each.column, each.code) for each in report.issues]


def _sheet(report: Report) -> list[list[Any]]:
    assert report.error_workbook is not None
    rows: list[list[Any]] = (
        CalamineWorkbook.from_filelike(io.BytesIO(report.error_workbook)).get_sheet_by_index(0).to_python()
    )
    return rows


def test_creates_a_record_for_each_row(shop: Shop, bring: Import):
    report = bring("item", "Code,Price\ni1,1.5\ni2,\n")

    assert (_counts(report), report.written) == ((2, 0, 0, 0), True)
    assert [(each["code"], str(each["price"])) for each in shop.all("item", sort="code")] == [
        ("i1", "1.50"),
        ("i2", "None"),
    ]


def test_every_kind_of_value_is_read_by_its_own_type(shop: Shop, bring: Import):
    person, item = shop.create("person", name="Ann"), shop.create("item", code="i1")

    report = bring(
        "order",
        "Title,Amount,Done,Stage,Marks,Tags,Day,At,Owner,Helpers,Person,Things\n"
        'a,"1,234.50",是,Open,"Red、Blue",x;y,2026年1月31日,9:30,p11,"P12, p13",ann,i1\n',
    )

    assert _issues(report) == []
    record = shop.all("order")[0]
    assert (record["amount"], record["done"], record["stage"]) == (1234.5, True, "open")
    assert (record["marks"], record["tags"]) == (("red", "blue"), ("x", "y"))
    assert (record["owner"], record["helpers"], record["person"], record["things"]) == (
        11,
        (12, 13),
        person,
        (item,),
    )


def test_a_blank_cell_leaves_a_default_alone(shop: Shop, bring: Import):
    bring("order", "Title,State\na,\nb,old\n")

    assert [each["state"] for each in shop.all("order", sort="title")] == ["new", "old"]


def test_all_or_nothing_writes_nothing(shop: Shop, bring: Import):
    report = bring("item", "Code,Price\ni1,1\ni2,x\n,3\n")

    assert (_counts(report), report.written) == ((0, 0, 0, 2), False)
    assert _issues(report) == [(3, "Price", "field.not_a_number"), (4, "Code", "field.required")]
    assert shop.all("item") == []


def test_each_writes_what_is_right(shop: Shop, bring: Import):
    report = bring("item", "Code,Price\ni1,1\ni2,x\ni3,3\n", mode="each")

    assert (_counts(report), report.written) == ((2, 0, 0, 1), True)
    assert [each["code"] for each in shop.all("item", sort="code")] == ["i1", "i3"]


def test_a_row_reports_all_its_problems_at_once(bring: Import):
    report = bring("order", "Title,Amount,Person,Owner,Day\na,x,Nobody,nobody,soon\n")

    assert _issues(report) == [
        (2, "Amount", "field.not_a_number"),
        (2, "Person", "import.not_found"),
        (2, "Owner", "import.not_found"),
        (2, "Day", "field.not_a_date"),
    ]


def test_a_dry_run_tells_and_writes_nothing(shop: Shop, bring: Import):
    report = bring("item", "Code,Price\ni1,1\ni2,x\n", dry_run=True)

    assert (_counts(report), report.written) == ((1, 0, 0, 1), False)
    assert shop.all("item") == []


def test_a_key_finds_what_is_there_and_the_same_file_again_changes_nothing(shop: Shop, bring: Import):
    text = "Title,Amount,Tags\na,1,x\nb,2,y\n"
    bring("order", text, key="title")

    again = bring("order", text, key="title")
    other = bring("order", "Title,Amount,Tags\nB,2.5,\nc,3,\n", key="title")

    assert (_counts(again), _counts(other)) == ((0, 0, 2, 0), (1, 1, 0, 0))
    records = {each["title"]: each for each in shop.all("order")}
    assert (set(records), str(records["B"]["amount"]), records["B"]["tags"]) == ({"a", "B", "c"}, "2.50", ())


def test_a_key_that_is_blank_repeated_or_shared_is_refused(shop: Shop, bring: Import):
    shop.create("item", code="twin")
    shop.create("item", code="Twin")

    report = bring("item", "Code,Price\n,1\nnew,2\nNEW,3\ntwin,4\n", key="code", mode="each")

    assert _counts(report) == (1, 0, 0, 3)
    assert [(row, code) for row, _, code in _issues(report)] == [
        (2, "import.no_key"),
        (4, "import.repeated_key"),
        (5, "import.ambiguous"),
    ]


def test_rows_of_one_file_may_name_each_other(shop: Shop, bring: Import):
    report = bring("order", "Title,Above\nchild,parent\nparent,\nlost,nobody\n", mode="each")

    records = {each["title"]: each for each in shop.all("order")}
    assert (_counts(report), set(records)) == ((2, 0, 0, 1), {"child", "parent"})
    assert records["child"]["above"] == records["parent"]["_id"]


def test_a_row_that_names_a_refused_row_stands_and_is_told(shop: Shop, bring: Import):
    report = bring("order", "Title,Above,Amount\nchild,parent,\nparent,,x\n", mode="each")

    assert [each["above"] for each in shop.all("order")] == [None]
    assert _issues(report) == [(3, "Amount", "field.not_a_number"), (2, "Above", "import.not_found")]


def test_a_reference_that_leads_nowhere_may_be_left_blank(shop: Shop, bring: Import):
    report = bring("order", "Title,Person\na,Nobody\n", unresolved="blank")

    assert (_counts(report), report.blanked) == ((1, 0, 0, 0), 1)
    assert shop.all("order")[0]["person"] is None


def test_a_name_of_two_is_refused_even_where_blanks_are_welcome(shop: Shop, bring: Import):
    shop.create("item", code="twin")
    shop.create("item", code="twin")

    report = bring("order", "Title,Things\na,twin\n", unresolved="blank")

    assert _issues(report) == [(2, "Things", "import.ambiguous")]


def test_a_number_is_a_name_and_never_an_id(shop: Shop, bring: Import):
    item = shop.create("item", code="i1")

    assert _issues(bring("order", f"Title,Things\na,{item}\n")) == [(2, "Things", "import.not_found")]
    assert _counts(bring("order", f"Title,Things\na,{item}\n", map={"Things": "things._id"})) == (1, 0, 0, 0)


def test_references_are_looked_up_once_a_column(shop: Shop, bring: Import):
    for name in "abc":
        shop.create("person", name=name)
    rows = "".join(f"t{index},{'abc'[index % 3]}\n" for index in range(300))

    with shop.statements() as sent:
        report = bring("order", f"Title,Person\n{rows}")

    assert _counts(report) == (300, 0, 0, 0)
    assert len(sent) < 40


def test_people_are_found_by_telephone_and_address(shop: Shop, bring: Import):
    with shop.db.write() as conn:
        change = sa.update(platform.user).where(platform.user.c.id == 12)
        conn.execute(change.values(phone="+86 139 1234 5678", email="Bo@Example.com"))

    report = bring("order", "Title,Owner\na,13912345678\nb,bo@example.com\n")

    assert (_issues(report), [each["owner"] for each in shop.all("order")]) == ([], [12, 12])


def test_someone_who_left_is_not_found(bring: Import):
    assert _issues(bring("order", "Title,Owner\na,p19\n")) == [(2, "Owner", "import.not_found")]


def test_words_may_stand_for_nothing(shop: Shop, bring: Import):
    report = bring("item", "Code,Price\ni1,NULL\ni2, n/a \n", blanks=("null", "N/A"))

    assert (_counts(report), [each["price"] for each in shop.all("item")]) == ((2, 0, 0, 0), [None, None])


def test_the_error_workbook_holds_the_refused_rows_and_comes_back(shop: Shop, bring: Import, tmp_path: Path):
    report = bring("item", "Code,Price,Colour\ni1,1,red\n=i2,x,blue\n", mode="each")

    sheet = _sheet(report)

    assert report.unmapped == ("Colour",)
    assert sheet == [
        ["Code", "Price", "Colour", "import.reason"],
        ["=i2", "x", "blue", "Price: field.not_a_number"],
    ]
    path = tmp_path / "again.xlsx"
    assert report.error_workbook is not None
    path.write_bytes(report.error_workbook)
    target = Target(shop.store, shop.app, Access(None), shop.app.form("item"), Cause("import", None))
    again = import_file(target, path)
    assert (_issues(again), again.unmapped) == ([(2, "Price", "field.not_a_number")], ("Colour",))


def test_where_one_row_holds_up_the_others_they_all_come_back(bring: Import):
    report = bring("item", "Code,Price\ni1,1\ni2,x\n")

    assert [row[0] for row in _sheet(report)] == ["Code", "i1", "i2"]


def test_reasons_are_written_in_the_readers_words(bring: Import):
    follow = Follow(translate=lambda code, params: f"<{code} {params.get('value', '')}>")

    report = bring("item", "Code,Price\ni2,x\n", follow=follow)

    assert _sheet(report)[1][-1] == "Price: <field.not_a_number x>"


def test_one_import_is_one_cause(shop: Shop, bring: Import):
    rows = "".join(f"i{index}\n" for index in range(5_001))

    report = bring("item", f"Code\n{rows}", mode="each")

    records = shop.rows(shop.app.form("item").table)
    assert (_counts(report), len({each["_cause"] for each in records})) == ((5_001, 0, 0, 0), 1)


def test_a_long_file_is_not_all_or_nothing(bring: Import, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importing, "ALL_ROWS", 2)

    with pytest.raises(Invalid) as refused:
        bring("item", "Code\na\nb\nc\n")

    assert refused.value.issues[0].code == "import.too_long_for_all"


def test_whoever_follows_hears_of_progress_and_may_stop(shop: Shop, bring: Import):
    heard: list[int] = []

    def stop() -> bool:
        return bool(heard)

    rows = "".join(f"i{index}\n" for index in range(1_001))
    report = bring("item", f"Code\n{rows}", mode="each", follow=Follow(progress=heard.append, cancelled=stop))

    assert (heard, report.cancelled, _counts(report)) == ([1000], True, (1000, 0, 0, 0))


def test_an_import_that_is_stopped_leaves_nothing_where_all_was_asked(shop: Shop, bring: Import):
    report = bring("item", "Code\na\n", follow=Follow(cancelled=lambda: True))

    assert (report.cancelled, report.written, _counts(report), shop.all("item")) == (
        True,
        False,
        (0,) * 4,
        [],
    )


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("Colour\nred\n", {}, "import.nothing_mapped"),
        ("Price\n1\n", {}, "import.required_unmapped"),
        ("Price\n1\n", {"key": "code"}, "import.key_unmapped"),
    ],
)
def test_refuses_a_file_that_cannot_work(bring: Import, text: str, options: dict[str, Any], code: str):
    with pytest.raises(Invalid) as refused:
        bring("item", text, **options)

    assert (refused.value.reason, refused.value.issues[0].code) == ("import.refused", code)


def test_a_person_needs_the_right_to_import(shop: Shop, bring: Import):
    with pytest.raises(NotFound):
        bring("item", "Code\na\n", access=shop.give())
    with pytest.raises(Forbidden):
        bring("item", "Code\na\n", access=shop.give({"form": "item", "actions": ["view", "create"]}))


def test_an_import_writes_with_the_rights_of_the_person(shop: Shop, bring: Import):
    shop.create("person", name="seen", keeper="11")
    shop.create("person", name="unseen", keeper="12")
    access = shop.give(
        {"form": "order", "actions": ["view", "create", "import"]},
        {"form": "person", "actions": ["view"], "scope": "own"},
    )

    report = bring("order", "Title,Person\na,seen\nb,unseen\n", access=access, mode="each")

    assert (_counts(report), _issues(report)) == ((1, 0, 0, 1), [(3, "Person", "import.not_found")])
