"""A complaint by mouse: rules make a ticket and a to-do; it is taken, handed over, done and explained."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.driving import Desk, audit, choose, fits, settle, visit

SELLER, ENGINEER, DIRECTOR = "lin.xiaowen", "luo.zhiwei", "gao.yaqin"
SUBJECT = "投诉：设备昨晚停机"


def badge(page: Page) -> int:
    """Return how much waits, as the top of the page says it."""
    text = page.locator("a[href='/todos'] .weft-badge")
    return int(text.inner_text()) if text.count() else 0


def complain(desk: Desk) -> None:
    page = desk.open(SELLER, "/a/crm/followup/new")
    page.get_by_label("主题").fill(SUBJECT)
    page.locator("[data-field=method] select").select_option(index=1)
    choose(page, "customer", "上海", "上海")
    page.get_by_label("核心内容").fill("客户要求今天内处理。")
    page.locator(".weft-submit .btn-primary").click()
    page.wait_for_url(re.compile(r"/a/crm/followup/\d+(\?|$)"))


def arrived(page: Page) -> None:
    """Look again until the worker was there."""
    for _ in range(40):
        visit(page, "/todos")
        if page.get_by_role("link", name=SUBJECT).count():
            return
        page.wait_for_timeout(250)


def test_a_complaint_is_taken_handed_over_done_and_explained(desk: Desk) -> None:
    his = desk.open(ENGINEER, "/todos")
    before = badge(his)
    complain(desk)

    # The number changes by itself; the list is there when one looks at it.
    for _ in range(80):
        if badge(his) > before:
            break
        his.wait_for_timeout(250)
    assert badge(his) > before
    arrived(his)
    waiting = badge(his)  # a server that has only just begun may bring more by itself
    row = his.locator(".weft-work li", has=his.get_by_role("link", name=SUBJECT))
    expect(row).to_contain_text("待认领")
    row.get_by_role("button", name="认领").click()
    expect(row).not_to_contain_text("待认领")
    row.get_by_role("link", name="转交").click()
    settle(his)
    assert audit(his) == []
    choose(his, "to", "高雅琴")
    his.get_by_label("留言").fill("我在外地，请您先接手。")
    his.locator(".weft-submit .btn-primary").click()
    expect(his.locator(".weft-toast")).to_contain_text("已转交给 高雅琴")
    assert badge(his) == waiting - 1

    hers = desk.open(DIRECTOR, "/todos", viewport={"width": 390, "height": 844})
    must = hers.locator(".weft-pressing")
    expect(must).to_be_visible()
    assert fits(hers)
    row = hers.locator(".weft-work li", has=hers.get_by_role("link", name=SUBJECT))
    expect(row).to_contain_text("由 罗志伟 转交：我在外地，请您先接手。")
    waiting, ticket = badge(hers), row.get_by_role("link", name=SUBJECT).get_attribute("href") or ""
    row.get_by_role("button", name="完成").click()
    expect(hers.locator(".weft-toast")).to_contain_text("已完成一项待办")
    assert badge(hers) == waiting - 1

    visit(hers, ticket)
    hers.locator("header.weft-header summary").first.click()
    hers.get_by_role("link", name="自动化规则").click()
    hers.wait_for_url(re.compile("/rules$"))
    history = hers.locator("#history")
    expect(history).to_contain_text("起因：跟进中出现投诉")
    expect(history).to_contain_text("已触发")
    hers.locator("#rules a", has_text="为什么").first.click()
    expect(hers.locator("#answer")).to_be_visible()
    assert audit(hers) == []
    assert fits(hers)
