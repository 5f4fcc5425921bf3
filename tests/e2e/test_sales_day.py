"""A salesperson's day with mouse and keyboard: find, record, correct, sort out, take back."""

import re
from itertools import count

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.driving import Desk, box, choose, found_row, settle, titles, visit

SELLER = "lin.xiaowen"
NUMBERS = count(1)


def save(page: Page) -> None:
    page.locator(".weft-submit .btn-primary").click()


@pytest.fixture
def customer(desk: Desk) -> tuple[Page, str, str]:
    """A customer of the seller's own: the page that shows it, its name and its address."""
    name = f"晨曦仪器第{next(NUMBERS)}公司"
    page = desk.open(SELLER, "/a/crm/customer/new")
    page.get_by_label("客户名称").fill(name)
    for key, option in (("industry", "制造业"), ("region", "华东")):
        field = page.locator(f"[data-field={key}]")
        if field.locator(".ts-control").count():
            choose(page, key, option)
        else:
            field.locator("select").select_option(label=option)
    save(page)
    page.wait_for_url(re.compile(r"/a/crm/customer/\d+(\?|$)"))
    return page, name, page.url


def test_one_click_on_a_demo_person_signs_in(desk: Desk) -> None:
    page = desk.context().new_page()
    visit(page, "/a/crm/customer")
    page.wait_for_url(re.compile("/sign-in"))

    page.get_by_role("button", name="林晓雯").click()

    page.wait_for_url("**/a/crm/customer")
    expect(page.get_by_role("heading", level=1)).to_have_text("客户")
    expect(page.locator(".weft-user")).to_contain_text("林晓雯")


def test_the_demo_people_fit_one_screen_beside_the_sign_in_box(desk: Desk) -> None:
    page = desk.context().new_page()
    visit(page, "/sign-in")

    cards = [box(each) for each in page.locator(".weft-demo button").all()]

    assert max(bottom for *_, bottom in cards) < 900
    assert box(page.locator(".weft-panel"))[3] < 900
    assert len({left for left, *_ in cards}) == 3


def test_a_customer_is_found_by_pinyin_and_shows_what_belongs_to_it(desk: Desk) -> None:
    page = desk.open(SELLER, "/a/crm/customer?view=mine")
    name = titles(page)[0]

    page.get_by_role("searchbox").fill("shanghai")
    page.keyboard.press("Enter")
    page.wait_for_url("**search=shanghai*")

    expect(page.locator(".weft-chip")).to_contain_text("shanghai")
    assert titles(page)
    assert all("上海" in each for each in titles(page))
    page.get_by_role("link", name="移除「shanghai」").click()
    expect(found_row(page, name)).to_be_visible()


def test_a_phone_number_of_somebody_elses_customer_is_shown_in_outline(desk: Desk) -> None:
    page = desk.open(SELLER, "/a/crm/customer?column=name&column=phone&column=owner")
    theirs = page.locator("tbody tr").filter(has_not=page.get_by_text("林晓雯")).first

    expect(theirs.locator(".weft-masked")).to_contain_text("****")
    expect(theirs.locator("a[href^=tel]")).to_have_count(0)


def test_a_follow_up_begins_at_its_customer_and_says_what_is_missing(customer: tuple[Page, str, str]) -> None:
    page, name, url = customer
    related = page.locator("section", has=page.get_by_role("heading", name="跟进记录"))

    related.get_by_role("link", name="新建").click()
    settle(page)
    expect(page.locator("[data-field=customer] .item")).to_have_text(name)
    save(page)

    expect(page.locator(".weft-summary")).to_contain_text("核心内容")
    expect(page.get_by_label("核心内容")).to_be_focused()
    page.keyboard.type("对方同意试用两周。")
    page.get_by_label("主题").fill("讨论试用安排")
    page.get_by_label("方式", exact=False).select_option(label="拜访")
    save(page)

    page.wait_for_url(url)
    expect(related.locator(".weft-count")).to_have_text("1")
    expect(related.get_by_role("link", name="讨论试用安排")).to_be_visible()


def test_a_relation_is_picked_by_typing_its_pinyin(customer: tuple[Page, str, str]) -> None:
    page, name, _ = customer
    visit(page, "/a/crm/contact/new")

    page.get_by_label("姓名").fill("何清")
    page.get_by_label("微信").fill("heqing")
    choose(page, "customer", "chenxi", name)
    save(page)

    page.wait_for_url(re.compile(r"/a/crm/contact/\d+(\?|$)"))
    expect(page.get_by_role("link", name=name)).to_be_visible()


def test_a_change_is_in_the_history_with_what_stood_there(customer: tuple[Page, str, str]) -> None:
    page, name, url = customer
    page.get_by_role("link", name="编辑").click()
    settle(page)

    page.get_by_label("客户名称").fill(f"{name}（更名）")
    save(page)
    page.wait_for_url(url)

    event = page.locator(".weft-timeline li").first
    expect(event).to_contain_text("林晓雯")
    expect(event.locator("del")).to_have_text(name)
    expect(event.locator("ins")).to_have_text(f"{name}（更名）")


def test_a_stale_save_shows_both_versions_and_loses_nothing(customer: tuple[Page, str, str]) -> None:
    page, _, url = customer
    other = page.context.new_page()
    visit(page, f"{url}/edit")
    visit(other, f"{url}/edit")

    other.get_by_label("地址").fill("园区路 1 号")
    save(other)
    other.wait_for_url(url)
    page.get_by_label("地址").fill("园区路 2 号")
    save(page)

    table = page.locator(".weft-alert table")
    expect(table).to_contain_text("园区路 1 号")
    expect(table).to_contain_text("园区路 2 号")
    expect(page.get_by_label("地址")).to_have_value("园区路 2 号")
    save(page)
    page.wait_for_url(url)
    expect(page.locator(".weft-main")).to_contain_text("园区路 2 号")


def test_what_is_deleted_comes_back_by_undo_and_from_the_trash(
    desk: Desk, customer: tuple[Page, str, str]
) -> None:
    _, name, url = customer
    page = desk.open("tang.guoqing", url)
    page.on("dialog", lambda dialog: dialog.accept())

    for way in ("undo", "trash"):
        page.get_by_label("更多").first.click()
        page.get_by_role("button", name="删除").click()
        page.locator("#confirm .btn-primary").click()
        page.wait_for_url("**/a/crm/customer")
        if way == "undo":
            page.get_by_role("button", name="撤销").click()
        else:
            visit(page, "/a/crm/customer/trash")
            found_row(page, name).get_by_role("checkbox").check()
            page.get_by_role("button", name="恢复").click()
            expect(page.locator("#announcer")).to_contain_text("已恢复")
            page.goto(url)
        page.wait_for_url(url)
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        settle(page)


def test_a_filter_is_saved_as_a_view_with_its_columns(desk: Desk) -> None:
    page = desk.open(SELLER, "/a/crm/customer")

    page.locator("#list-filter > summary").click()
    row = page.locator(".weft-condition").first
    row.get_by_label("字段", exact=True).select_option(label="客户名称")
    expect(row.get_by_label("条件", exact=True)).to_have_value("contains")
    held: list[Route] = []
    page.route("**/a/crm/customer/filter*", lambda route: held.append(route))  # noqa: PLW0108 - a built-in has no name there
    turn = page.locator(".weft-conditions").get_attribute("id")
    row.get_by_label("条件", exact=True).select_option("starts")
    row.get_by_label("值", exact=True).fill("杭州")  # while the server has not answered
    page.wait_for_timeout(100)
    for each in held:
        each.continue_()
    page.unroute("**/a/crm/customer/filter*")
    expect(page.locator(f"#{turn}")).to_have_count(0)
    settle(page)
    expect(row.get_by_label("值", exact=True)).to_have_value("杭州")
    page.locator(".weft-filter .btn-primary").click()
    page.wait_for_url("**filter=STARTSWITH*")
    expect(page.locator(".weft-chip")).to_contain_text("杭州")
    assert all(each.startswith("杭州") for each in titles(page))

    page.locator("#list-columns > summary").click()
    page.get_by_label("规模").check()
    page.locator("#list-columns .btn-primary").click()
    expect(page.locator("th", has_text="规模")).to_be_visible()

    page.locator("#list-save > summary").click()
    page.get_by_label("视图名称").fill("我的杭州")
    page.locator("#list-save").get_by_role("button", name="保存").click()
    page.wait_for_url(re.compile(r"view=\d+"))

    visit(page, "/a/crm/customer")
    page.get_by_role("link", name="我的杭州").click()
    expect(page.locator("th", has_text="规模")).to_be_visible()
    assert all(each.startswith("杭州") for each in titles(page))


def test_sorting_paging_and_the_back_button_keep_their_place(desk: Desk) -> None:
    page = desk.open("tang.guoqing", "/a/crm/customer?limit=20")

    page.get_by_role("link", name="客户名称").click()
    page.wait_for_url("**sort=name*")
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("客户名称")
    first = titles(page)
    page.get_by_role("link", name="下一页").click()
    page.wait_for_url("**after=*")
    expect(found_row(page, first[0])).to_have_count(0)
    second = titles(page)
    assert first[-1] != second[0]
    assert not set(first) & set(second)

    page.go_back()
    expect(found_row(page, first[0])).to_be_visible()
    assert titles(page) == first
    page.go_forward()
    expect(found_row(page, second[0])).to_be_visible()


def test_many_are_changed_at_once(desk: Desk) -> None:
    page = desk.open("tang.guoqing", "/a/crm/product?sort=name")
    boxes = page.locator("tbody .weft-check input")
    boxes.nth(0).check()
    boxes.nth(2).click(modifiers=["Shift"])

    page.get_by_role("button", name="批量修改").click()
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("3")
    page.locator("select").first.select_option(label="单位")
    page.get_by_role("button", name="继续").click()
    settle(page)
    page.get_by_label("单位").fill("套件")
    save(page)

    page.wait_for_url("**/a/crm/product*")
    expect(page.locator("#announcer")).to_contain_text("已修改 3 条记录")
