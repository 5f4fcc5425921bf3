"""A second record of the same thing: seen while it is typed, made one with the first, and both back again."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.driving import ABROAD, PHONE, Desk, fits, said, settle, visit

ADMIN = "tang.guoqing"
FIRM = "绍兴越城纺织机械有限公司"


def _record(page: Page, company: str, phone: str) -> None:
    visit(page, "/a/crm/lead/new")
    page.locator("[name=company]").fill(company)
    page.locator("[name=name]").fill("周越")
    page.locator("[name=phone]").fill(phone)
    page.locator("[name=source]").select_option(index=1)


def _save(page: Page) -> None:
    page.locator(".weft-submit .btn-primary").click()


def test_a_lead_is_recorded_twice_merged_and_given_back(desk: Desk) -> None:
    page = desk.open(ADMIN, "/a/crm/lead/new")
    _record(page, FIRM, "13955500001")
    _save(page)
    page.wait_for_url(re.compile(r"/lead/\d+$"))
    first = page.url

    _record(page, "绍兴越城纺织机械", "13955500002")
    told = page.locator("[data-field=company] .weft-likely")
    expect(told.get_by_role("link", name=FIRM)).to_be_visible()
    _save(page)
    page.get_by_label("我看过了").check()
    _save(page)
    page.wait_for_url(re.compile(r"/lead/\d+$"))
    second = page.url
    assert second != first

    visit(page, "/a/crm/lead?search=越城")
    for box in page.locator("tbody input[name=id]").all():
        box.check()
    page.get_by_role("button", name="合并").click()
    page.wait_for_url("**/merge?ids=*")
    settle(page)
    page.get_by_role("row", name=re.compile("^手机")).get_by_label("139 5550 0001").check()
    _save(page)

    page.wait_for_url(re.compile(r"/lead/\d+$"))
    expect(page.get_by_text("139 5550 0001").first).to_be_visible()
    stays = page.url
    visit(page, second if stays.startswith(first) else first)
    assert page.url.split("?")[0] == stays.split("?")[0]

    small = desk.open(ADMIN, f"{stays.split('?')[0]}/merges", **ABROAD, **PHONE)
    small.get_by_role("button", name=said(small, "merging.undo")).tap()
    small.locator("#confirm .btn-primary").tap()
    expect(small.get_by_text(said(small, "merging.undone", count=1)).first).to_be_visible()
    visit(page, "/a/crm/lead?search=越城")
    expect(page.locator("tbody tr")).to_have_count(2)

    ids = ",".join(each.rsplit("/", 1)[1] for each in (first, second))
    visit(small, f"/a/crm/lead/merge?ids={ids}")
    assert fits(small)
