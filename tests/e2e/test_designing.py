"""A designer finds a formula, changes it with a look at a real record, and takes it back."""

import re
from collections.abc import Callable
from functools import partial

from playwright.sync_api import Locator, Page, expect

from tests.e2e.driving import PHONE, Desk, audit, box, fits, settle, visit, walk_to

DESIGNER, OWNER = "shen.yifan", "tang.guoqing"
LIST = "/design/crm/forms/contract/formulas"


def entry(page: Page, name: str, what: str) -> None:
    """Open one formula of the list."""
    row = page.locator(".weft-formulas > li").filter(has_text=name).filter(has_text=what)
    row.get_by_role("link").first.click()
    settle(page)


def kept(page: Page, gesture: Locator | Callable[[], object]) -> None:
    """Make a gesture and wait until the draft has it."""
    revision = page.locator("input[name=revision]").first.get_attribute("value")
    gesture() if callable(gesture) else gesture.click()
    expect(page.locator(f"input[name=revision][value='{revision}']")).to_have_count(0)
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


def test_a_rule_is_put_together_by_mouse_and_taken_back_by_keyboard(desk: Desk) -> None:
    page = desk.open(OWNER, "/design/crm/element?at=rules")
    before = page.locator(".weft-parts > li").count()

    kept(page, page.get_by_role("button", name="添加: 规则"))
    name = page.get_by_label("名称", exact=True)
    name.fill("大额商机要主管知道")
    kept(page, lambda: name.press("Enter"))
    expect(page.get_by_role("heading", level=1)).to_have_text("大额商机要主管知道")
    page.locator(".weft-sentence a").first.click()
    kept(page, partial(page.locator("#properties").get_by_label("表单").select_option, label="商机"))
    kept(page, page.locator("button[name=kind][value=notify]"))
    page.get_by_label("标题", exact=True).fill("大额商机：{{ name }}")
    kept(page, partial(page.get_by_label("重要程度").select_option, "must"))
    expect(page.locator(".weft-sentence-actions")).to_contain_text("大额商机：")
    assert audit(page) == []

    visit(page, "/design/crm/element?at=rules")
    expect(page.locator(".weft-parts > li")).to_have_count(before + 1)
    up = page.get_by_role("button", name="上移: 大额商机要主管知道")
    walk_to(page, up)
    page.keyboard.press("Enter")
    expect(page.locator(".weft-parts > li").last).not_to_contain_text("大额商机要主管知道")
    undo = page.locator("[data-key='Ctrl+Z']")
    while undo.count():
        page.locator("h1").click()
        kept(page, lambda: page.keyboard.press("ControlOrMeta+z"))
    expect(page.locator(".weft-parts > li")).to_have_count(before)


def test_a_required_choice_of_five_takes_three_clicks_and_nothing_typed_is_lost(desk: Desk) -> None:
    page = desk.open(OWNER, "/design/crm/forms/product")
    page.evaluate("clicks = 0; addEventListener('click', event => { clicks += event.isTrusted }, true)")

    kept(page, page.locator(".weft-control[data-type=select]"))
    expect(page.locator(".weft-card-label")).to_be_focused()
    page.keyboard.type("来源渠道")
    page.keyboard.press("Enter")
    expect(page.locator(".weft-card-editor [data-lines]")).to_be_focused()
    page.keyboard.insert_text("官网\n展会\n广告\n转介绍\n其他")
    page.locator("#card-required").click()
    expect(page.locator("#card-required")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("clicks") <= 3
    expect(page).to_have_url(re.compile("at=laiyuanqudao$"))
    expect(page.locator(".weft-block.chosen [data-lines]")).to_have_value("官网\n展会\n广告\n转介绍\n其他")

    page.get_by_label("填写说明").last.fill("从哪里知道我们")
    page.locator(".weft-block-link").first.click()
    expect(page.locator("#block-laiyuanqudao")).to_contain_text("从哪里知道我们")
    page.locator("#panel [name='set.max_length']").fill("9999")
    page.locator("h1").click()
    expect(page.locator("#panel .is-invalid")).to_contain_text("255")
    page.locator("#panel [name='set.max_length']").fill("")
    page.locator("h1").click()
    expect(page.locator("[data-saved]")).to_contain_text("已保存")
    undo = page.locator("[data-key='Ctrl+Z']")
    while undo.count():
        kept(page, undo)


def test_a_widget_is_moved_by_keys_and_by_mouse_and_put_back(desk: Desk) -> None:
    page = desk.open(OWNER, "/design/crm/dashboards/cash")
    expect(page.locator(".weft-arrange.is-ready")).to_have_count(1)
    tiles = page.locator(".weft-tile")
    before = tiles.evaluate_all("all => all.map(each => each.dataset.spot)")
    grip = page.locator("[data-grip]").first

    grip.focus()
    for key in ("Enter", "ArrowRight", "Escape"):
        page.keyboard.press(key)
    expect(grip).to_have_attribute("aria-pressed", "false")
    page.keyboard.press(" ")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#announcer")).to_contain_text("高")
    kept(page, lambda: page.keyboard.press("Enter"))
    expect(grip).to_be_focused()
    expect(page.locator(".weft-arrange.is-ready")).to_have_count(1)
    tiles.first.hover()
    _, _, right, bottom = box(tiles.first)
    page.mouse.move(right - 14, bottom - 14)
    page.mouse.down()
    page.mouse.move(right + 160, bottom - 14, steps=12)
    kept(page, page.mouse.up)
    moved = tiles.evaluate_all("all => all.map(each => each.dataset.spot)")
    assert moved != before

    undo = page.locator("[data-key='Ctrl+Z']")
    while undo.count():
        kept(page, undo)
    assert tiles.evaluate_all("all => all.map(each => each.dataset.spot)") == before


RESTS = 200
# The library has arrived and taken the canvases in hand.
GRASPED = """() => [...document.querySelectorAll("[data-canvas]")].every(
    each => Object.keys(each).some(key => key.startsWith("Sortable")))"""


def drag(page: Page, what: Locator, to: Locator, *, beyond: float = 0.8, rests: int = 0) -> None:
    """Drag by mouse; past the middle of the target, or the library sees no reason to change places.

    ``rests``: milliseconds before the end of the way, for what it passed to have slid aside: while something
    slides, the library takes no other place.
    """
    page.wait_for_function(GRASPED)
    page.wait_for_timeout(RESTS)  # a hand begins when the page stands still
    if not 80 < spot(to, beyond)[1] < 880:  # beneath the bar at the top, or beyond the window
        to.evaluate("each => each.scrollIntoView({ block: 'center' })")
    left, top, _, bottom = box(what)
    page.mouse.move(left + 12, (top + bottom) / 2 if bottom - top < 60 else top + 12)
    page.mouse.down()
    x, y = spot(to, beyond)
    page.mouse.move(x, y, steps=14)
    if rests:
        page.wait_for_timeout(rests)
        page.mouse.move(x, y - 2)
    page.mouse.up()


def spot(element: Locator, beyond: float) -> tuple[float, float]:
    """Return a place within an element, as a share of its width and height."""
    left, top, right, bottom = box(element)
    return left + (right - left) * beyond, top + (bottom - top) * beyond


def test_columns_of_a_view_are_dragged_and_so_are_the_parts_of_a_list(desk: Desk) -> None:
    page = desk.open(OWNER, "/design/crm/element?at=forms/customer/views/all_customers")
    heads = page.locator(".weft-column")
    before = heads.evaluate_all("all => all.map(each => each.dataset.key)")
    settle(page)

    kept(page, lambda: drag(page, heads.nth(1), heads.nth(2)))
    now = heads.evaluate_all("all => all.map(each => each.dataset.key)")
    assert now[:3] == [before[0], before[2], before[1]]
    kept(page, lambda: drag(page, page.locator(".weft-view-palette .btn").first, heads.nth(1)))
    expect(heads).to_have_count(len(before) + 1)
    kept(page, page.get_by_role("button", name="按“客户名称”排序"))
    expect(heads.first).to_have_attribute("aria-sort", "ascending")
    assert audit(page) == []

    visit(page, "/design/crm/element?at=roles")
    roles = page.locator(".weft-parts > li")
    names = roles.evaluate_all("all => all.map(each => each.dataset.name)")
    settle(page)
    kept(page, lambda: drag(page, roles.first, roles.nth(1)))
    assert roles.evaluate_all("all => all.map(each => each.dataset.name)")[:2] == [names[1], names[0]]
    undo = page.locator("[data-key='Ctrl+Z']")
    while undo.count():
        kept(page, undo)
    assert roles.evaluate_all("all => all.map(each => each.dataset.name)") == names
