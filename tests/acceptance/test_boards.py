"""The mission's scenarios that dashboards make true, through the doors their users use."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest

from engines.report.period import days_of
from tests.acceptance.conftest import Door

Crm = Callable[[str], Door]
Json = dict[str, Any]
ADMIN, BOSS, EAST, SELLER, FINANCE = (
    "tang.guoqing", "chen.jianguo", "sun.lifeng", "lin.xiaowen", "wu.xiulan",
)  # fmt: skip
STAGES = ("first", "second", "third", "fourth")
TODAY = date(2026, 11, 27)


def _app(*widgets: Json) -> Json:
    stages = [{"key": each, "label": each} for each in (*STAGES, "lost")]
    fields: list[Json] = [
        {"key": "name", "type": "text", "label": "名称"},
        {"key": "stage", "type": "select", "label": "阶段", "options": stages},
        {"key": "amount", "type": "money", "label": "金额"},
        {"key": "signed_on", "type": "date", "label": "签约日期"},
        {"key": "owner", "type": "member", "label": "负责人"},
    ]
    return {
        "weft": 1, "key": "boards", "label": "看板",
        "forms": [{"key": "deal", "label": "项目", "fields": fields}],
        "dashboards": [{"key": "main", "label": "主看板", "widgets": list(widgets)}],
    }  # fmt: skip


def _widget(kind: str, key: str = "it", **more: Any) -> Json:
    return {"key": key, "type": kind, "label": key, "form": "deal", **more}


def publish(crm: Crm, *widgets: Json) -> Door:
    """Publish an app with these widgets; records of earlier tests are thrown away."""
    admin = crm(ADMIN)
    admin.installation.publisher.apply(_bytes(_app()), actor=None)
    admin.call("PUT", "builder/boards/definition", _app(*widgets))
    old = admin.call("GET", "boards/deal?limit=500&fields=name")["data"]
    if old:
        ids = [each["_id"] for each in old]
        admin.call("POST", "boards/deal/bulk", {"action": "delete", "records": ids})
    return admin


def _bytes(definition: Json) -> bytes:
    import json

    return json.dumps(definition).encode()


def create(door: Door, records: list[Json]) -> list[str]:
    body = {"action": "create", "records": records}
    return [each["id"] for each in door.call("POST", "boards/deal/bulk", body)["results"]]


def answer(door: Door, key: str = "it", board: str = "boards/dashboards/main") -> Json:
    found: Json = door.call("GET", f"{board}/{key}")
    return found


def test_s107_four_widgets_stand_where_the_definition_puts_them(crm: Crm) -> None:
    places = [{"x": x, "y": y, "w": 6, "h": 3} for y in (0, 3) for x in (0, 6)]
    kinds: list[tuple[str, Json]] = [
        ("number", {}), ("pie", {"group": {"field": "stage"}}), ("bar", {"group": {"field": "owner"}}),
        ("table", {"groups": [{"field": "stage"}]}),
    ]  # fmt: skip
    widgets = [
        _widget(kind, f"w{n}", place=place, **more)
        for n, ((kind, more), place) in enumerate(zip(kinds, places, strict=True))
    ]
    admin = publish(crm, *widgets)

    described = admin.call("GET", "boards/dashboards/main")

    assert [(each["key"], each["type"]) for each in described["widgets"]] == [
        ("w0", "number"), ("w1", "pie"), ("w2", "bar"), ("w3", "table"),
    ]  # fmt: skip
    assert [{"x": 0, "y": 0, "w": 6, **each["place"]} for each in described["widgets"]] == places
    admin.enter()
    page = admin.browser.get("/a/boards/dashboards/main").text
    assert re.findall(r"#w-(w\d) \{ (--x:\d+;--y:\d+;--w:\d+;--h:\d+) \}", page) == [
        (f"w{n}", f"--x:{each['x'] + 1};--y:{each['y'] + 1};--w:6;--h:3") for n, each in enumerate(places)
    ]


def test_s108_a_funnel_has_the_conversions_of_what_was_reached(crm: Crm) -> None:
    admin = publish(crm, _widget("funnel", field="stage", steps=list(STAGES)))
    ids = create(admin, [{"name": f"n{n}", "stage": "first"} for n in range(100)])
    for stage, count in zip(STAGES[1:], (60, 30, 10), strict=True):
        records = [{"_id": each, "stage": stage} for each in ids[:count]]
        admin.call("POST", "boards/deal/bulk", {"action": "update", "records": records})
    lost = [{"_id": each, "stage": "lost"} for each in ids[5:15]]
    admin.call("POST", "boards/deal/bulk", {"action": "update", "records": lost})

    found = answer(admin)

    figures = [row["figures"] for row in found["rows"]]
    assert [each[0] for each in figures] == [100, 60, 30, 10]
    assert [each[2] for each in figures] == [None, "0.6000", "0.5000", "0.3333"]
    assert figures[-1][1] == "0.1000"
    assert found["notes"] == []
    for row in found["rows"]:
        assert _listed(admin, "boards/deal", row["records"][0]) == row["figures"][0]


def _listed(door: Door, form: str, records: Json) -> int:
    query = urlencode({**records, "total": "exact", "limit": 1})
    return int(door.call("GET", f"{form}?{query}")["total"]["count"])


def test_s109_a_ranking_is_sorted_and_shows_what_is_done_of_the_target(crm: Crm) -> None:
    board = _widget(
        "leaderboard", group={"field": "owner"}, measures=[{"function": "sum", "field": "amount"}],
        target={"value": "200"},
    )  # fmt: skip
    admin = publish(crm, board)
    owners = [str(crm(each).id) for each in (EAST, SELLER, BOSS)]
    create(admin, [{"name": f"n{n}", "owner": owners[n % 3], "amount": "50"} for n in range(4)])

    rows = answer(admin)["rows"]

    assert [row["figures"] for row in rows] == [
        ["100.00", "200", "0.5000"], ["50.00", "200", "0.2500"], ["50.00", "200", "0.2500"],
    ]  # fmt: skip
    assert rows[0]["groups"] == [owners[0]]


def test_s110_slices_add_up_to_everything(crm: Crm) -> None:
    admin = crm(ADMIN)

    found = answer(admin, "sources", "crm/dashboards/performance")

    total = admin.call("GET", "crm/customer/aggregate")["data"][0]["count"]
    assert sum(row["figures"][0] for row in found["rows"]) == total > 100
    assert [trace["type"] for trace in found["figure"]["data"]] == ["pie"]


def test_s111_months_without_contracts_count_nothing(crm: Crm) -> None:
    board = _widget(
        "line",
        group={"field": "signed_on", "bucket": "month"},
        measure={"function": "sum", "field": "amount"},
    )
    admin = publish(crm, board)
    create(admin, [{"name": "a", "signed_on": "2026-01-31", "amount": "5"},
                   {"name": "b", "signed_on": "2026-04-01", "amount": "7"}])  # fmt: skip

    found = answer(admin)

    assert [(row["labels"][0], row["figures"][0]) for row in found["rows"]] == [
        ("2026-01", "5.00"), ("2026-02", 0), ("2026-03", 0), ("2026-04", "7.00"),
    ]  # fmt: skip
    assert found["figure"]["data"][0]["y"] == [5.0, 0.0, 0.0, 7.0]


def test_s115_what_is_filtered_is_left_out(crm: Crm) -> None:
    widgets = [
        _widget("number", "all"),
        _widget("number", "kept", where='stage <> "lost"'),
        _widget("number", "early", period={"field": "signed_on", "span": "last_7_days"}),
    ]
    admin = publish(crm, *widgets)
    today = admin.installation.clock.now().date().isoformat()
    create(admin, [{"name": "a", "stage": "lost", "signed_on": today}, {"name": "b"},
                   {"name": "c", "signed_on": "2020-01-01"}])  # fmt: skip

    assert [answer(admin, key)["rows"][0]["figures"][0] for key in ("all", "kept", "early")] == [3, 2, 1]


def test_s117_a_saved_record_is_in_the_next_answer(crm: Crm) -> None:
    """The news itself is told in tests/web/live; a browser that hears it asks for this."""
    admin = publish(crm, _widget("number"))
    admin.enter()
    before = admin.browser.get("/a/boards/dashboards/main/it").text

    create(admin, [{"name": "new"}])
    after = admin.browser.get("/a/boards/dashboards/main/it", headers={"HX-Request-Type": "partial"}).text

    assert 'data-topics="form:boards.deal"' in before
    assert _big(before) == "0"
    assert _big(after) == "1"
    assert "<html" not in after


def _big(page: str) -> str:
    found = re.search(r'weft-big-figure">\s*(?:<a[^>]*>)?([^<]*)', page)
    assert found
    return found[1].strip()


def _links(page: str) -> Iterator[tuple[str, str]]:
    """Yield address and text of every figure that leads to records."""
    for url, text in re.findall(r'<a href="(/a/\w+/\w+(?:\?[^"]*)?)" title="[^"]*">([^<]*)</a>', page):
        yield html.unescape(url), text.strip()


@pytest.mark.parametrize("login", [ADMIN, BOSS, EAST, SELLER, FINANCE])
def test_s119_a_figure_opens_the_list_of_exactly_its_records(crm: Crm, login: str) -> None:
    door = crm(login)
    door.enter()
    compared = 0
    for board in door.call("GET", "crm/dashboards")["data"]:
        for widget in door.call("GET", f"crm/dashboards/{board['key']}")["widgets"]:
            found = door.call("GET", f"crm/dashboards/{board['key']}/{widget['key']}")
            if found["forbidden"]:
                continue
            if not any(each["function"] == "count" for each in found["columns"]):
                continue
            page = door.browser.get(f"/a/crm/dashboards/{board['key']}/{widget['key']}").text
            counts = [(url, text) for url, text in _links(page) if re.fullmatch(r"[\d,]+", text)]
            for url, text in counts[:12]:
                shown = door.browser.get(f"{url}{'&' if '?' in url else '?'}total=exact").text
                total = re.search(r'class="weft-pager".*?weft-note">\s*共 ([\d,]+) 条', shown, re.DOTALL)
                assert total, url
                assert total[1] == text, (widget["key"], url)
                compared += 1
    assert compared > 5


def test_a_seller_sees_own_figures_and_only_the_boards_meant_for_sellers(crm: Crm) -> None:
    seller, boss = crm(SELLER), crm(BOSS)

    keys = [each["key"] for each in seller.call("GET", "crm/dashboards")["data"]]
    assert keys == ["performance", "home_sales"]
    boards = {each["key"] for each in boss.call("GET", "crm/dashboards")["data"]}
    assert boards == {"performance", "cash", "service", "home_manager"}
    seller.call("GET", "crm/dashboards/cash", status=404)
    seller.call("GET", "crm/dashboards/performance/nothing", status=404)
    own, whole = (answer(each, "funnel", "crm/dashboards/performance")["rows"] for each in (seller, boss))
    assert 0 < own[0]["figures"][0] < whole[0]["figures"][0]
    ranked = answer(seller, "ranking", "crm/dashboards/performance")["rows"]
    assert [row["groups"] for row in ranked] == [[str(seller.id)]]


def test_no_widget_of_the_example_is_empty(crm: Crm) -> None:
    boss = crm(BOSS)
    for board in boss.call("GET", "crm/dashboards")["data"]:
        for widget in boss.call("GET", f"crm/dashboards/{board['key']}")["widgets"]:
            found = answer(boss, widget["key"], f"crm/dashboards/{board['key']}")
            figures = [
                Decimal(str(each)) for row in found["rows"] for each in row["figures"] if each is not None
            ]
            assert any(figures), widget["key"]


def test_spans_of_days_around_today() -> None:
    assert days_of("this_week", TODAY) == (date(2026, 11, 23), date(2026, 11, 30))
    assert days_of("last_month", TODAY) == (date(2026, 10, 1), date(2026, 11, 1))
    assert days_of("this_quarter", TODAY) == (date(2026, 10, 1), date(2027, 1, 1))
    assert days_of("last_7_days", TODAY) == (date(2026, 11, 21), date(2026, 11, 28))
    assert days_of("last_12_months", TODAY) == (date(2025, 12, 1), date(2026, 12, 1))
