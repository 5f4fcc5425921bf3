"""A dashboard in a browser: it draws, a click opens the records, and it follows what others save."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.driving import PHONE, Desk, box, fits, settle, walk_to

BOSS, SELLER = "chen.jianguo", "lin.xiaowen"
BOARD = "/a/crm/dashboards/performance"
CHARTS = ("funnel", "sources", "trend", "pipeline", "activity")
LIVE = 15_000  # a busy machine; the news itself is timed where no browser is in between


def drawn(page: Page) -> None:
    """Wait until every chart is there."""
    for key in CHARTS:
        expect(page.locator(f"#w-{key}")).to_have_class(re.compile("is-drawn"), timeout=60_000)


def test_charts_are_drawn_and_a_click_opens_the_records(desk: Desk) -> None:
    page = desk.open(BOSS, BOARD)
    drawn(page)
    widget = page.locator("#w-funnel")
    expect(widget.locator("figure[role=img]")).to_have_attribute("aria-label", re.compile("漏斗"))

    widget.locator("summary").click()
    first = widget.locator("tbody tr").first.locator("td a").first
    count = first.inner_text()
    widget.locator("summary").click()
    expect(widget.locator("figure")).to_be_visible()
    left, top, right, bottom = box(widget.locator(".trace .point path").first)
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    page.wait_for_timeout(400)  # a click counts where the pointer has rested
    page.mouse.click((left + right) / 2, (top + bottom) / 2)

    page.wait_for_url(re.compile(r"/a/crm/opportunity\?.*reached="))
    settle(page)
    expect(page.locator(".weft-pager")).to_contain_text(f"共 {count} 条")
    expect(page.locator(".weft-chips")).to_contain_text("新线索")


def test_a_saved_record_is_on_the_open_board(desk: Desk) -> None:
    board, form = desk.open(BOSS, BOARD), desk.open(SELLER, "/a/crm/customer/new")
    drawn(board)
    expect(board.locator("[data-live]")).to_be_visible(timeout=LIVE)
    before = board.evaluate("document.querySelector('#w-sources weft-chart').dataset.figure")

    form.locator("[name=name]").fill("随看板更新有限公司")
    for select in form.locator("select[required]").all():
        select.select_option(index=1)
    form.locator("[name=source]").select_option("website")
    form.locator(".weft-submit .btn-primary").click()
    form.wait_for_url(re.compile(r"/a/crm/customer/\d+"))

    changed = "before => document.querySelector('#w-sources weft-chart').dataset.figure !== before"
    board.wait_for_function(changed, arg=before, timeout=LIVE)
    drawn(board)


def test_a_paused_board_stays_as_it_is(desk: Desk) -> None:
    board = desk.open(BOSS, BOARD)
    badge = board.locator("[data-live]")
    expect(badge).to_be_visible(timeout=LIVE)

    badge.click()

    expect(badge).to_have_attribute("aria-pressed", "false")
    expect(badge).to_contain_text("已暂停")


def test_charts_stack_on_a_phone(desk: Desk) -> None:
    page = desk.open(BOSS, BOARD, **PHONE)
    drawn(page)

    lefts = {round(each.bounding_box()["x"]) for each in page.locator(".weft-widget").all()}  # type: ignore[index]
    assert len(lefts) == 1
    assert fits(page)


def test_figures_are_readable_without_scripts(desk: Desk) -> None:
    page = desk.house.of(BOSS, {"java_script_enabled": False}).new_page()
    page.goto(BOARD)

    expect(page.locator("#w-funnel tbody tr").first).to_be_visible()
    expect(page.locator("#w-funnel figure")).to_be_hidden()
    walk_to(page, page.locator("#w-funnel tbody a").first)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("商机")
    page.go_back()
    expect(page.locator("#w-funnel")).to_be_visible()
    page.close()
