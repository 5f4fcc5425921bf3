"""A deal moves by its buttons and a contract is approved by three people, while others watch it happen."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.driving import PHONE, Desk, audit, fits, settle, titles, visit, walk_to

SELLER, LEGAL, FINANCE, BOSS = "lin.xiaowen", "zheng.kai", "wu.xiulan", "chen.jianguo"
PATIENT = 20_000  # milliseconds; what is told to others comes by itself


def first(page: Page, form: str, condition: str) -> str:
    """Open the first record for which a condition holds and return what it is called."""
    visit(page, f"/a/crm/{form}?filter={condition} AND owner = USER()")
    page.locator("tbody .weft-title a").first.click()
    page.wait_for_url(re.compile(rf"/{form}/\d+(\?|$)"))
    settle(page)
    return page.locator("h1").inner_text().strip()


def badge(page: Page, where: str) -> Locator:
    return page.locator(f"a[href='/{where}'] .weft-badge")


def task(page: Page, name: str) -> None:
    """Open what is asked about a record."""
    link = page.locator("main").get_by_role("link", name=name)
    for _ in range(40):
        visit(page, "/todos")
        if link.count():
            break
        page.wait_for_timeout(250)
    link.first.click()
    page.wait_for_url(re.compile(r"/tasks/\d+(\?|$)"))
    settle(page)


def test_a_deal_is_moved_and_lost_and_the_chart_of_the_boss_follows(desk: Desk) -> None:
    board = desk.open(BOSS, "/a/crm/dashboards/performance")
    under_way = board.locator(".weft-widget", has=board.locator("#w-under_way-title"))
    figure = under_way.locator(".weft-big-figure")
    before = figure.inner_text()

    page = desk.open(SELLER)
    name = first(page, "opportunity", 'stage = "contacted"')
    bar = page.locator(".weft-stages")
    expect(bar.locator("[aria-current=step]")).to_have_text("初步接触")
    bar.get_by_role("button", name="转入下一阶段").click()
    expect(bar.locator("[aria-current=step]")).to_have_text("需求分析")
    expect(page.locator("main")).to_contain_text("35%")

    bar.get_by_role("link", name="输单").click()
    page.wait_for_url("**/move/lose")
    assert audit(page) == []
    page.locator(".weft-submit .btn-primary").click()
    expect(page.locator(".weft-summary")).to_contain_text("输单原因")
    page.get_by_label("输单原因").select_option(label="价格")
    page.locator(".weft-submit .btn-primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator(".weft-moves")).to_have_count(0)

    expect(figure).not_to_have_text(before, timeout=PATIENT)
    figure.get_by_role("link").click()
    board.wait_for_url("**/a/crm/opportunity?filter=*")
    assert name not in titles(board)


def test_a_contract_is_approved_by_three_people_on_desktop_and_phone(desk: Desk) -> None:
    legal = desk.open(LEGAL, "/todos")
    waiting = int(badge(legal, "todos").inner_text()) if badge(legal, "todos").count() else 0
    page = desk.open(SELLER)
    name = first(page, "contract", 'status = "draft" AND amount < 500000')
    contract = page.url
    page.get_by_role("button", name="提交审批").click()
    expect(page.locator("main")).to_contain_text("审批中")

    expect(badge(legal, "todos")).to_have_text(str(waiting + 1), timeout=PATIENT)
    task(legal, name)
    assert audit(legal) == []
    agree = legal.get_by_role("button", name="同意")
    walk_to(legal, agree)  # without a mouse
    legal.keyboard.press("Enter")
    expect(legal.locator(".weft-summary")).to_contain_text("法务意见")
    walk_to(legal, legal.get_by_label("法务意见"))
    legal.keyboard.type("条款可以。")
    walk_to(legal, agree)
    legal.keyboard.press("Enter")
    expect(legal.locator(".weft-toast").first).to_be_visible()

    finance = desk.open(FINANCE, "/todos", locale="en", theme="dark", **PHONE)
    task(finance, name)
    assert fits(finance)
    assert audit(finance) == []
    finance.get_by_label("Comment").fill("Paid in two parts.")
    finance.get_by_role("button", name="Approve").click()
    expect(finance.get_by_role("button", name="Approve")).to_have_count(0)

    for _ in range(40):
        visit(page, contract)
        if page.locator("main").get_by_text("审批通过").count():
            break
        page.wait_for_timeout(250)
    path = page.locator("main")
    expect(path).to_contain_text("审批通过")
    expect(path).to_contain_text("郑凯")
    expect(path).to_contain_text("条款可以。")
    expect(path).to_contain_text("Paid in two parts.")
