"""An ordinary day: the home of one's role, a to-do in a few taps, one that is claimed, a star."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.driving import ABROAD, PHONE, Desk, audit, fits, said, settle, visit

SELLER, SERVICE = "lin.xiaowen", "luo.zhiwei"


def tap(page: Page, wanted: object) -> None:
    """Click, or touch where there is a finger."""
    getattr(wanted, "tap" if page.evaluate("'ontouchstart' in window") else "click")()


@pytest.mark.parametrize("size", [{}, ABROAD | PHONE], ids=["desktop", "phone"])
def test_a_day_begins_at_home_and_its_to_dos_are_written_done_and_claimed(
    desk: Desk, size: dict[str, Any]
) -> None:
    page = desk.open(SELLER, "/", **size)
    page.wait_for_url("**/a/crm/dashboards/home_sales")
    expect(page.get_by_role("heading", level=1)).to_contain_text("林晓雯")
    assert fits(page)

    what = f"寄样品给新客户 {'p' if size else 'd'}"
    composer = page.locator(".weft-composer")
    composer.locator("[name=title]").fill(what)
    tap(page, composer.locator("label", has=page.locator("[value='3']")))
    tap(page, composer.locator(".btn"))
    expect(page.locator(".weft-toast")).to_contain_text(said(page, "work.noted")[:-1])
    visit(page, "/todos?show=coming")
    row = page.locator(".weft-work li", has_text=what)
    tap(page, row.locator(".weft-tick button"))
    expect(row).to_have_count(0)
    tap(page, page.locator(".weft-toast form button"))
    expect(row).to_have_count(1)
    assert audit(page) == []

    given = f"谁去现场 {'p' if size else 'd'}"
    visit(page, "/todos/new")
    page.locator("[name=title]").fill(given)
    page.locator("[data-field=to] .ts-control").click()
    role = "Service" if size else "服务"
    page.keyboard.type(role)
    page.locator("[data-field=to] .option", has_text=re.compile(f"^{role}(Role)?$")).first.click()
    tap(page, page.locator(".weft-submit .btn-primary"))
    theirs = desk.open(SERVICE, "/todos", **size)
    offered = theirs.locator(".weft-work li", has_text=given)
    expect(offered).to_contain_text(said(page, "work.offered"))
    tap(theirs, offered.get_by_role("button", name=said(page, "work.act.take")))
    expect(offered).not_to_contain_text(said(page, "work.offered"))

    visit(page, "/a/crm/customer?view=mine")
    page.locator("tbody .weft-title a").first.click()
    page.wait_for_url(re.compile(r"/a/crm/customer/\d+"))
    settle(page)
    starred, name = page.url.partition("?")[0], page.get_by_role("heading", level=1).inner_text().strip()
    tap(page, page.locator("form[action='/stars'] button"))
    expect(page.locator(".weft-starred")).to_be_visible()
    visit(page, "/todos")
    page.keyboard.press("ControlOrMeta+k")
    tap(page, page.locator("dialog.weft-palette").get_by_role("link", name=name).first)
    page.wait_for_url(starred)
    tap(page, page.locator("form[action='/stars'] button"))
    expect(page.locator(".weft-starred")).to_have_count(0)
