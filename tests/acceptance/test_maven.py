"""Four related tables of a hardware seller, brought in from every file that somebody made of them."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engines.access import Access
from engines.exchange.importing import import_file
from engines.exchange.options import Options, Target
from engines.exchange.report import Report
from engines.exchange.sheet import Wanted, open_table
from engines.expression import parse
from engines.form import AppModel
from engines.query import Aggregate, Cause, Dimension, Measure
from engines.store import reading
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.jobs import JobTable
from engines.store.publish import Publisher
from engines.store.store import Store
from schemas.errors import Invalid
from schemas.grammar import Grammar
from tests.fixtures.clock import FakeClock

DEFINITION = Path(__file__).with_name("maven_crm.json")
FILES = {
    "accounts": "accounts",
    "products": "products",
    "sales_teams": "sales_teams",
    "pipeline": "sales_pipeline",
}
DASHBOARD = "workbooks/CRM_Sales_Pipeline_Dashboard.xlsx"
DATA_MODEL = "workbooks/data_model.xlsx"


@dataclass
class Seller:
    """The published application in an empty database."""

    store: Store
    app: AppModel
    folder: Path

    def bring(self, form: str, file: str, **options: Any) -> Report:
        target = Target(self.store, self.app, Access(None), self.app.form(form), Cause("import", None))
        return import_file(target, self.folder / file, Options(**options))

    def bring_all(self, pattern: str = "{}.csv", **options: Any) -> dict[str, Report]:
        """Import the four tables; references to products that do not exist are left blank."""
        return {
            form: self.bring(form, pattern.format(file), unresolved="blank", **options)
            for form, file in FILES.items()
        }

    def figures(self, form: str, *measures: str, group: str | None = None, where: str | None = None) -> Any:
        asked = Aggregate(
            form,
            (Dimension(group),) if group else (),
            tuple(_measure(each) for each in measures),
            None if where is None else parse(where),
        )
        with self.store.db.read() as conn:
            rows = reading.aggregate(self.store, conn, self.app, Access(None), asked)
        return (
            {row[group]: tuple(row[each.replace(":", "_")] for each in measures) for row in rows}
            if group
            else rows[0]
        )


def _measure(text: str) -> Measure:
    function, _, field = text.partition(":")
    return Measure(function, field or None)


@pytest.fixture
def seller(
    shared: Path, tmp_path: Path, sqlite_template: Path, grammar: Grammar, clock: FakeClock
) -> Iterator[Seller]:
    path = tmp_path / "weft.db"
    shutil.copy(sqlite_template, path)
    db = Database(f"sqlite:///{path}")
    ids = SnowIds(0, clock)
    app = Publisher(db, grammar, clock, ids).apply(DEFINITION.read_bytes(), actor=None)
    yield Seller(Store(db, clock, ids, JobTable(ids, clock), b"s" * 32), app, shared / "data" / "maven_crm")
    db.close()


@pytest.fixture(scope="session")
def answers(shared: Path) -> dict[str, Any]:
    """What an independent program counted."""
    found: dict[str, Any] = json.loads((shared / "data" / "reference_answers.json").read_text("utf-8"))[
        "maven_crm"
    ]
    return found


def _codes(report: Report) -> Counter[tuple[str | None, str]]:
    return Counter((each.column, each.code) for each in report.issues)


@pytest.mark.parametrize("pattern", ["{}.csv", "variant_semicolon/{}.csv"])
def test_every_figure_is_right_after_an_import(seller: Seller, answers: dict[str, Any], pattern: str):
    reports = seller.bring_all(pattern)

    rows = {form: answers["source_rows"][file] for form, file in FILES.items()}
    assert {form: each.created for form, each in reports.items()} == rows
    assert [each.unmapped for each in reports.values()] == [()] * 4
    assert reports["pipeline"].blanked == answers["conversion_by_product_raw"]["GTXPro"]["all"] == 1480

    stages = seller.figures("pipeline", "count", "sum:close_value", group="deal_stage")
    assert {stage.title(): count for stage, (count, _) in stages.items()} == answers["stage_counts"]
    assert stages["won"][1] == answers["won_value_total"]
    assert stages["lost"][1] == answers["lost_close_value_total"]
    blanks = answers["blank_counts"]
    filled = seller.figures(
        "pipeline", *(f"filled:{key}" for key in ("account", "engage_date", "close_date", "close_value"))
    )
    assert {
        key: 8800 - filled[f"filled_{key}"] for key in ("account", "engage_date", "close_date", "close_value")
    } == {key: blanks[key] for key in ("account", "engage_date", "close_date", "close_value")}


def test_averages_and_extremes_are_right(seller: Seller, answers: dict[str, Any]):
    seller.bring_all()

    found = seller.figures(
        "pipeline", "average:close_value", "min:close_value", "max:close_value", where='deal_stage = "won"'
    )

    assert round(found["average_close_value"], 4) == Decimal(str(answers["won_value_avg"]))
    assert [found["min_close_value"], found["max_close_value"]] == answers["won_value_min_max"]


def test_a_product_that_does_not_exist_is_refused_with_row_and_column(seller: Seller):
    for form in ("accounts", "products", "sales_teams"):
        seller.bring(form, f"{FILES[form]}.csv")

    nothing = seller.bring("pipeline", "sales_pipeline.csv")
    rest = seller.bring("pipeline", "sales_pipeline.csv", mode="each")

    assert (nothing.refused, nothing.created, nothing.written) == (1480, 0, False)
    assert (rest.refused, rest.created) == (1480, 7320)
    assert _codes(rest) == {("product", "import.not_found"): 1480}
    first = rest.issues[0]
    assert (first.row, first.column, first.params) == (3, "product", {"value": "GTXPro"})


def test_an_account_may_belong_to_one_further_down(seller: Seller):
    report = seller.bring("accounts", "accounts.csv")

    assert report.created == 85
    assert seller.figures("accounts", "filled:subsidiary_of")["filled_subsidiary_of"] == 15


def test_the_same_file_again_changes_nothing(seller: Seller):
    seller.bring_all()

    accounts = seller.bring("accounts", "accounts.csv", key="account")
    pipeline = seller.bring("pipeline", "sales_pipeline.csv", key="opportunity_id", unresolved="blank")

    assert (accounts.unchanged, accounts.updated, accounts.created) == (85, 0, 0)
    assert (pipeline.unchanged, pipeline.updated, pipeline.created) == (8800, 0, 0)


def test_a_dry_run_counts_and_leaves_no_trace(seller: Seller):
    report = seller.bring("accounts", "accounts.csv", dry_run=True)

    assert (report.created, report.written) == (85, False)
    assert seller.figures("accounts", "count")["count"] == 0


def test_a_workbook_with_real_dates_gives_the_same_won_value(seller: Seller, answers: dict[str, Any]):
    reports = {
        form: seller.bring(form, DATA_MODEL, wanted=Wanted(sheet=sheet)) for form, sheet in FILES.items()
    }

    assert {form: each.refused for form, each in reports.items()} == dict.fromkeys(FILES, 0)
    assert reports["pipeline"].unmapped == ("engage_quarter", "close_quarter")
    assert seller.figures("pipeline", "sum:close_value")["sum_close_value"] == answers["won_value_total"]
    assert seller.figures("pipeline", "filled:product")["filled_product"] == 8800


def test_numbers_that_became_dates_are_named_by_row_and_column(seller: Seller):
    report = seller.bring("accounts", DASHBOARD, wanted=Wanted(sheet="accounts"), mode="each")

    assert (report.created, _codes(report)) == (78, {("revenue", "field.not_a_number"): 7})
    first = report.issues[0]
    assert (first.row, first.column, first.params["value"]) == (11, "revenue", "4269-09-01")
    assert report.error_workbook is not None


def test_a_damaged_column_is_damaged_in_as_many_rows_as_a_person_counted(seller: Seller):
    wanted = Wanted(sheet="merged_dataset")
    columns = {"account": None, "opportunity_id": "account", "Sector": None}

    report = seller.bring("accounts", DASHBOARD, wanted=wanted, mode="each", map=columns)

    assert _codes(report) == {("Revenue", "field.not_a_number"): 665 + 387}


def test_undecodable_bytes_are_named_by_row_and_column(seller: Seller):
    for form in ("accounts", "products", "sales_teams"):
        seller.bring(form, f"variant_dirty/{FILES[form]}.csv")
    columns = {"order_id": "opportunity_id", "order_date": None}

    report = seller.bring("pipeline", "variant_dirty/sales_pipeline.csv", map=columns, unresolved="blank")

    assert (report.refused, report.written) == (8800, False)
    assert _codes(report) == {("account", "import.undecodable"): 8800}
    assert (report.issues[0].row, report.issues[-1].row) == (2, 8801)


def test_names_with_superfluous_blanks_are_found(seller: Seller):
    seller.bring("sales_teams", "variant_dirty/sales_teams.csv")
    columns = {"order_id": "opportunity_id", "order_date": None, "account": None, "product": None}

    report = seller.bring("pipeline", "variant_dirty/sales_pipeline.csv", map=columns)

    assert (report.created, report.issues) == (8800, [])


@pytest.mark.parametrize(
    ("file", "code"),
    [("workbooks/pivot_export_not_a_table.csv", "import.not_a_table"), (DASHBOARD, "import.no_header")],
)
def test_what_is_no_table_is_refused(seller: Seller, file: str, code: str):
    with pytest.raises(Invalid) as refused:
        seller.bring("pipeline", file)

    assert [(each.path, each.code) for each in refused.value.issues] == [("file", code)]


def test_a_large_workbook_of_formulas_is_read_within_its_limits(shared: Path):
    file = shared / "data" / "maven_crm" / DASHBOARD

    with open_table(file, Wanted(sheet="merged_dataset")) as table:
        chunks = list(table.chunks)

    assert (len(table.headers), sum(len(each.numbers) for each in chunks)) == (20, 8800)
