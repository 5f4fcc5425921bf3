"""The shop with rules, as people meet it through REST and on screen."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.fixtures.clock import FakeClock
from tests.fixtures.rest import ROLES, Rest, clerk_of, published, shop_bytes

OWNER = [{"type": "field", "field": "owner"}]
RULES = [
    {"key": "big", "label": {"zh-CN": "大单", "en": "Large orders"},
     "on": {"type": "created", "form": "order"},
     "if": 'amount > 100 AND stage = "open"', "then": [
        {"type": "create_todo", "to": OWNER, "title": "Check {{ title }}", "due_days": 1},
        {"type": "create_record", "form": "item", "set": {"code": {"formula": "title"}}},
        {"type": "notify", "to": OWNER, "title": "Look at {{ title }}", "level": "must"}]},
    {"key": "opened", "label": "Opened", "on": {"type": "field_changed", "form": "order", "field": "stage",
                                               "to": ["open"]},
     "then": [{"type": "set_fields", "set": {"word": "now"}}]},
    {"key": "idle", "label": "Idle", "on": {"type": "time_in_stage", "form": "order", "field": "stage",
                                            "values": ["open"], "days": 3},
     "then": [{"type": "create_todo", "to": OWNER, "title": "Go on with {{ title }}"}]},
    {"key": "finish", "label": "Finish", "on": {"type": "button", "form": "order", "roles": ["clerk"]},
     "if": 'stage = "open"', "then": [{"type": "set_fields", "set": {"stage": "apple"}},
                                      {"type": "create_todo", "to": OWNER, "title": "Tidy up {{ title }}"}]},
]  # fmt: skip
BLIND = {"key": "blind", "label": "Blind", "grants": clerk_of(amount="hidden")}
MAKER = {"key": "maker", "label": "Maker", "design": True,
         "grants": [{"form": "order", "actions": ["view"], "fields": {"amount": "hidden"}}]}  # fmt: skip


def definition(rules: Any = RULES) -> bytes:
    return shop_bytes(rules=list(rules), roles=[*ROLES, BLIND, MAKER])


@pytest.fixture(scope="session")
def ruled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ruled")
    Rest(folder, f"sqlite:///{folder / 'weft.db'}", FakeClock(), definition()).close()
    return folder


class Ruled(Rest):
    """The shop, with its worker at hand."""

    def run(self, **later: float) -> None:
        """Let the worker do everything that is due, after some time has passed."""
        self.clock.forward(**later)
        self.installation.lease.renew()
        self.installation.worker.run_due()

    def page(self, user_id: int, url: str, status: int = 200) -> str:
        """Return a page as somebody sees it."""
        client, _ = self.session(user_id)
        answer = client.get(url)
        assert answer.status_code == status, answer.text[:2000]
        return str(answer.text)

    def browser(self, user_id: int) -> "Browser":
        """Sign somebody in."""
        return Browser(*self.session(user_id))


class Browser:
    """A browser without scripts."""

    def __init__(self, client: TestClient, csrf: str) -> None:
        self.client, self.csrf = client, csrf

    def get(self, url: str, status: int = 200) -> str:
        """Return a page."""
        answer = self.client.get(url)
        assert answer.status_code == status, answer.text[:2000]
        return str(answer.text)

    def post(self, url: str, status: int = 303, **fields: str) -> Any:
        """Post a plain form."""
        answer = self.client.post(url, data={"csrf": self.csrf, **fields})
        assert answer.status_code == status, answer.text[:2000]
        return answer


@pytest.fixture
def ruled(tmp_path: Path, clock: FakeClock, ruled_folder: Path) -> Iterator[Ruled]:
    """The shop with rules on SQLite."""
    folder = tmp_path / "data"
    shutil.copytree(ruled_folder, folder)
    found = Ruled(folder, f"sqlite:///{folder / 'weft.db'}", clock, definition())
    yield found
    found.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def each(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Ruled]:
    """The shop with rules on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("ruled")
        return
    with published(request, definition()) as url:
        found = Ruled(tmp_path / "data", url, clock, definition())
        yield found
        found.close()


def told(answer: Any) -> str:
    """Return all that an answer says, to look for what it must not."""
    return json.dumps(answer, ensure_ascii=False)
