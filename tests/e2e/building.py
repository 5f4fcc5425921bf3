"""What a designer does on the canvases, as gestures whose clicks are counted."""

import re
from collections.abc import Callable
from functools import partial

from playwright.sync_api import Locator, Page, expect

from tests.e2e.driving import settle, visit, walk_to
from tests.e2e.test_designing import kept

# A choice from a list is two clicks, however it was made.
COUNT = """
const count = (more) => { sessionStorage.clicks = more + Number(sessionStorage.clicks || 0); };
addEventListener("click", (event) => event.isTrusted && count(1), true);
addEventListener("change", (event) => event.target.localName === "select" && count(2), true);
"""


def clicks(page: Page) -> int:
    """Return how often was clicked in this window; Enter on a button is told as a click, and counts."""
    return int(page.evaluate("+(sessionStorage.clicks || 0)"))


def new_form(page: Page, app: str, label: str, first: str) -> str:
    """Add a form, name the field that it begins with, and return its address."""
    visit(page, app)
    page.locator("#new-form").fill(label)
    page.locator("#new-form").press("Enter")
    page.wait_for_url("**/forms/*")
    settle(page)
    expect(page.locator(".weft-card-label")).to_be_focused()
    page.keyboard.type(first)
    kept(page, lambda: page.keyboard.press("Enter"))
    return page.url.partition("?")[0]


def field(page: Page, kind: str, label: str, options: str = "", *, required: bool = False) -> None:
    """Add a field by a click in the palette, name it, list its options, require it: three clicks at most."""
    before = clicks(page)
    kept(page, page.locator(f".weft-control[data-type={kind}]"))
    named(page, label)
    if options:
        expect(page.locator(".weft-card-editor [data-lines]")).to_be_focused()
        page.keyboard.insert_text(options)
        if not required:
            kept(page, lambda: page.keyboard.press("Tab"))
    if required:
        expect(page.locator("#card-required")).to_have_count(1)
        page.locator("#card-required").click()
        expect(page.locator("#card-required")).to_have_attribute("aria-pressed", "true")
    assert clicks(page) - before <= 3


def named(page: Page, label: str) -> None:
    """Type the name of what was just added."""
    expect(page.locator(".weft-card-label")).to_be_focused()
    page.keyboard.type(label)
    kept(page, lambda: page.keyboard.press("Enter"))


def new(page: Page, app: str, what: str, label: str) -> None:
    """Add a flow, a rule or a dashboard by its name."""
    visit(page, f"{app}/element?at={what}")
    page.locator(".weft-adder [name=label]").fill(label)
    kept(page, lambda: page.keyboard.press("Enter"))


def pick(page: Page, label: str, option: str) -> None:
    """Choose in the properties."""
    there = page.locator("#properties, .weft-panel, .weft-main aside").get_by_label(label, exact=True).last
    if there.locator("option:checked").inner_text().strip() != option:
        kept(page, partial(there.select_option, label=option))


def write(page: Page, label: str, text: str, then: str = "") -> None:
    """Write a text of the properties, with the value of a field behind it."""
    there = page.locator("#properties").get_by_label(label, exact=True)
    there.fill(text)
    there.press("End")
    kept(page, partial(put_in, there, then) if then else partial(there.press, "Tab"))


def put_in(text: Locator, field: str) -> None:
    """Put the value of a field into a text."""
    prop = text.locator("xpath=ancestor::*[@data-prop][1]")
    prop.locator("[data-insert]").select_option(label=field)
    expect(text).to_have_value(re.compile(r"\{\{ " + field + r" \}\}$"))


def card(page: Page, title: str) -> Locator:
    """Return the card of a flow or a rule."""
    return page.locator(".weft-flow-face", has_text=title).first


def opened(page: Page, target: Locator, open_it: Callable[[Locator], object] = Locator.click) -> None:
    """Choose a card, and wait for what is beside it."""
    href = (target.get_attribute("href") or "").partition("#")[0]
    open_it(target)
    page.wait_for_url(lambda url: href in url)
    settle(page)


def past_the_menu(page: Page, path: str) -> None:
    """Go to a page and, by the first link on it, to what it is about."""
    visit(page, path)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def by_enter(page: Page) -> Callable[[Locator], object]:
    """Return how somebody without a mouse presses: walk there by Tab, then Enter."""

    def press(target: Locator) -> None:
        walk_to(page, target)
        page.keyboard.press("Enter")

    return press
