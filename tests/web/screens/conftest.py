"""A whole installation on SQLite with one neutral app, and people signed in to it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from engines.access import Access
from engines.query import Cause, Change, Op, Result
from engines.store import people
from engines.store.people.users import Profile
from engines.store.writing import write
from frontend.environment import Renderer
from runtime.installation import Installation, Settings
from runtime.screens import add_routes
from runtime.web.application import Application
from runtime.web.routing import Routes
from tests.fixtures.clock import FakeClock
from tests.fixtures.grammar import shared_grammar
from tests.fixtures.publishing import app, field, form

CHOICES = [
    {"key": "open", "label": {"zh-CN": "进行中", "en": "Open"}, "color": "blue"},
    {"key": "done", "label": {"zh-CN": "已完成", "en": "Done"}, "color": "green"},
]
ORDER = form(
    "order",
    field("name", required=True, searchable=True, label={"zh-CN": "名称", "en": "Name"}),
    field("amount", "money", label={"zh-CN": "金额", "en": "Amount"}),
    field("state", "select", options=CHOICES, default="open", label={"zh-CN": "状态", "en": "State"}),
    field("due", "date", default={"formula": "TODAY()"}),
    field("meeting", "datetime"),
    field("urgent", "checkbox"),
    field("labels", "tags"),
    field("person", "relation", form="person", allow_new=True),
    field("owner", "member"),
    field("secret", "text", searchable=True),
    field("papers", "file"),
    field(
        "items",
        "subform",
        fields=[field("title", required=True), field("qty", "number", min=1), field("gift", "checkbox")],
    ),
    title="name",
    owner="owner",
    views=[
        {
            "key": "urgent",
            "label": {"zh-CN": "紧急", "en": "Urgent"},
            "filter": "urgent",
            "columns": ["name", "due"],
        },
        {"key": "secret", "label": "SECRET VIEW", "filter": 'secret = "x"'},
        {
            "key": "sheet",
            "label": {"zh-CN": "按状态", "en": "By state"},
            "columns": ["name", "amount", "due"],
            "group": [{"field": "state"}],
            "totals": [{"field": "amount", "function": "sum"}],
        },
    ],
    layout={
        "sections": [
            {"key": "main", "label": {"zh-CN": "主要", "en": "Main part"}, "fields": ["name", "amount"]}
        ]
    },
)
PERSON = form(
    "person",
    field("name", required=True, searchable=True),
    field("phone", "phone"),
    field("orders", "related", form="order", via="person"),
    label={"zh-CN": "人员", "en": "Contact"},
    layout={
        "tabs": [{"key": "who", "label": "Who"}, {"key": "reach", "label": "Reach"}],
        "sections": [
            {"key": "who", "label": "Who", "fields": ["name"], "tab": "who"},
            {"key": "reach", "label": "Telephone", "fields": ["phone"], "tab": "reach"},
        ],
    },
)
VISIT = form(
    "visit",
    field("who", required=True),
    field("kind", "select", options=CHOICES),
    field("why", visible_if='kind = "done"'),
    field("score", "number", required=True, max=10),
    layout={
        "steps": True,
        "tabs": [{"key": each, "label": each.title()} for each in ("first", "maybe", "last")],
        "sections": [
            {"key": "first", "label": "First part", "fields": ["who", "kind"], "tab": "first"},
            {"key": "maybe", "label": "Maybe part", "fields": ["why"], "tab": "maybe"},
            {"key": "last", "label": "Last part", "fields": ["score"], "tab": "last"},
        ],
    },
)
SHOP = app(
    ORDER | {"label": {"zh-CN": "订单", "en": "Orders"}},
    PERSON,
    form("note", field("text"), label="NOTES"),
    VISIT,
    label={"zh-CN": "小店", "en": "Little shop"},
    menu=[
        {"label": {"zh-CN": "日常", "en": "Daily"}, "items": [{"form": "order"}, {"form": "person"}]},
        {"form": "note"},
    ],
    roles=[
        {
            "key": "clerk",
            "label": "Clerk",
            "grants": [
                {
                    "form": "order",
                    "actions": ["view", "create", "edit", "delete", "export"],
                    "scope": "own",
                    "fields": {"secret": "hidden"},
                },
                {"form": "person", "actions": ["view"], "fields": {"phone": "masked"}, "others": "read"},
            ],
        }
    ],
)


class Browser:
    """Somebody signed in: gets pages and posts forms as a browser does."""

    def __init__(self, client: TestClient, csrf: str, user_id: int) -> None:
        self.client, self.csrf, self.user_id = client, csrf, user_id

    def get(self, url: str, status: int = 200, **headers: str) -> str:
        """Return a page."""
        answer = self.client.get(
            url, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        assert answer.status_code == status, answer.text[:2000]
        return unescape(answer.text)

    def post(self, url: str, data: Mapping[str, Any] | None = None, status: int = 303, **more: Any) -> Any:
        """Post a form with its token and return the answer, redirects not followed."""
        fields = {"csrf": self.csrf, **(data or {})}
        answer = self.client.post(url, data=fields, follow_redirects=False, **more)
        assert answer.status_code == status, answer.text[:3000]
        return answer

    def save(self, url: str, **data: Any) -> int:
        """Fill a form in and return the id of what was saved."""
        place = self.post(url, data).headers["location"]
        return int(re.findall(r"/(\d+)", place)[-1])


@cache
def renderer() -> Renderer:
    """Return the templates."""
    return Renderer()


class Shop:
    """The installation of a test and its people."""

    definition = SHOP

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        self.clock = clock
        self.installation = Installation(
            Settings(data=folder, database=f"sqlite:///{folder / 'weft.db'}"), clock, shared_grammar()
        )
        self.installation.__dict__["renderer"] = renderer()  # templates are compiled once for all tests
        self.model = self.installation.publisher.apply(self.definition, actor=None)
        routes = Routes()
        add_routes(routes)
        self.web = Application(self.installation, routes)

    def sign_in(
        self, login: str, *, admin: bool = False, locale: str = "en", roles: tuple[str, ...] = ()
    ) -> Browser:
        """Add a person and open a session."""
        box = self.installation
        with box.db.write() as conn:
            user_id = people.add_user(conn, box.ids, box.clock, Profile(login, login.title(), admin=admin))
            people.set_preferences(conn, user_id, locale=locale)
            people.set_roles(conn, user_id, [self.model.roles[each] for each in roles])
            opened = people.open_session(conn, user_id, box.clock.now())
        client = TestClient(self.web, cookies={"weft_session": opened.token})
        return Browser(client, opened.csrf, user_id)

    def write(self, form_key: str, *changes: Change) -> list[Result]:
        """Write as the platform itself."""
        box = self.installation
        with box.store.unit(self.model, Access(None), Cause("test", None)) as uow:
            results = write(box.store, uow, self.model.form(form_key), changes)
        assert all(each.ok for each in results), results
        return results

    def add(self, form_key: str, *records: Mapping[str, Any]) -> list[int]:
        """Create records and return their ids."""
        found = []
        for record in records:
            self.clock.forward(seconds=1)
            found.append(int(self.write(form_key, Change(Op.create, record))[0].id or 0))
        return found


@pytest.fixture(scope="session")
def _shop_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published installation, copied for each test."""
    folder = tmp_path_factory.mktemp("shop")
    shop = Shop(folder, FakeClock())
    shop.installation.close()
    return folder


@pytest.fixture
def shop(tmp_path: Path, clock: FakeClock, _shop_folder: Path) -> Iterator[Shop]:
    """The shop."""
    shutil.copytree(_shop_folder, tmp_path / "data")
    found = Shop(tmp_path / "data", clock)
    yield found
    found.installation.close()


@pytest.fixture
def boss(shop: Shop) -> Browser:
    """An administrator who reads English."""
    return shop.sign_in("boss", admin=True)


@pytest.fixture
def clerk(shop: Shop) -> Browser:
    """A clerk who sees her own orders, and no secrets."""
    return shop.sign_in("clerk", roles=("clerk",))


Titles = Callable[[str], list[str]]


def titles(html: str) -> list[str]:
    """Return the titles of the rows of a list."""
    return [each.strip() for each in re.findall(r'class="weft-title"><a[^>]*>(.*?)</a>', html, re.DOTALL)]


def links(html: str, text: str) -> list[str]:
    """Return the addresses of links that say, or are labelled, ``text``."""
    said = re.escape(text)
    inside = rf"(?:<svg[^>]*><use[^>]*></svg>)?\s*(?:<span>)?{said}"
    pattern = rf'<a[^>]*?href="([^"]*)"[^>]*(?:aria-label="{said}"[^>]*>|>\s*{inside})'
    return re.findall(pattern, html, re.DOTALL)
