"""A designer finds a formula, changes it with a look at a real record, and takes it back."""

from playwright.sync_api import Page, expect

from tests.e2e.driving import PHONE, Desk, audit, fits, settle

DESIGNER, OWNER = "shen.yifan", "tang.guoqing"
LIST = "/design/crm/forms/contract/formulas"


def entry(page: Page, name: str, what: str) -> None:
    """Open one formula of the list."""
    row = page.locator(".weft-formulas > li").filter(has_text=name).filter(has_text=what)
    row.get_by_role("link").first.click()
    settle(page)


def test_a_formula_is_written_by_keyboard_with_a_look_at_a_real_record(desk: Desk) -> None:
    page = desk.open(OWNER, LIST)
    entry(page, "未回款", "公式")

    area = page.get_by_label("公式", exact=True)
    expect(area).to_be_focused()
    area.press("ControlOrMeta+A")
    page.keyboard.type("hetongjine")
    expect(page.get_by_role("option", name="合同金额")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(area).to_have_value("amount")
    page.keyboard.type(" * (1 +")
    expect(page.locator("[data-error]")).to_contain_text("公式没有写完")
    expect(area).to_have_attribute("aria-invalid", "true")
    page.keyboard.type(" ROUND(0.5, ")
    expect(page.locator("[data-signature] b")).to_have_text("[digits]")
    page.keyboard.type("0))")
    expect(page.locator(".weft-piece[data-chip]", has_text="合同金额")).to_be_visible()
    expect(area).not_to_have_attribute("aria-invalid", "true")

    expect(page.locator(".weft-result")).to_contain_text("结果")
    first = page.locator(".weft-result").inner_text()
    page.locator("[data-record]").select_option(index=1)
    expect(page.locator(".weft-result")).not_to_have_text(first)
    assert audit(page) == []

    page.get_by_role("button", name="保存").click()
    page.wait_for_url(f"**{LIST}")
    expect(page.locator(".weft-formulas > li").filter(has_text="未回款").first).to_contain_text(
        "合同金额 * (1 + ROUND(0.5, 0))"
    )
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".weft-formulas > li").filter(has_text="未回款").first).to_contain_text(
        "合同金额 - 已回款"
    )


def test_a_condition_is_two_faces_of_one_text_on_a_phone(desk: Desk) -> None:
    page = desk.open(DESIGNER, LIST, **PHONE)
    entry(page, "签约日期", "必填条件")

    page.get_by_role("button", name="公式", exact=True).click()
    area = page.get_by_label("必填条件", exact=True)
    expect(area).to_have_value('status IN ("signed", "executing", "completed")')
    area.press("ControlOrMeta+End")
    page.keyboard.type(" AND amount > 100")
    page.get_by_role("button", name="条件", exact=True).click()
    expect(page.locator(".weft-condition")).to_have_count(2)
    assert fits(page)
    assert audit(page) == []
    page.get_by_role("button", name="公式", exact=True).click()
    expect(area).to_have_value('status IN ("signed", "executing", "completed") AND amount > 100')
    page.get_by_role("link", name="取消").click()
    expect(page.locator(".weft-formulas > li").filter(has_text="签约日期").first).not_to_contain_text("100")
