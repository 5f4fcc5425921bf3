"""A field the designer masked is an outline to everybody whose grants do not name it."""

from __future__ import annotations

import json

from engines.access import Access
from engines.access.grants import FormAccess
from engines.form import build
from engines.form.names import Name, Names
from engines.form.registry import field_types
from schemas.elements import Action
from schemas.grammar import Grammar
from schemas.loader import load
from tests.fixtures.shop import Person


def rights(grant: dict[str, object]) -> FormAccess:
    """Return the rights that one grant gives to an order with a masked phone."""
    fields = [
        {"key": "name", "type": "text", "label": "Name"},
        {"key": "phone", "type": "phone", "label": "Phone", "masked": True},
    ]
    roles = [
        {"key": "clerk", "label": "Clerk", "grants": [{"form": "order", "actions": ["view", "edit"]} | grant]}
    ]
    definition = {"weft": 1, "key": "shop", "label": "Shop", "roles": roles,
                  "forms": [{"key": "order", "label": "Order", "fields": fields}]}  # fmt: skip
    kinds = field_types()
    app = load(json.dumps(definition).encode(), Grammar(kinds))
    paths = {"order": "t", "order.name": "name", "order.phone": "phone", "@clerk": None}
    names = Names({path: Name(1000 + place, name) for place, (path, name) in enumerate(paths.items())})
    model = build(app, kinds, names)
    access = Access(Person(7, None, (), frozenset({1003})))
    return access.form(model, model.form("order"))


def test_who_holds_a_general_grant_reads_an_outline_and_changes_nothing_of_it() -> None:
    found = rights({})

    assert found.act[Action.view].everything
    assert found.masked == {"phone"}
    assert set(found.edit) == {"name"}


def test_a_grant_that_names_the_field_shows_it() -> None:
    found = rights({"fields": {"phone": "edit"}})

    assert not found.masked
    assert set(found.edit) == {"name", "phone"}
