"""A form follows what is typed: sections appear, sums are formed, pickers narrow; and so without scripts."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.driving import PHONE, Desk, audit, choose, fits, settle, titles, visit

SELLER = "lin.xiaowen"
OFFERED = (
    "[...document.querySelectorAll('[data-field=contact] .ts-dropdown .option')].map(e => e.textContent)"
)


def _first(page: Page, form: str) -> str:
    """Open the first record that is hers and return what it is called."""
    visit(page, f"/a/crm/{form}?view=mine")
    page.locator("tbody .weft-title a").first.click()
    page.wait_for_url(re.compile(rf"/{form}/\d+(\?|$)"))
    return page.locator("h1").inner_text().strip()


def test_a_form_follows_what_is_typed(desk: Desk) -> None:
    page = desk.open(SELLER)
    visit(page, "/a/crm/customer?view=mine")
    companies = titles(page)
    person = _first(page, "contact")
    company = page.locator("[data-fact=customer] a, .weft-fact:has-text('客户') a").first.inner_text().strip()
    other = next(each for each in companies if each != company)

    # A section is there when the status makes it matter, and asks then.
    visit(page, "/a/crm/lead/new")
    outcome = page.locator("section", has=page.get_by_role("heading", name="处理结果"))
    expect(outcome).to_be_hidden()
    page.get_by_label("线索状态").select_option("invalid")
    expect(outcome.get_by_label("无效原因")).to_have_attribute("required", "")
    expect(outcome.locator("[data-field=customer]")).to_be_hidden()
    page.get_by_label("线索状态").select_option("converted")
    expect(outcome.locator("[data-field=customer]")).to_be_visible()
    expect(outcome.get_by_label("无效原因")).to_be_hidden()
    page.get_by_label("线索状态").select_option("qualified")
    expect(outcome).to_be_hidden()
    page.get_by_label("评分").fill("30")
    page.get_by_label("评分").blur()
    expect(page.locator("[data-field=score] .weft-error")).to_contain_text("评分达到 60")
    page.get_by_label("评分").fill("60")
    page.get_by_label("评分").blur()
    expect(page.locator("[data-field=score] .weft-error")).to_be_hidden()

    # The picker offers the people of the customer, and gives up one of another.
    visit(page, "/a/crm/opportunity/new")
    choose(page, "customer", company)
    with page.expect_response("**/lookup/contact*"):
        page.locator("[data-field=contact] .ts-control").click()
    expect(page.locator("[data-field=contact] .option").first).to_be_visible()
    assert person in page.evaluate(OFFERED)
    page.locator("[data-field=contact] .option").first.click()
    expect(page.locator("[data-field=contact] .item")).to_have_count(1)

    # A row adds to the total as it is typed, and its product brings the price.
    page.get_by_role("button", name="添加一行").click()
    settle(page)
    page.locator("[data-field='items.0.product'] .option").first.click()
    expect(page.locator("[name='items.0.price']")).not_to_have_value("")
    page.locator("[name='items.0.amount']").fill("1200.5")
    expect(page.locator("[data-fact=items_total]")).to_contain_text("¥1,200.50")
    page.get_by_role("button", name="添加一行").click()
    settle(page)
    page.keyboard.press("Escape")
    page.locator("[name='items.1.amount']").fill("99.5")
    expect(page.locator("[data-fact=items_total]")).to_contain_text("¥1,300.00")

    choose(page, "customer", other)
    expect(page.locator("[data-field=contact] .item")).to_have_count(0)
    assert audit(page) == []


def test_a_choice_fills_in_what_goes_with_it_and_nothing_typed(desk: Desk) -> None:
    page = desk.open(SELLER)
    name = _first(page, "opportunity")
    customer = (
        page.locator("[data-fact=customer] a, .weft-fact:has-text('客户') a").first.inner_text().strip()
    )

    visit(page, "/a/crm/followup/new")
    choose(page, "opportunity", name)
    expect(page.locator("[data-field=customer] .item")).to_contain_text(customer)
    expect(page.locator("#announcer")).to_contain_text("已带出 1 项内容")


def test_rows_must_add_up_on_a_phone_in_the_dark(desk: Desk) -> None:
    page = desk.open(SELLER, "/a/crm/contract/new", locale="en", theme="dark", **PHONE)
    page.locator("[name=amount]").fill("100")
    page.locator("[data-field=plan] [data-add]").click()
    settle(page)
    page.locator("[name='plan.0.amount']").fill("90")
    page.locator("[name='plan.0.amount']").blur()

    wrong = page.locator("[data-field=plan] > .weft-error")
    expect(wrong).to_contain_text("The payment plan must sum up to the amount.")
    expect(page.locator("[data-fact=planned]")).to_contain_text("90.00")
    assert fits(page)
    assert audit(page) == []
    page.locator("[name='plan.0.amount']").fill("100")
    page.locator("[name='plan.0.amount']").blur()
    expect(wrong).to_be_hidden()


def test_without_scripts_the_server_decides_the_same(desk: Desk) -> None:
    page = desk.open(SELLER)
    company = _first(page, "customer")
    number = page.url.partition("?")[0].rpartition("/")[2]
    plain = desk.context(java_script_enabled=False)
    session = next(each for each in page.context.cookies() if each["name"] == "weft_session")
    plain.add_cookies([{"name": "weft_session", "value": session["value"], "url": desk.site}])
    page = plain.new_page()
    page.goto(f"/a/crm/opportunity/new?customer={number}")
    assert company in page.locator("[data-field=customer]").inner_text()

    page.goto("/a/crm/lead/new")
    page.get_by_label("公司").fill("没有脚本")
    page.get_by_label("联系人").fill("张三")
    page.get_by_label("来源渠道").select_option(index=1)
    page.get_by_label("获取时间").fill("2026-01-05T10:00")
    page.get_by_label("线索状态").select_option("invalid")
    expect(page.get_by_label("无效原因")).to_be_visible()
    page.locator(".weft-submit .btn-primary").click()

    summary = page.locator(".weft-summary")
    expect(summary.get_by_role("link", name="无效原因")).to_be_visible()
    page.get_by_label("手机").fill("13800138000")
    page.get_by_label("线索状态").select_option("contacting")
    page.get_by_label("无效原因").select_option("no_need")
    page.locator(".weft-submit .btn-primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("没有脚本")
    expect(page.get_by_text("没有需求")).to_have_count(0)
