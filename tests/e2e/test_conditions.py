"""A filter is built by mouse and by keyboard, as rows and as a formula, and the list follows."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.driving import Desk, box, settle, titles, walk_to

SELLER = "lin.xiaowen"
OVER = '/a/crm/opportunity?filter=stage IN ("won", "lost") AND expected_on < TODAY()'


def count(page: Page) -> int:
    """How many records the list says it has."""
    said = page.locator(".weft-pager .weft-note").inner_text()
    return int("".join(each for each in said if each.isdigit()))


def part(row: Locator, name: str) -> Locator:
    return row.get_by_label(name, exact=True)


def apply(page: Page) -> None:
    page.locator(".weft-filter-foot").get_by_role("button", name="应用").click()
    expect(page.locator("#list-filter")).not_to_have_attribute("open", "")
    settle(page)


def test_by_mouse_a_field_brings_its_operators_and_they_their_inputs(desk: Desk) -> None:
    page = desk.open(SELLER, "/a/crm/opportunity")
    everything = count(page)

    page.locator("#list-filter > summary").click()
    row = page.locator(".weft-condition").first
    part(row, "字段").select_option(label="商机阶段")
    expect(part(row, "值")).to_contain_text("赢单")
    part(row, "条件").select_option("in")
    row.locator(".ts-control").click()
    row.locator(".option", has_text="赢单").click()
    row.locator(".option", has_text="输单").click()
    page.get_by_role("button", name="添加条件", exact=True).click()
    second = page.locator(".weft-condition").nth(1)
    expect(part(second, "字段")).to_be_focused()
    part(second, "字段").select_option(label="预计成交日期")
    expect(part(second, "条件")).to_have_value("on")
    part(second, "条件").select_option("past")
    expect(part(second, "值")).to_have_count(0)
    apply(page)

    expect(page.locator(".weft-chip")).to_have_count(2)
    expect(page.locator(".weft-chip").first).to_contain_text("商机阶段 等于任一 赢单、输单")
    assert 0 < count(page) < everything


def test_as_a_formula_fields_are_completed_and_errors_stand_under_their_character(desk: Desk) -> None:
    page = desk.open(SELLER, OVER)
    before = count(page)
    page.locator("#list-filter > summary").click()
    page.get_by_role("button", name="公式", exact=True).click()
    area = page.get_by_label("筛选公式")
    expect(area).to_have_value('stage IN ("won", "lost") AND expected_on < TODAY()')
    settle(page)

    area.press("ControlOrMeta+End")
    page.keyboard.type(" AND jine")
    expect(page.locator(".weft-word", has_text="预计成交金额")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.keyboard.type(" >=")
    expect(page.locator("[data-error]")).to_contain_text("公式没有写完")
    expect(area).to_have_attribute("aria-invalid", "true")
    page.keyboard.type(" ROUND(300000, ")
    expect(page.locator("[data-signature] b")).to_have_text("[digits]")
    page.keyboard.type("0)")
    expect(page.locator(".weft-result")).to_contain_text("符合的数据")
    expect(page.locator(".weft-piece[data-chip]", has_text="预计成交金额")).to_be_visible()

    page.get_by_role("button", name="条件", exact=True).click()
    expect(page.locator(".weft-condition")).to_have_count(3)
    expect(page.locator(".weft-condition textarea")).to_have_value("amount >= ROUND(300000, 0)")
    apply(page)
    assert 0 < count(page) < before


def test_by_keyboard_a_condition_is_added_and_a_chip_takes_it_away(desk: Desk) -> None:
    page = desk.open(SELLER, OVER)
    before, name = count(page), titles(page)[0][:2]

    walk_to(page, page.locator("#list-filter > summary"))
    page.keyboard.press("Enter")
    walk_to(page, page.get_by_role("button", name="添加条件", exact=True))
    page.keyboard.press("Enter")
    last = page.locator(".weft-condition").nth(2)
    expect(part(last, "字段")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.locator(".weft-chip")).to_have_count(3)
    assert 0 < count(page) <= before
    assert all(name in each for each in titles(page))

    page.get_by_role("link", name=f"移除「商机名称 包含 {name}」").click()
    expect(page.locator(".weft-chip")).to_have_count(2)
    page.reload()
    assert count(page) == before


def test_on_a_small_screen_the_builder_stays_inside_and_its_button_in_reach(desk: Desk) -> None:
    page = desk.open(SELLER, OVER, viewport={"width": 1024, "height": 640})

    page.locator("#list-filter > summary").click()
    settle(page)

    _, _, right, _ = box(page.locator("#list-filter .dropdown-menu"))
    _, _, _, bottom = box(page.locator(".weft-filter-foot .btn-primary"))
    assert right <= 1024
    assert bottom <= 640
    expect(page.locator("#list-filter .ts-dropdown")).to_be_hidden()
