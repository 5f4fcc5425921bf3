"""One browser and one server with the example for all tests of this process."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.driving import Desk, House, chromium, serving


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the example and its people; one for all tests of this process."""
    with serving(tmp_path_factory.mktemp("site"), "--demo", "crm") as url:
        yield url


@pytest.fixture(scope="session")
def house(browser: Browser, site: str) -> House:
    return House(browser, site)


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    """What a test opens pages with; no page may have complained."""
    found = Desk(house)
    yield found
    found.close()
    assert house.said == []
