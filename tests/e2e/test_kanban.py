"""Deals put from column to column by mouse, keyboard and finger; records behind a slice of their chart."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.driving import PHONE, Desk, found_row, settle, visit

SELLER = "lin.xiaowen"
BOARD = "/a/crm/opportunity?view=board"
FIRST, SECOND = "#cards-incoming", "#cards-contacted"


def centre(page: Page, element: Locator) -> tuple[float, float]:
    """Return the middle of the part of an element that stands on the screen."""
    found, view = element.bounding_box(), page.viewport_size
    assert found is not None
    assert view is not None
    right = min(found["x"] + found["width"], view["width"])
    bottom = min(found["y"] + found["height"], view["height"])
    return (found["x"] + right) / 2, (found["y"] + bottom) / 2


def by_mouse(page: Page, card: Locator, column: Locator) -> None:
    (x, y), (to_x, to_y) = centre(page, card), centre(page, column)
    page.mouse.move(x, y + 8)
    page.mouse.down()
    page.mouse.move(x + 12, y + 12, steps=4)
    page.mouse.move(to_x, to_y, steps=14)
    page.mouse.move(to_x + 3, to_y + 3, steps=3)
    page.mouse.up()


def by_keys(page: Page, card: Locator) -> None:
    card.locator("[data-grip]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")


def by_finger(page: Page, card: Locator, column: Locator) -> None:
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        said = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": said})

    (x, y), (to_x, to_y) = centre(page, card), centre(page, column)
    touch("touchStart", (x, y))
    page.wait_for_timeout(400)  # a finger that rests drags; one that moves at once scrolls
    for step in range(1, 13):
        touch("touchMove", (x + (to_x - x) * step / 12, y + (to_y - y) * step / 12))
        page.wait_for_timeout(16)
    touch("touchEnd")


def numbers(page: Page) -> tuple[int, int]:
    """How many stand in the first two columns."""
    first, second = (int(each) for each in page.locator(".weft-lane-count").all_inner_texts()[:2])
    return first, second


def test_s191_a_deal_is_moved_by_mouse_keyboard_and_finger_and_opened_behind_a_slice(desk: Desk) -> None:
    page = desk.open(SELLER, BOARD)
    first, second = numbers(page)
    for number, way in enumerate(("mouse", "keys"), 1):
        card = page.locator(f"{FIRST} [data-item]").first
        title = card.get_attribute("data-title")
        by_mouse(page, card, page.locator(SECOND)) if way == "mouse" else by_keys(page, card)
        expect(page.locator(f"{SECOND} [data-item]", has_text=title)).to_be_visible()
        expect(page.locator(".weft-lane-count").nth(1)).to_have_text(str(second + number))
        assert numbers(page) == (first - number, second + number)
    # What asks for something opens it, and comes back to the board.
    card = page.locator(f"{FIRST} [data-item]").first
    card.locator("[data-grip]").click()
    page.locator("[data-to=lost]").click()
    page.wait_for_url(re.compile("/move/lose"))
    page.locator(".weft-submit a, .weft-actions a").filter(has_text="取消").first.click()
    page.wait_for_url(re.compile("view=board"))

    phone = desk.open(SELLER, BOARD, **PHONE)
    first, second = numbers(phone)
    card = phone.locator(f"{FIRST} [data-item]").first
    title = card.get_attribute("data-title")
    by_finger(phone, card, phone.locator(SECOND))
    expect(phone.locator(f"{SECOND} [data-item]", has_text=title)).to_have_count(1)
    expect(phone.locator(".weft-lane-count").first).to_have_text(str(first - 1))

    visit(page, "/a/crm/opportunity?view=open")
    page.get_by_role("link", name="图表").click()
    page.locator(".weft-segments a", has_text="饼图").click()
    slice_ = page.locator("weft-chart .slice").first
    expect(slice_).to_be_visible()
    settle(page)
    slice_.locator("path").hover()
    page.wait_for_timeout(300)
    figure = page.locator(".weft-data tbody .weft-num a").first
    address, told = figure.get_attribute("href"), figure.text_content()
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url(lambda url: "/chart" not in url)
    assert address
    expect(page.locator(".weft-pager .weft-note")).to_contain_text(str(told).strip())
    expect(found_row(page, "").first).to_be_visible()
