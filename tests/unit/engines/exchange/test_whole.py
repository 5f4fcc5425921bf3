"""All or nothing, bit by bit: checked first while others write, and taken back where it fails."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engines.access import Access
from engines.exchange import importing
from engines.exchange.importing import import_file
from engines.exchange.options import Follow, Options, Target
from engines.exchange.promise import KIND, keep
from engines.exchange.report import Report
from engines.query import Cause, Change, Op
from engines.store import jobs, platform
from schemas.errors import Conflict
from tests.fixtures.shop import Shop

Import = Callable[..., Report]
ROWS = "".join(f"i{index},{index}\n" for index in range(10))


@pytest.fixture
def bring(shop: Shop, tmp_path: Path) -> Import:
    """Import a text as a csv file, three rows at a time."""

    def run(form: str, text: str, follow: Follow | None = None, **more: Any) -> Report:
        path = tmp_path / "file.csv"
        path.write_text(text, "utf-8")
        target = Target(shop.store, shop.app, Access(None), shop.app.form(form), Cause("import", 11))
        return import_file(target, path, Options(at_once=3, **more), follow)

    return run


@pytest.fixture
def sqlite(shop: Shop) -> None:
    """Where one transaction keeps nobody waiting, all is written in one."""
    if not shop.db.sqlite:
        pytest.skip("written in one transaction")


def counts(report: Report) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, report.refused


def told(report: Report) -> list[tuple[int, str | None, str]]:
    return [(each.row, each.column, each.code) for each in report.issues]


def codes(shop: Shop) -> list[object]:
    return [each["code"] for each in shop.all("item", sort="code")]


def promises(shop: Shop) -> list[Mapping[str, Any]]:
    return [each for each in shop.rows(platform.job) if each["kind"] == KIND]


def looking(at: int, do: Callable[[], Any], stop: bool = False) -> Follow:
    """Do something at the n-th look whether to stop: ten rows have four while they are checked."""
    looks: list[int] = []

    def cancelled() -> bool:
        looks.append(1)
        if len(looks) == at:
            do()
        return stop and len(looks) > at

    return Follow(cancelled=cancelled)


def test_rows_come_in_short_transactions_under_one_cause(shop: Shop, bring: Import, sqlite: None) -> None:
    seen: list[tuple[int, bool, int]] = []

    def commit(conn: sa.Connection, done: Any, report: Report, *, last: bool) -> None:
        written = conn.scalar(sa.select(sa.func.count()).select_from(shop.app.form("item").table)) or 0
        seen.append((written, last, len(promises(shop))))

    report = bring("item", f"Code,Price\n{ROWS}", Follow(commit=commit))

    assert (counts(report), report.written) == ((10, 0, 0, 0), True)
    assert seen == [(3, False, 0), (6, False, 1), (9, False, 1), (10, False, 1), (10, True, 1)]
    assert len({each["_cause"] for each in shop.rows(shop.app.form("item").table)}) == 1
    assert promises(shop) == []


def test_progress_counts_the_check_and_the_writing(shop: Shop, bring: Import, sqlite: None) -> None:
    heard: list[int] = []

    bring("item", f"Code,Price\n{ROWS}", Follow(progress=heard.append))

    assert heard == [1, 3, 4, 5, 6, 8, 9, 10]


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_wrong_row_at_the_end_is_found_before_anything_is_written(
    shop: Shop, bring: Import, dry_run: bool
) -> None:
    report = bring("item", f"Code,Price\n{ROWS}i11,x\n", dry_run=dry_run)

    assert told(report) == [(12, "Price", "field.not_a_number")]
    assert (report.written, shop.rows(platform.cause), codes(shop)) == (False, [], [])


@pytest.mark.parametrize("mode", ["all", "each"])
def test_a_check_sees_that_rows_far_apart_take_the_same_value(shop: Shop, bring: Import, mode: str) -> None:
    names = "".join(f"n{index}\n" for index in range(7))

    report = bring("person", f"Name\n{names}N2\nn8\n", mode=mode, dry_run=True)

    assert (counts(report), told(report)) == ((8, 0, 0, 1), [(9, "Name", "field.taken")])


@pytest.mark.parametrize("dry_run", [True, False])
def test_rows_far_apart_name_each_other(shop: Shop, bring: Import, dry_run: bool) -> None:
    rows = "".join(f"t{index},t{(index * 7 + 3) % 10}\n" for index in range(10))

    report = bring("order", f"Title,Above\n{rows}", dry_run=dry_run)

    assert (counts(report), told(report)) == ((10, 0, 0, 0), [])
    if not dry_run:
        found = {each["_id"]: each for each in shop.all("order")}
        above = {each["title"]: found[each["above"]]["title"] for each in found.values()}
        assert above == {f"t{index}": f"t{(index * 7 + 3) % 10}" for index in range(10)}


def test_a_check_tells_names_that_lead_nowhere_or_to_two(shop: Shop, bring: Import) -> None:
    rows = "".join(f"t{index},,\n" for index in range(4))
    wrong = "bad,,x\nto bad,bad,\nto  t1, t1 ,\n"

    report = bring("order", f"Title,Above,Amount\n{rows}{wrong}", dry_run=True)

    assert told(report) == [(6, "Amount", "field.not_a_number"), (7, "Above", "import.not_found")]


def test_a_check_keeps_nobody_from_writing(shop: Shop, bring: Import) -> None:
    with shop.db.write():
        report = bring("item", f"Code,Price\n{ROWS}", dry_run=True)

    assert (counts(report), report.written) == ((10, 0, 0, 0), False)


def test_a_check_of_what_each_row_is_worth_may_be_long(
    shop: Shop, bring: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "ALL_ROWS", 2)

    assert counts(bring("item", f"Code,Price\n{ROWS}", dry_run=True, mode="each")) == (10, 0, 0, 0)


def test_others_write_in_between(shop: Shop, bring: Import, sqlite: None) -> None:
    report = bring("item", f"Code,Price\n{ROWS}", looking(6, lambda: shop.create("item", code="mine")))

    assert counts(report) == (10, 0, 0, 0)
    assert codes(shop) == [*(f"i{index}" for index in range(10)), "mine"]


def test_a_value_that_is_taken_after_the_check_takes_all_back(
    shop: Shop, bring: Import, sqlite: None
) -> None:
    old = shop.create("order", title="old", amount="1")
    rows = "".join(f"t{day},2,2026-01-0{day}\n" for day in range(1, 8))
    mine = looking(5, lambda: shop.create("order", title="mine", slot="2026-01-07"))

    report = bring("order", f"Title,Amount,Slot\nold,2,\n{rows}", mine, key="title")

    assert (report.written, report.left, told(report)) == (False, 0, [(9, "Slot", "field.taken")])
    found = [(each["title"], str(each["amount"])) for each in shop.all("order", sort="title")]
    assert found == [("mine", "None"), ("old", "1.00")]
    assert shop.get("order", old)["_version"] == 3
    assert promises(shop) == []


def test_stopping_takes_back_what_is_written(shop: Shop, bring: Import, sqlite: None) -> None:
    heard: list[int] = []
    follow = Follow(progress=heard.append, cancelled=lambda: len(heard) >= 6)

    report = bring("item", f"Code,Price\n{ROWS}", follow)

    assert (report.cancelled, report.written, counts(report)) == (True, False, (0, 0, 0, 0))
    assert (codes(shop), shop.rows(shop.app.form("item").table)) == ([], [])
    assert promises(shop) == []


def test_what_others_used_meanwhile_stays_and_is_counted(shop: Shop, bring: Import, sqlite: None) -> None:
    def use() -> None:
        first, second, _ = (each["_id"] for each in shop.all("person", sort="name"))
        shop.create("order", title="uses it", person=first)
        shop.update("person", int(str(second)), phone="mine")

    names = "".join(f"n{index}\n" for index in range(10))
    report = bring("person", f"Name\n{names}", looking(6, use, stop=True))

    assert (report.written, report.left) == (False, 1)
    assert [each["name"] for each in shop.all("person")] == ["n0"]
    assert [each["phone"] for each in shop.all("person", trash=True)] == ["mine"]


def test_an_import_that_stands_still_too_long_is_not_completed(
    shop: Shop, bring: Import, sqlite: None
) -> None:
    def taken_back() -> None:
        promise = promises(shop)[0]
        target = Target(shop.store, shop.app, Access(None), shop.app.form("item"), Cause("import", 11))
        with shop.db.write() as conn:
            claimed = jobs.claim(conn, [KIND], shop.clock.now() + timedelta(minutes=3))
        assert claimed is not None
        keep(target, int(promise["payload"]["cause"]))

    with pytest.raises(Conflict) as refused:
        bring("item", f"Code,Price\n{ROWS}", looking(6, taken_back))

    assert refused.value.reason == "import.taken_back"
    assert codes(shop) == []


def test_undoing_gives_fields_their_old_values_unless_they_changed_again(shop: Shop, bring: Import) -> None:
    ids = [shop.create("order", title=f"t{index}", amount="1", tags=["old"]) for index in range(3)]
    gone = shop.create("person", name="gone")
    shop.update("order", ids[2], person=gone)
    bring("order", "Title,Amount,Tags,Person\nt0,2,new,\nt1,2,new,\nt2,2,new,\nt3,2,new,\n", key="title")
    cause = max(int(each["id"]) for each in shop.rows(platform.cause))
    shop.update("order", ids[1], amount="3")
    shop.changing("person", Change(Op.delete, id=gone))

    target = Target(shop.store, shop.app, Access(None), shop.app.form("order"), Cause("import", 11))
    undone = keep(target, cause)
    again = keep(target, cause)

    found = {each["title"]: each for each in shop.all("order")}
    assert {title: (str(each["amount"]), each["tags"]) for title, each in found.items()} == {
        "t0": ("1.00", ("old",)), "t1": ("3.00", ("old",)), "t2": ("2.00", ("new",)),
    }  # fmt: skip
    assert (undone.removed, undone.restored, undone.left) == (1, 2, 1)
    assert again.removed == 0
    parents = {each["parent"] for each in shop.rows(platform.cause)} - {None}
    assert parents == {cause}
