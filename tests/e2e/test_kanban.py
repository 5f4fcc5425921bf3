"""Deals put from column to column by mouse, keyboard and finger; records behind a slice of their chart."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.driving import ABROAD, PHONE, Desk, found_row, said, settle, visit

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
    page.locator("main form a").filter(has_text=said(page, "ui.common.cancel")).first.click()
    page.wait_for_url(re.compile("view=board"))

    phone = desk.open(SELLER, BOARD, **ABROAD, **PHONE)
    first, second = numbers(phone)
    card = phone.locator(f"{FIRST} [data-item]").first
    title = card.get_attribute("data-title")
    by_finger(phone, card, phone.locator(SECOND))
    expect(phone.locator(f"{SECOND} [data-item]", has_text=title)).to_have_count(1)
    expect(phone.locator(".weft-lane-count").first).to_have_text(str(first - 1))

    visit(phone, "/a/crm/opportunity?view=open")
    phone.locator(".weft-toolbar a[href*='/chart']").tap()
    phone.locator(".weft-segments a[href*='as=pie']").tap()
    slice_ = phone.locator("weft-chart .slice").first
    expect(slice_).to_be_visible()
    settle(phone)
    figure = phone.locator(".weft-data tbody .weft-num a").first
    told = figure.text_content()
    slice_.locator("path").tap()
    phone.wait_for_url(lambda url: "/chart" not in url)
    expect(phone.locator(".weft-pager .weft-note")).to_contain_text(str(told).strip())
    expect(found_row(phone, "").first).to_be_visible()
