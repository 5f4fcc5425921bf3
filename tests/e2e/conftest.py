"""One browser and one server with the example for all tests of this process."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.driving import Desk, chromium, serving


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
def _sessions() -> dict[str, Any]:
    return {}


@pytest.fixture
def desk(browser: Browser, site: str, _sessions: dict[str, Any]) -> Iterator[Desk]:
    found = Desk(browser, site, _sessions)
    yield found
    found.close()
    assert found.said == []
