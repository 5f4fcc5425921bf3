"""An app whose parties may be recorded twice, on each kind of database, and people who record them."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from engines.access import Access
from engines.query import Cause, Change, Op
from engines.store.writing import write
from tests.fixtures.rest import Door, Rest, rest_of_module

Json = dict[str, Any]


def field(key: str, type_: str = "text", **more: Any) -> Json:
    return {"key": key, "type": type_, "label": key.title(), **more}


PARTY: Json = {
    "key": "party", "label": "Party", "title": "name", "owner": "owner",
    "duplicates": [
        {"fields": ["phone"], "policy": "refuse", "unseen": "owner"},
        {"fields": ["name"], "by": "company", "policy": "warn", "label": "The same name"},
        {"fields": ["name"], "by": "similar", "alike": 85, "policy": "warn"},
        {"fields": ["email"], "policy": "allow"},
        {"fields": ["code", "town"], "policy": "refuse"},
    ],
    "fields": [
        field("name"), field("phone", "phone"), field("email", "email"), field("industry"),
        field("size", "number"), field("code"), field("town"), field("tags", "tags"), field("secret"),
        field("owner", "member", default={"formula": "USER()"}),
        field("deals", "related", form="deal", via="party"),
    ],
}  # fmt: skip
DEAL: Json = {
    "key": "deal", "label": "Deal", "title": "name",
    "fields": [
        field("name"), field("party", "relation", form="party"), field("others", "relations", form="party"),
        field("lines", "subform", fields=[field("what"), field("from", "relation", form="party")]),
    ],
}  # fmt: skip
CARD: Json = {
    "key": "card", "label": "Card", "title": "company",
    "enrich": [
        {"form": "party", "match": {"company": "name"}, "by": "company",
         "fill": {"industry": "industry", "size": "size"}},
    ],
    "fields": [field("company"), field("industry"), field("size", "number")],
}  # fmt: skip
_ALL = ["view", "create", "edit", "delete", "import"]
DEFINITION: Json = {
    "weft": 1, "key": "shop", "label": "Shop", "forms": [PARTY, DEAL, CARD],
    "roles": [
        {"key": "chief", "label": "Chief", "admin": True},
        {"key": "own", "label": "Own", "grants": [
            {"form": "party", "actions": _ALL, "scope": "own", "fields": {"secret": "hidden"}},
            {"form": "card", "actions": _ALL},
            {"form": "deal", "actions": ["view", "create"]},
        ]},
        {"key": "part", "label": "Part", "grants": [
            {"form": "party", "actions": _ALL, "fields": {"name": "hidden", "secret": "hidden"}},
            {"form": "party", "actions": _ALL, "scope": "own", "fields": {"name": "hidden"}},
            {"form": "card", "actions": _ALL},
        ]},
    ],
}  # fmt: skip


@dataclass
class Browser:
    """Somebody signed in."""

    client: TestClient
    csrf: str

    def post(self, path: str, **values: Any) -> Any:
        return self.client.post(path, data={"csrf": self.csrf, **values})

    def get(self, path: str) -> Any:
        return self.client.get(path)


@dataclass
class House:
    """The installation and the doors of its people; every test has telephone numbers of its own."""

    rest: Rest
    chief: Door
    ann: Door
    bob: Door
    part: Door
    numbers: int = 0

    def phone(self) -> str:
        self.numbers += 1
        return f"139{self.numbers:08d}"

    def send_as_a_stranger(self, **values: Any) -> str:
        """Add a party as a public form does, and return its id."""
        box, app = self.rest.installation, self.rest.model
        with box.store.unit(app, Access(None), Cause("public", None)) as uow:
            (result,) = write(box.store, uow, app.form("party"), [Change(Op.create, values)])
        assert result.ok
        return str(result.id)

    def browser(self, door: Door) -> Browser:
        return Browser(*self.rest.session(door.user_id))

    def work(self) -> None:
        """Let the jobs run."""
        self.rest.installation.worker.run_due()

    def rows(self, table: Any, *where: Any) -> list[Any]:
        with self.rest.installation.db.read() as conn:
            return list(conn.execute(sa.select(table).where(*where)))


@pytest.fixture(scope="module")
def house(rest_of_module: Any) -> House:
    rest = rest_of_module(json.dumps(DEFINITION).encode())
    ann, bob = rest.door("ann", "own"), rest.door("bob", "own")
    return House(rest, rest.door("chief", "chief"), ann, bob, rest.door("pat", "part"))


__all__ = ["rest_of_module"]
