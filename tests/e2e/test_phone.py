"""A phone in one hand: cards, sheets, the bar below, nothing that stands out at the right."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.driving import PHONE, Desk, box, choose, fits, settle, visit

SELLER = "sun.lifeng"
NARROW = PHONE | {"viewport": {"width": 360, "height": 780}}


def test_a_list_is_cards_and_the_bar_below_leads_on(desk: Desk) -> None:
    page = desk.open(SELLER, "/a/crm/customer", **PHONE)

    expect(page.locator(".weft-table thead")).to_be_hidden()
    left, _, right, _ = box(page.locator("tbody tr").first)
    assert right - left > 340
    page.locator(".weft-bottom").get_by_role("link", name="联系人").tap()
    page.wait_for_url("**/a/crm/contact")
    settle(page)
    page.locator("tbody tr").first.tap()
    page.wait_for_url(re.compile(r"/contact/\d+(\?|$)"))


def test_filters_come_as_a_sheet_from_below(desk: Desk) -> None:
    page = desk.open(SELLER, "/a/crm/customer", **PHONE)

    page.locator("#list-filter > summary").tap()
    left, _, right, bottom = box(page.locator("#list-filter .dropdown-menu"))
    assert (round(left), round(right), round(bottom)) == (0, 390, 844)
    page.locator(".weft-condition").get_by_label("值", exact=True).fill("上海")
    page.locator(".weft-filter .btn-primary").tap()

    page.wait_for_url("**filter=CONTAINS*")
    expect(page.locator(".weft-chip")).to_contain_text("上海")
    assert fits(page)


def test_a_record_is_created_with_the_thumb(desk: Desk) -> None:
    page = desk.open(SELLER, "/a/crm/followup", **PHONE)
    page.get_by_role("link", name="新建").tap()
    page.wait_for_url("**/followup/new")
    settle(page)

    page.get_by_label("主题").fill("路上的电话")
    page.get_by_label("方式").select_option(label="通话")
    choose(page, "customer", "shanghai", "上海")
    page.get_by_label("核心内容").fill("约了下周二。")
    assert round(box(page.locator(".weft-submit"))[3]) == 844
    page.locator(".weft-submit .btn-primary").tap()

    page.wait_for_url(re.compile(r"/followup/\d+(\?|$)"))
    expect(page.get_by_role("heading", level=1)).to_have_text("路上的电话")


def test_the_navigation_slides_in_and_every_target_is_large_enough(desk: Desk) -> None:
    page = desk.open(SELLER, "/a/crm/opportunity", **PHONE)
    small = page.evaluate(
        "[...document.querySelectorAll('main .btn, main select, .weft-bottom a, .weft-tabs a')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5)"
        ".map(e => e.outerHTML.slice(0, 120))"
    )
    assert small == []

    page.locator(".weft-open-nav").tap()
    page.locator("#side").get_by_role("link", name="产品").tap()
    page.wait_for_url("**/a/crm/product")


@pytest.mark.parametrize("place", ["list", "record", "edit", "new", "trash", "import", "launcher", "profile"])
def test_nothing_stands_out_at_360_pixels(desk: Desk, place: str) -> None:
    page = desk.open("tang.guoqing", "/a/crm/opportunity", **NARROW)
    href = page.locator("tbody .weft-title a").first.get_attribute("href") or ""
    record = href.partition("?")[0]
    places = {
        "list": "/a/crm/opportunity", "record": record, "edit": f"{record}/edit",
        "new": "/a/crm/opportunity/new", "trash": "/a/crm/customer/trash",
        "import": "/a/crm/customer/import", "launcher": "/?all=1", "profile": "/profile",
    }  # fmt: skip

    visit(page, places[place])

    assert fits(page)
