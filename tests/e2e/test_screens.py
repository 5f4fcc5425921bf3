"""The sample screens in a real browser: accessible, in one piece, and alive."""

import json
import mimetypes
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from frontend.environment import ROOT, Renderer
from tests.e2e.driving import audit, fits, settle
from tests.web.samples.screens import samples

HOST = "http://weft.test"
NAMES = sorted(samples("en").screens())
# Looks that the example does not have; its own pages are looked at where people use them.
RARE = {
    "error_500", "form_refused", "import_done", "launcher_empty", "people_empty", "people_refused", "setup",
    "table_empty", "trash_empty",
}  # fmt: skip
LOOKS = {("zh-CN", "light", 1440), ("en", "dark", 390)}
POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-n'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'"
)


@dataclass
class House:
    """Answers a browser with samples and static files, and remembers what was asked and said."""

    renderer: Renderer
    locale: str = "en"
    theme: str = "light"
    refused: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            file = ROOT / unquote(path.lstrip("/"))
            kind = mimetypes.guess_type(file.name)[0] or "text/plain"
            route.fulfill(body=file.read_bytes(), content_type=kind)
            return
        self.asked.append((route.request.method, route.request.url.removeprefix(HOST)))
        if path == "/x":
            search = parse_qs(urlsplit(route.request.url).query).get("search", ["Any"])[0]
            rows = [{"id": f"7{n}", "text": f"{search} {n}", "note": "East"} for n in range(3)]
            route.fulfill(body=json.dumps({"data": rows}), content_type="application/json")
            return
        name = "form_refused" if self.refused and route.request.method == "POST" else path.strip("/")
        template, context = samples(self.locale).screen(name if name in NAMES else "table")
        html = self.renderer.render(template, self.locale, self.theme, "n", **context)
        route.fulfill(
            status=422 if name == "form_refused" else 200,
            body=html,
            content_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": POLICY},
        )


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture
def house(renderer: Renderer) -> House:
    return House(renderer)


def visit(browser: Browser, house: House, name: str, width: int = 1440) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_default_timeout(20_000)
    page.on("console", lambda message: house.said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: house.said.append(str(error)))
    page.route("**/*", house.answer)
    page.goto(f"{HOST}/{name}")
    settle(page)
    return page


@pytest.mark.parametrize(
    ("name", "locale", "theme", "width"),
    [
        pytest.param(
            name,
            locale,
            theme,
            width,
            id=f"{name}-{locale}-{theme}-{width}",
            marks=() if name in RARE and (locale, theme, width) in LOOKS else pytest.mark.soak,
        )
        for name in NAMES
        for locale in ("zh-CN", "en")
        for theme in ("light", "dark")
        for width in (1440, 390)
    ],
)
def test_screen_is_accessible_and_fits(
    browser: Browser, house: House, name: str, locale: str, theme: str, width: int
) -> None:
    house.locale, house.theme = locale, theme

    page = visit(browser, house, name, width)
    broken, fitting = audit(page), fits(page)
    page.close()

    assert broken == []
    assert fitting
    assert [text for text in house.said if "422" not in text] == []


def test_ticking_rows_opens_the_bulk_bar_and_shift_takes_a_range(browser: Browser, house: House) -> None:
    page = visit(browser, house, "table")
    boxes = page.locator("tbody .weft-check input")

    boxes.nth(1).check()
    boxes.nth(4).click(modifiers=["Shift"])

    expect(page.locator("[data-count]")).to_have_text("4 selected")
    page.get_by_role("button", name="Clear selection").click()
    expect(page.locator("[data-bulk]")).to_be_hidden()


def test_a_question_answered_no_sends_nothing(browser: Browser, house: House) -> None:
    page = visit(browser, house, "table")
    page.locator("tbody .weft-check input").first.check()
    delete = page.locator("[data-bulk] .btn-outline-danger")

    delete.click()
    expect(page.locator("#confirm")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#confirm")).to_be_hidden()
    expect(delete).to_be_focused()
    assert [ask for ask in house.asked if ask[0] == "POST"] == []

    delete.click()
    page.locator("#confirm .btn-primary").click()
    page.wait_for_url("**/bulk")
    assert [ask for ask in house.asked if ask[0] == "POST"] == [("POST", "/bulk")]


def test_sorting_swaps_the_list_and_keeps_the_focus(browser: Browser, house: House) -> None:
    page = visit(browser, house, "table")
    page.evaluate("window.kept = true")

    page.locator("#sort-amount").focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**/table?sort=amount")
    expect(page.locator("#sort-amount")).to_be_focused()
    assert page.evaluate("window.kept")


def test_rows_of_a_subform_are_added_moved_and_removed_by_keyboard(browser: Browser, house: House) -> None:
    page = visit(browser, house, "form")
    names = (
        "[...document.querySelectorAll('weft-subform tbody [name$=qty]')].map(e => e.name + '=' + e.value)"
    )

    page.get_by_role("button", name="Add a row").press("Enter")
    page.locator("[name='items.2.qty']").fill("7")
    page.locator("[name='items.2.qty']").press("Alt+ArrowUp")

    assert page.evaluate(names) == ["items.0.qty=200", "items.1.qty=7", "items.2.qty=35"]
    expect(page.locator("#announcer")).to_have_text("Moved to row 2")
    page.get_by_role("button", name="Remove row 1").click()
    assert page.evaluate(names) == ["items.0.qty=7", "items.1.qty=35"]
    expect(page.get_by_role("button", name="Remove row 1")).to_be_focused()
    expect(page.get_by_label("Qty").first).to_have_attribute("id", "f-items-0-qty")


def test_a_look_up_asks_the_server_and_takes_the_answer(browser: Browser, house: House) -> None:
    page = visit(browser, house, "form")
    control = page.locator("[data-field=owner] .ts-control")
    expect(control).to_be_visible()

    control.click()
    expect(control.locator("input")).to_be_focused()  # a slow machine opens it a moment later
    page.keyboard.type("Found")
    page.locator(".ts-dropdown .option", has_text="Found 2").click()

    assert page.locator("#f-owner").input_value() == "72"
    assert house.asked[-1] == ("GET", "/x?search=Found")
    expect(page.locator("[data-unsaved]")).to_be_visible()


def test_a_refused_form_names_its_problems_and_takes_the_reader_there(browser: Browser, house: House) -> None:
    house.refused = True
    page = visit(browser, house, "form")

    page.locator(".weft-submit .btn-primary").click()

    summary = page.locator(".weft-summary")
    expect(summary).to_be_visible()
    assert page.evaluate("document.activeElement.closest('[aria-invalid]') !== null")
    summary.get_by_role("link", name="Amount").click()
    expect(page.locator("#f-amount")).to_be_focused()
    assert page.url == f"{HOST}/form#f-amount"


def test_the_appearance_changes_at_once_and_is_told_to_the_server(browser: Browser, house: House) -> None:
    page = visit(browser, house, "table")

    page.locator("weft-theme summary").click()
    with page.expect_response("**/preferences"):
        page.get_by_role("button", name="Dark").click()

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert ("POST", "/preferences") in house.asked
    assert re.match("oklch\\(0.2", page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_a_message_comes_to_the_corner_and_is_announced(browser: Browser, house: House) -> None:
    page = visit(browser, house, "record")

    expect(page.locator("#toasts .weft-toast")).to_be_visible()
    expect(page.locator("#announcer")).to_have_text("Saved")
    page.get_by_role("button", name="Close this message").click()
    expect(page.locator(".weft-toast")).to_have_count(0)


def test_the_navigation_slides_in_on_a_phone_and_leaves_on_escape(browser: Browser, house: House) -> None:
    page = visit(browser, house, "table", 390)
    side = page.locator("#side")
    expect(side).to_be_hidden()

    page.locator(".weft-open-nav").click()
    expect(side).to_be_visible()
    page.keyboard.press("Escape")

    expect(side).to_be_hidden()
    expect(page.locator(".weft-open-nav")).to_be_focused()
