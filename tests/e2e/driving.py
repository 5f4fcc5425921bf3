"""How tests drive a real browser: find it, start a server for it, sign people in, hear its complaints."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from frontend.texts import LOCALES, Texts

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# What the browser says of a refused form, a stale save, a page that is not there.
EXPECTED = re.compile(r"status of (403|404|409|410|422)")
WATCH = """
addEventListener("securitypolicyviolation", (event) => console.error("policy: " + event.violatedDirective));
window.moved = 0;
new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.moved += each.value;
}).observe({ type: "layout-shift", buffered: true });
"""
# Elements whose module, and look-ups whose library, has not arrived.
UNREADY = ":not(:defined), weft-select select:not(.tomselected)"
ABROAD: dict[str, Any] = {"locale": "en"}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
AXE = Path(__file__).parent.joinpath("vendor/axe-core@4.14.1/axe.min.js").read_text("utf-8")
TEXTS = {locale: Texts(locale) for locale in LOCALES}
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def chromium() -> str:
    """Return the browser; without one the tests are skipped, except where everything must run."""
    wanted = (os.environ.get("WEFT_CHROMIUM", ""), *NAMES)
    found = next((path for name in wanted if name and (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail("no Chromium on this machine; tools/ensure_chromium.sh installs it")
    return found or pytest.skip("no Chromium on this machine; tools/ensure_chromium.sh installs it")


@contextmanager
def serving(data: Path, *options: str) -> Iterator[str]:
    """Run the server on a free port as its users do; yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url, log = f"http://127.0.0.1:{port}", data / "server.log"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("WEFT_", "DATABASE_"))
    }
    environment |= {"WEFT_DATA": str(data), "WEFT_PORT": str(port)}
    command = [sys.executable, "-c", "import cli; cli.app()", "serve", *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait(process, url, log)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text('utf-8')}")


class House:
    """Browsers with people signed in, kept for all tests: what one page has fetched the next has at hand."""

    def __init__(self, browser: Browser, site: str) -> None:
        self.browser, self.site = browser, site
        self.said: list[str] = []
        self._sessions: dict[str, str] = {}
        self._kept: dict[str, BrowserContext] = {}
        self._glances: dict[str, Page] = {}

    def context(self, locale: str = "zh-CN", theme: str = "light", **more: Any) -> BrowserContext:
        """Return a browser of its own, with nobody signed in."""
        options: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, **more}
        context = self.browser.new_context(base_url=self.site, locale=locale, **options)
        context.set_default_timeout(15_000)
        context.add_init_script(WATCH)
        context.add_cookies([{"name": "weft_theme", "value": theme, "url": self.site}])
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.said.append(str(error.error)))
        return context

    def _hear(self, message: Any) -> None:
        at = message.location.get("url", "")
        if message.type == "error" and not (EXPECTED.search(message.text) and "/static/" not in at):
            self.said.append(f"{message.text} at {at}")

    def of(self, who: str, options: dict[str, Any]) -> BrowserContext:
        """Return the browser of a person; without a name, of somebody nobody knows."""
        key = _key(who, options)
        if key not in self._kept:
            self._kept[key] = context = self.context(**options)
            if who:
                self._sign_in(context, who)
        return self._kept[key]

    def glance(self, who: str, path: str, options: dict[str, Any]) -> Page:
        """Return a page that is only looked at: in a tab that stays open, which costs half as much."""
        key = _key(who, options)
        if key in self._glances:
            self._glances[key].evaluate("sessionStorage.clear()")
        else:
            self._glances[key] = self.of(who, options).new_page()
        visit(self._glances[key], path)
        return self._glances[key]

    def _sign_in(self, context: BrowserContext, who: str) -> None:
        if who not in self._sessions:
            page = context.new_page()
            page.goto("/sign-in")
            page.locator(f"button[name=account][value='{who}']").click()
            page.wait_for_url(lambda url: "/sign-in" not in url)
            page.close()
            cookies = {each["name"]: each["value"] for each in context.cookies()}
            self._sessions[who] = cookies["weft_session"]
        context.add_cookies([{"name": "weft_session", "value": self._sessions[who], "url": self.site}])


def _key(who: str, options: dict[str, Any]) -> str:
    return f"{who} {sorted(options.items())}"


class Desk:
    """The pages of one test; they are closed after it."""

    def __init__(self, house: House) -> None:
        self.house, self.site = house, house.site
        self._closing: list[Page | BrowserContext] = []
        house.said.clear()

    def context(self, **options: Any) -> BrowserContext:
        """Return a browser of its own, with nobody signed in."""
        context = self.house.context(**options)
        self._closing.append(context)
        return context

    def open(self, who: str, path: str = "/", **options: Any) -> Page:
        """Return a page on which ``who`` is signed in; nobody where the name is blank."""
        page = self.house.of(who, options).new_page()
        self._closing.append(page)
        visit(page, path)
        return page

    def glance(self, who: str, path: str, **options: Any) -> Page:
        """Return a page that is only looked at, see ``House.glance``."""
        return self.house.glance(who, path, options)

    def close(self) -> None:
        for each in self._closing:
            each.close()


def said(page: Page, code: str, **params: object) -> str:
    """Return a text of the house in the language of a page."""
    return TEXTS[str(page.locator("html").get_attribute("lang"))].t(code, **params)


def visit(page: Page, path: str) -> None:
    """Go to a page and wait until it is alive."""
    page.goto(path)
    settle(page)


def settle(page: Page) -> None:
    """Wait until every element has its module and every look-up its library."""
    expect(page.locator(UNREADY)).to_have_count(0)


def found_row(page: Page, text: str) -> Locator:
    """Return the row of a list with this title."""
    return page.locator("tbody tr").filter(has=page.locator(".weft-title", has_text=text))


def titles(page: Page) -> list[str]:
    """Return the titles of a list from top to bottom."""
    return [each.strip() for each in page.locator("tbody .weft-title").all_inner_texts()]


def choose(page: Page, field: str, text: str, option: str = "") -> None:
    """Type into a look-up and take what it finds, by keyboard."""
    control = page.locator(f"[data-field='{field}'] .ts-wrapper")
    control.locator(".ts-control").click()
    wanted = control.locator(".option", has_text=option or text).first
    for _ in range(6):  # a server that has only just begun is still making its search words
        page.keyboard.type(text)
        with suppress(AssertionError):
            expect(wanted).to_be_visible()
            break
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.press("Delete")
    expect(wanted).to_be_visible()
    for _ in range(30):
        if "active" in (wanted.get_attribute("class") or "").split():
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(control.locator(".item").last).to_contain_text(option or text)
    expect(control.locator(".ts-dropdown")).to_be_hidden()


def walk_to(page: Page, target: Locator, limit: int = 120, key: str = "Tab") -> None:
    """Press Tab until the target has the focus, as somebody without a mouse does."""
    handle = target.element_handle()
    for _ in range(limit):
        if page.evaluate("element => element === document.activeElement", handle):
            return
        page.keyboard.press(key)
    pytest.fail(f"{target} is not reached by {key}")


def box(element: Locator) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of an element that is shown."""
    found = element.bounding_box()
    assert found is not None
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


def fits(page: Page) -> bool:
    """Tell whether nothing stands out at the right."""
    width = (page.viewport_size or {"width": 0})["width"]  # a phone's own grows with what does not fit
    return bool(page.evaluate("width => document.documentElement.scrollWidth <= width", width))


def moved(page: Page) -> float:
    """Return how much of the page moved by itself since it was opened."""
    return float(page.evaluate("window.moved"))


def audit(page: Page) -> list[tuple[str, str]]:
    """Return what the accessibility checker finds serious."""
    page.evaluate(AXE)
    # To list what passes too takes twice as long.
    ask = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"
    found: dict[str, Any] = page.evaluate(ask, RULES)
    return [
        (each["id"], each["nodes"][0]["html"][:200])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]
