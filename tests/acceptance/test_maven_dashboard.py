"""The seller's dashboard: every number is what an independent program counted, and leads to its records."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from engines.access import Access
from engines.exchange.importing import import_file
from engines.exchange.options import Options, Target
from engines.query import Cause
from tests.acceptance.test_maven import DEFINITION, FILES
from tests.fixtures.clock import FakeClock
from tests.fixtures.rest import Door, Rest

Json = dict[str, Any]


@pytest.fixture(scope="module")
def seller(shared: Path, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Rest]:
    """The application in use, with the four tables brought in."""
    folder = tmp_path_factory.mktemp("seller")
    shutil.copy(sqlite_template, folder / "weft.db")
    found = Rest(folder, f"sqlite:///{folder / 'weft.db'}", FakeClock(), DEFINITION.read_bytes())
    box = found.installation
    for form, file in FILES.items():
        target = Target(box.store, found.model, Access(None), found.model.form(form), Cause("import", None))
        report = import_file(target, shared / f"data/maven_crm/{file}.csv", Options(unresolved="blank"))
        assert report.written
    yield found
    found.close()


@pytest.fixture(scope="module")
def keeper(seller: Rest) -> Door:
    return door(seller, "keeper")


@pytest.fixture(scope="module")
def answers(shared: Path) -> Json:
    import json

    found: Json = json.loads((shared / "data/reference_answers.json").read_text("utf-8"))["maven_crm"]
    return found


def door(seller: Rest, role: str) -> Door:
    found = seller.door(f"{role}.{uuid4().hex[:6]}", role)
    found.base = f"/api/{seller.model.key}/"
    return found


def widget(who: Door, key: str) -> Json:
    found: Json = who.get(f"dashboards/answers/{key}")
    return found


def number(who: Door, key: str) -> Decimal:
    return Decimal(str(widget(who, key)["rows"][0]["figures"][0]))


def by_label(answer: Json) -> dict[str, list[Any]]:
    return {row["labels"][0]: row["figures"] for row in answer["rows"]}


def test_single_figures(keeper: Door, answers: Json) -> None:
    assert number(keeper, "won_value") == answers["won_value_total"]
    assert number(keeper, "won_count") == answers["won_count"]
    assert round(number(keeper, "won_average"), 4) == Decimal(str(answers["won_value_avg"]))
    assert number(keeper, "won_largest") == answers["won_value_min_max"][1]
    assert round(number(keeper, "won_share"), 4) == Decimal(str(answers["won_over_closed_overall"]))
    cycles = answers["sales_cycle_days_overall"]
    assert round(number(keeper, "won_cycle"), 4) == Decimal(str(cycles["won_avg"]))
    assert round(number(keeper, "closed_cycle"), 4) == Decimal(str(cycles["closed_avg"]))


def test_rankings_are_in_order(keeper: Door, answers: Json) -> None:
    *best, others = widget(keeper, "agents")["rows"]
    expected = answers["top10_agents_by_won_value_sorted_desc"]
    assert [(row["labels"][0], *row["figures"]) for row in best] == [
        (each["sales_agent"], f"{each['won_value']}.00", each["won_count"]) for each in expected
    ]
    rest = sum(answers["all_agents_won_value"].values()) - sum(each["won_value"] for each in expected)
    assert (others["others"], Decimal(others["figures"][0])) == (True, rest)
    *accounts, _ = widget(keeper, "accounts")["rows"]
    assert [(row["labels"][0], Decimal(row["figures"][0])) for row in accounts] == [
        *answers["top10_accounts_by_won_value_sorted_desc"].items()
    ]


def test_stages_and_months(keeper: Door, answers: Json) -> None:
    stages = widget(keeper, "stages")["rows"]
    assert {row["groups"][0].title(): row["figures"][0] for row in stages} == answers["stage_counts"]
    months = widget(keeper, "value_by_month")["rows"]
    assert {row["groups"][0][:7]: Decimal(row["figures"][0]) for row in months} == answers[
        "won_value_by_close_month"
    ]
    quarters = widget(keeper, "count_by_quarter")["rows"]
    expected = answers["won_count_by_close_quarter"]
    assert [row["figures"][0] for row in quarters] == [expected[key] for key in sorted(expected)]
    begun = {row["groups"][0]: row["figures"][0] for row in widget(keeper, "engaged")["rows"]}
    assert begun.pop(None) == answers["blank_counts"]["engage_date"]
    assert {key[:7]: value for key, value in begun.items()} == answers["opportunities_by_engage_month"]


@pytest.mark.parametrize("key", ["product", "manager", "region", "sector"])
def test_conversions(keeper: Door, answers: Json, key: str) -> None:
    expected = answers["conversion_by_product_raw" if key == "product" else f"conversion_by_{key}"]
    every, closed = (by_label(widget(keeper, f"{part}_by_{key}")) for part in ("all", "closed"))
    # The product that the list of products does not know was left blank.
    named = {"GTXPro": "(blank)"} if key == "product" else {}
    assert len(every) == len(expected)
    for name, each in expected.items():
        count, won, lost, under_way, share, value = every[named.get(name, name)]
        assert (count, won, lost, under_way) == (each["all"], each["won"], each["lost"], each["open"])
        assert round(Decimal(share), 4) == Decimal(str(each["won_over_all"]))
        assert Decimal(value) == each["won_value"]
        if each["won_over_closed"] is not None:
            rate = closed[named.get(name, name)][1]
            assert round(Decimal(rate), 4) == Decimal(str(each["won_over_closed"]))


@pytest.mark.parametrize("role", ["keeper", "analyst", "closer"])
def test_every_count_lists_as_many_records(seller: Rest, role: str) -> None:
    who = door(seller, role)
    compared = forbidden = 0
    for each in who.get("dashboards/answers")["widgets"]:
        answer = widget(who, each["key"])
        forbidden += answer["forbidden"]
        functions = [column["function"] for column in answer["columns"] if column["function"]]
        for row in answer["rows"]:
            for function, figure, records in zip(functions, row["figures"], row["records"], strict=True):
                if function == "count" and records is not None:
                    query = urlencode({**records, "total": "exact", "limit": 1, "fields": "opportunity_id"})
                    assert who.get(f"{answer['form']}?{query}")["total"]["count"] == figure, (
                        each["key"],
                        row,
                    )
                    compared += 1
    assert compared > 40
    assert (forbidden > 0) is (role == "closer")  # who closes deals does not see what they are worth


def test_every_deal_stands_in_the_stage_that_the_file_says_since_its_day(
    seller: Rest, keeper: Door, answers: Json
) -> None:
    stays = "SELECT stage, how, COUNT(*) FROM weft_flow_stage WHERE left_at IS NULL GROUP BY stage, how"
    with seller.installation.db.read() as conn:
        found = {(row[0], row[1]): row[2] for row in conn.exec_driver_sql(stays)}
        under_way = conn.exec_driver_sql("SELECT COUNT(*) FROM weft_flow_instance").scalar_one()
    names = seller.model.names
    for stage, count in answers["stage_counts"].items():
        how = "started" if stage == "Prospecting" else "placed"
        assert found[names.uid(f"pipeline.deal_stage.{stage.lower()}"), how] == count
    assert under_way == answers["stage_counts"]["Engaging"] + answers["stage_counts"]["Prospecting"]
    (deal,) = keeper.get('pipeline?filter=deal_stage = "engaging"&limit=1&fields=engage_date')["data"]
    state = keeper.get(f"pipeline/{deal['_id']}/flows")
    assert [each["key"] for each in state["moves"]] == ["win", "lose"]
    (stay,) = state["stages"]
    assert (stay["stage"], stay["entered_at"][:10]) == ("engaging", deal["engage_date"])


@pytest.mark.parametrize("role", ["keeper", "closer"])
def test_only_the_buttons_move_a_deal(seller: Rest, keeper: Door, role: str) -> None:
    (deal,) = keeper.get('pipeline?filter=deal_stage = "won"&limit=1&fields=opportunity_id')["data"]
    path = f"pipeline/{deal['_id']}"

    assert door(seller, role).issues("PATCH", path, {"deal_stage": "prospecting"})["deal_stage"]
    assert keeper.get(f"{path}/flows")["moves"] == []
    assert keeper.get(path)["deal_stage"] == "won"
