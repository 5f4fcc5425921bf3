"""A list as a chart: each figure leads to exactly its records, and shows no more than its reader may know."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.fixtures.rest import Door, Rest, shop_bytes
from tests.fixtures.shop import FORMS

VIEW = {"key": "dear", "label": "Dear", "filter": "amount > 5"}
VEILED = {"form": "order", "fields": {"amount": "masked", "stage": "hidden"}}


@pytest.fixture
def chief(rest: Rest) -> Door:
    forms = [{**each, "views": [VIEW]} if each["key"] == "order" else each for each in FORMS]
    roles = [
        {"key": "chief", "label": "Chief", "admin": True},
        {"key": "veiled", "label": "Veiled", "grants": [VEILED]},
        {"key": "designer", "label": "Designer", "design": True, "grants": [{"form": "order"}]},
    ]
    rest.publish(shop_bytes(forms, roles=roles, dashboards=[{"key": "board", "label": "Board"}]))
    found = rest.door("chief", "chief")
    for number, stage in enumerate(("zebra", "open", "open", "apple", "apple", None)):
        found.create(
            title=f"T{number}", amount=f"{number + 4}.50", stage=stage, day=f"2026-{number + 1:02}-15"
        )
    return found


def page_of(rest: Rest, user_id: int, address: str) -> str:
    answer = rest.session(user_id)[0].get(f"/a/shop/order/chart?{address}")
    assert answer.status_code == 200, answer.text[:500]
    return unescape(answer.text)


def table(html: str) -> dict[str, tuple[str, str]]:
    """Group -> figure and the address of the records behind it."""
    rows = re.findall(r'<th scope="row">(.*?)</th>\s*<td class="weft-num">(.*?)</td>', html, re.DOTALL)
    found = {}
    for name, cell in rows:
        link = re.search(r'href="([^"]*)"', cell)
        found[name] = (re.sub(r"<[^>]*>", "", cell).strip(), link[1] if link else "")
    return found


def test_each_figure_counts_the_records_that_it_leads_to(rest: Rest, chief: Door) -> None:
    for look in ("column", "bar", "pie", "funnel"):
        found = table(page_of(rest, chief.user_id, f"view=dear&as={look}&by=stage"))

        assert (found["Open"][0], found["Apple"][0]) == ("2", "2"), look
        for figure, url in found.values():
            if url:
                pairs = [*parse_qsl(urlsplit(url).query), ("total", "exact")]
                assert str(chief.get("order", params=pairs)["total"]["count"]) == figure


def test_the_choice_stands_in_the_address_and_fits_the_look(rest: Rest, chief: Door) -> None:
    summed = table(page_of(rest, chief.user_id, "as=bar&by=stage&of=sum:amount"))
    months = page_of(rest, chief.user_id, "as=line")
    number = page_of(rest, chief.user_id, "as=number&of=average:amount")

    assert summed.keys() >= {"Apple", "Open", "Zebra"}
    assert summed["Open"][0] == "12.00"
    assert '<option value="day" selected' in months
    assert '<option value="month" selected' in months
    assert "7.00" in number
    # A pie is made of parts: averages are no parts of anything.
    assert "average:amount" not in page_of(rest, chief.user_id, "as=pie&of=average:amount")
    browser = rest.session(chief.user_id)[0]
    assert (
        browser.get("/a/shop/order/chart?filter=amount%20%3E")
        .headers["location"]
        .startswith("/a/shop/order?")
    )


def test_what_may_not_be_read_is_neither_offered_nor_drawn_when_asked_for(rest: Rest, chief: Door) -> None:
    person = rest.add("vic", "veiled")

    html = page_of(rest, person, "as=bar&by=stage&of=sum:amount")

    assert "sum:amount" not in html
    assert 'value="stage"' not in html
    assert "Zebra" not in html
    assert "12.00" not in html
    # The view filters by a number that is masked for her: for her it does not exist.
    assert "7" not in dict(table(page_of(rest, person, "view=dear&by=state&as=bar"))).get("new", ("", ""))[0]


def test_whoever_may_design_puts_it_on_a_dashboard_of_the_draft(rest: Rest, chief: Door) -> None:
    designer, reader = rest.add("dee", "designer"), rest.add("rea", "veiled")
    html = page_of(rest, designer, "view=dear&as=pie&by=stage&of=sum:amount")
    found = re.search(r'name="widget" value="(\{.*?\})">', html)
    assert found
    browser, csrf = rest.session(designer)
    posted = {"csrf": csrf, "widget": found[1], "label": "Dear by stage", "dashboard": "board"}

    place = browser.post("/design/shop/keep", data=posted).headers["location"]

    assert place == "/design/shop/dashboards/board?at=dear_by_stage"
    assert "Dear by stage" in browser.get(place).text
    said = json.loads(found[1])
    assert (said["where"], said["group"]["field"], said["measure"]) == (
        "amount > 5", "stage", {"function": "sum", "field": "amount"},
    )  # fmt: skip
    assert 'name="widget"' not in page_of(rest, reader, "as=bar")
    other, csrf = rest.session(reader)
    assert other.post("/design/shop/keep", data={**posted, "csrf": csrf}).status_code in {403, 404}
    assert (
        browser.post("/design/shop/keep", data={**posted, "csrf": rest.session(designer)[1]}).status_code
        != 500
    )


def test_what_is_posted_of_a_widget_decides_neither_its_key_nor_its_name(rest: Rest, chief: Door) -> None:
    browser, csrf = rest.session(rest.add("dee", "designer"))
    said = {"type": "number", "form": "order", "key": "it", "label": "Other"}
    posted = {"csrf": csrf, "label": "How many", "dashboard": "board"}

    place = browser.post("/design/shop/keep", data={**posted, "widget": json.dumps(said)}).headers["location"]
    wrong = browser.post("/design/shop/keep", data={**posted, "widget": json.dumps({"type": ["bar"]})})

    assert place == "/design/shop/dashboards/board?at=how_many"
    draft = browser.get("/api/builder/shop/draft").json()["definition"]
    made = draft["dashboards"][0]["widgets"][-1]
    assert (made["key"], made["label"]) == ("how_many", "How many")
    assert wrong.headers["location"] == "/design/shop"


def test_the_longest_names_make_a_title_that_is_cut(rest: Rest, chief: Door) -> None:
    forms = [dict(each) for each in FORMS]
    order = next(each for each in forms if each["key"] == "order")
    order["label"] = "L" * 200
    rest.publish(shop_bytes(forms))

    assert "L" * 200 in page_of(rest, chief.user_id, "as=bar&by=stage")
