"""The page of a record: found by initials, one more follow-up in three taps, two people at one record."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect
from pypinyin import Style, lazy_pinyin

from tests.e2e.driving import ABROAD, PHONE, Desk, audit, said, settle, visit

SELLER, ADMIN = "lin.xiaowen", "tang.guoqing"


@pytest.mark.parametrize("options", [{}, ABROAD | PHONE], ids=["desktop", "phone"])
def test_a_customer_is_found_followed_up_and_edited_by_two(desk: Desk, options: dict[str, Any]) -> None:
    page = desk.open(SELLER, "/a/crm/customer?view=mine", **options)
    name = page.locator("tbody .weft-title a").first.inner_text().strip()
    letters = "".join(lazy_pinyin(name[:4], style=Style.FIRST_LETTER))
    visit(page, f"/search?search={letters}")
    page.get_by_role("link", name=re.compile(re.escape(name))).first.click()
    page.wait_for_url(re.compile(r"/a/crm/customer/\d+"))
    settle(page)
    place = page.url.partition("?")[0]

    kind = "手机" if options else "电脑"
    words = f"在{kind}上说好周二上门"
    page.locator(".weft-quick summary.btn-primary").click()  # one
    page.keyboard.type(words)  # two: the text has the focus already
    page.locator(".weft-quick [open] button.btn-primary").click()  # three
    expect(page.locator(".weft-timeline li").first).to_contain_text(words)

    path = re.sub(r"^https?://[^/]+", "", place) + "/edit"
    other = desk.open(ADMIN, path)
    visit(page, path)
    expect(page.locator(".weft-visiting")).to_contain_text(said(page, "visiting.edits", name="唐国庆"))
    other.locator("[name=address]").fill(f"新地址一号{kind}")
    other.locator(".weft-submit .btn-primary").click()
    other.wait_for_url(re.compile(r"/customer/\d+$"))
    page.locator("[name=address]").fill(f"新地址二号{kind}")
    page.locator(".weft-submit .btn-primary").click()
    told = page.locator(".weft-alert", has_text=f"新地址一号{kind}")
    expect(told).to_contain_text(f"新地址二号{kind}")
    expect(page.locator("[name=address]")).to_have_value(f"新地址二号{kind}")
    page.locator(".weft-submit .btn-primary").click()
    page.wait_for_url(re.compile(r"/customer/\d+$"))
    settle(page)
    assert audit(page) == []
