"""The CRM example with its people and data, reached as they reach it: over REST, or by browser forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

import main
from engines.store import people, platform
from runtime.demo import load_demo
from runtime.installation import Installation, Settings
from runtime.web.application import Application
from tests.fixtures.grammar import shared_grammar

HERE = "http://localhost"  # the demo answers to no other name


class Door:
    """One person at the doors of the installation."""

    def __init__(self, installation: Installation, application: Application, login: str) -> None:
        self.installation, self.login = installation, login
        with installation.db.write() as conn:
            self.id = conn.scalars(sa.select(platform.user.c.id).where(platform.user.c.login == login)).one()
            secret = people.add_key(conn, installation.ids, self.id, "test", installation.clock.now())[1]
        self._rest = TestClient(
            application, HERE, headers={"Authorization": f"Bearer {secret}", "Accept-Language": "zh-CN"}
        )
        self.browser = TestClient(
            application, HERE, follow_redirects=True, headers={"Accept-Language": "zh-CN"}
        )

    def call(self, method: str, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        """Send a REST request and return its JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self._rest.request(method, f"/api/{path}", json=body, headers=named)
        assert answer.status_code == status, answer.text[:2000]
        return answer.json() if answer.content else None

    def send(self, path: str, body: bytes, kind: str) -> Any:
        """Post what is not JSON, and return the answer as it came."""
        return self._rest.post(f"/api/{path}", content=body, headers={"Content-Type": kind})

    def codes(self, method: str, path: str, body: Any) -> dict[str, str]:
        """Send what must be refused and return path -> code of its issues."""
        problem = self.call(method, path, body, 422)
        return {issue["path"]: issue["code"] for issue in problem["issues"]}

    def enter(self) -> None:
        """Sign in as the demo lets everybody: by one click on a card."""
        page = self.browser.get("/sign-in").text
        self.browser.post("/sign-in/demo", data={"account": self.login, "csrf": token_of(page)})

    def fill(self, path: str, **values: Any) -> Any:
        """Open a form in the browser and post it."""
        page = self.browser.get(path).text
        return self.browser.post(path, data={"csrf": token_of(page), **values})


def token_of(page: str) -> str:
    """Return the token that the forms of a page carry."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page[:1000]
    return found[1]


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Door]]:
    """Load the demo once for a module and return a door for each person by login."""
    folder: Path = tmp_path_factory.mktemp("crm")
    settings = Settings(
        data=folder, database=f"sqlite:///{folder / 'weft.db'}", demo="crm", fast_passwords=True
    )
    installation = Installation(settings, grammar=shared_grammar())
    load_demo(installation, "crm")
    application = Application(installation, main.routes())
    doors: dict[str, Door] = {}

    def door(login: str) -> Door:
        if login not in doors:
            doors[login] = Door(installation, application, login)
        return doors[login]

    yield door
    installation.close()
