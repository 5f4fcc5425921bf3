"""Filling forms: by keyboard alone, with rows of details, without losing what was typed."""

import re

from playwright.sync_api import Dialog, Locator, Page, expect

from tests.e2e.driving import Desk, settle, titles, visit, walk_to

SELLER = "wang.haoran"
QUANTITIES = (
    "[...document.querySelectorAll('weft-subform tbody [name$=quantity]')].map(e => e.name + '=' + e.value)"
)


def _date_by_keys(page: Page, day: Locator) -> None:
    walk_to(page, day)
    for _ in range(3):  # year, month and day, in whichever order: the last of this year
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")
    expect(day).to_have_value(re.compile("-12-31$"))


def test_a_day_without_a_mouse(desk: Desk) -> None:
    """Sign in, find, open, record a follow-up with a look-up, mend a mistake, save: keys only."""
    page = desk.context().new_page()
    visit(page, "/sign-in")
    keys = page.keyboard
    walk_to(page, page.get_by_role("button", name="王浩然"))
    keys.press("Enter")
    page.wait_for_url(re.compile("/a/crm/"))
    settle(page)
    keys.press("Tab")
    expect(page.get_by_role("link", name="跳到主要内容")).to_be_focused()

    visit(page, "/a/crm/customer?view=mine")
    keys.press("/")
    keys.type("hangzhou")
    keys.press("Enter")
    page.wait_for_url("**search=hangzhou*")
    expect(page.locator(".weft-chip")).to_be_visible()
    name = titles(page)[0]
    walk_to(page, page.locator("tbody .weft-title a").first)
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/a/crm/customer/\d+(\?|$)"))
    settle(page)

    related = page.locator("section", has=page.get_by_role("heading", name="跟进记录"))
    walk_to(page, related.get_by_role("link", name="新建"))
    keys.press("Enter")
    page.wait_for_url("**/followup/new*")
    settle(page)
    walk_to(page, page.get_by_label("主题"))
    keys.press("Control+a")
    keys.type("键盘记录")
    keys.press("Enter")
    expect(page.get_by_label("核心内容")).to_be_focused()
    keys.type("全程没有用鼠标。")
    walk_to(page, page.get_by_label("方式"), key="Shift+Tab")
    keys.press("ArrowDown")
    expect(page.get_by_label("方式")).not_to_have_value("call")
    walk_to(page, page.locator("[data-field=participants] .ts-control input"))
    keys.type("lin")
    expect(page.locator("[data-field=participants] .option.active")).to_contain_text("林晓雯")
    keys.press("Enter")
    walk_to(page, page.locator("[name=next_plan]"))
    keys.type("寄一份方案。")
    _date_by_keys(page, page.locator("[name=next_on]"))
    walk_to(page, page.locator(".weft-submit .btn-primary"))
    keys.press("Enter")

    page.wait_for_url(re.compile(r"/a/crm/customer/\d+(\?|$)"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(related.get_by_role("link", name="键盘记录")).to_be_visible()


def test_the_menu_and_the_question_answer_to_the_keyboard(desk: Desk) -> None:
    page = desk.open("tang.guoqing", "/a/crm/product")
    page.locator("tbody .weft-title a").first.press("Enter")
    page.wait_for_url(re.compile(r"/product/\d+(\?|$)"))
    settle(page)
    more = page.locator("main weft-menu summary").first

    more.press("Enter")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="删除")).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()
    more.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#confirm")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#confirm")).to_be_hidden()
    assert re.search(r"/product/\d+(\?|$)", page.url)


def _opportunity(desk: Desk) -> Page:
    page = desk.open(SELLER, "/a/crm/opportunity?view=mine")
    page.locator("tbody .weft-title a").first.click()
    page.wait_for_url(re.compile(r"/opportunity/\d+(\?|$)"))
    visit(page, page.url.partition("?")[0] + "/edit")
    return page


def test_rows_are_added_moved_and_removed_and_saved_in_that_order(desk: Desk) -> None:
    page = _opportunity(desk)
    before = page.evaluate(QUANTITIES)
    at = len(before)

    for amount in ("7", "8"):
        page.get_by_role("button", name="添加一行").click()
        row = page.locator("weft-subform tbody tr").last
        settle(page)
        row.locator(".ts-dropdown .option").first.click()  # adding a row opened the list of its first cell
        row.locator("[name$=quantity]").fill(amount)
        row.locator("[name$='.amount']").fill("10")
    page.get_by_role("button", name=f"第 {at + 2} 行上移").click()
    assert page.evaluate(QUANTITIES)[at:] == [f"items.{at}.quantity=8", f"items.{at + 1}.quantity=7"]
    page.locator(f"[name='items.{at}.quantity']").press("Alt+ArrowDown")
    assert page.evaluate(QUANTITIES)[at:] == [f"items.{at}.quantity=7", f"items.{at + 1}.quantity=8"]
    page.get_by_role("button", name=f"删除第 {at + 1} 行").press("Enter")
    page.locator(".weft-submit .btn-primary").click()

    page.wait_for_url(re.compile(r"/opportunity/\d+(\?|$)"))
    visit(page, page.url.partition("?")[0] + "/edit")
    assert [each.split("=")[1].split(".")[0] for each in page.evaluate(QUANTITIES)] == [
        *(each.split("=")[1].split(".")[0] for each in before), "8",
    ]  # fmt: skip


def test_the_first_wrong_cell_of_a_row_has_the_focus(desk: Desk) -> None:
    page = _opportunity(desk)
    at = len(page.evaluate(QUANTITIES))
    page.get_by_role("button", name="添加一行").click()
    page.locator(f"[name='items.{at}.amount']").fill("10")

    page.locator(".weft-submit .btn-primary").click()

    expect(page.locator(".weft-summary")).to_be_visible()
    settle(page)
    focused = page.evaluate("document.activeElement.closest('td')?.querySelector('[name]')?.name")
    assert focused == f"items.{at}.product"


def test_leaving_a_changed_form_asks_first(desk: Desk) -> None:
    page = desk.open(SELLER, "/a/crm/contact/new")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)

    page.get_by_label("姓名").fill("没写完")
    page.locator(".weft-side").get_by_role("link", name="联系人").click(no_wait_after=True)
    page.wait_for_timeout(300)

    assert asked == ["beforeunload"]
    assert page.url.endswith("/contact/new")


def test_a_draft_survives_a_closed_tab(desk: Desk) -> None:
    page = desk.open(SELLER, "/a/crm/lead/new")
    with page.expect_response("**/lead/draft"):
        page.get_by_label("公司").fill("草稿有限公司")
    page.close()

    page = desk.open(SELLER, "/a/crm/lead/new")
    expect(page.get_by_label("公司")).to_have_value("")
    page.get_by_role("link", name="恢复").click()
    settle(page)
    expect(page.get_by_label("公司")).to_have_value("草稿有限公司")

    visit(page, "/a/crm/lead/new")
    page.get_by_role("button", name="丢弃").click()
    settle(page)
    expect(page.get_by_role("link", name="恢复")).to_have_count(0)


def test_a_record_is_created_without_scripts(desk: Desk) -> None:
    page = desk.open("tang.guoqing", "/a/crm/product")
    plain = desk.context(java_script_enabled=False)
    session = next(each for each in page.context.cookies() if each["name"] == "weft_session")
    plain.add_cookies([{"name": "weft_session", "value": session["value"], "url": desk.site}])
    page = plain.new_page()
    page.goto("/a/crm/product/new")

    page.get_by_label("产品名称").fill("纸质手册")
    page.locator(".weft-submit .btn-primary").click()
    expect(page.locator(".weft-summary")).to_contain_text("产品编码")
    expect(page.get_by_label("产品名称")).to_have_value("纸质手册")
    page.get_by_label("产品编码").fill("P-9001")
    page.get_by_label("产品线").first.select_option(index=1)
    page.get_by_label("标准价").fill("10")
    page.locator(".weft-submit .btn-primary").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("纸质手册")
