"""A computed value is hidden from whoever may not read one field that it is made of, at every door."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fixtures.rest import EVERYTHING, Door, Rest

FORMS: list[dict[str, Any]] = [
    {"key": "firm", "label": "Firm", "title": "name", "fields": [
        {"key": "name", "type": "text", "label": "Name"},
        {"key": "rank", "type": "number", "label": "Rank"},
        {"key": "secret", "type": "number", "label": "Secret"},
        {"key": "seen", "type": "date", "label": "Seen"},
        {"key": "deals", "type": "related", "label": "Deals", "form": "deal", "via": "firm"},
        {"key": "total", "type": "rollup", "label": "Total", "of": "deals", "field": "amount"},
        {"key": "won", "type": "rollup", "label": "Won", "of": "deals", "field": "amount",
         "filter": "state = 1"},
        {"key": "mixed", "type": "formula", "label": "Mixed", "formula": "total + secret"},
        {"key": "idle", "type": "formula", "label": "Idle", "formula": "DAYS(TODAY(), seen)",
         "decimals": 0},
        {"key": "shared", "type": "formula", "label": "Shared", "formula": "secret * 2", "expose": True},
    ]},
    {"key": "deal", "label": "Deal", "title": "name", "fields": [
        {"key": "name", "type": "text", "label": "Name"},
        {"key": "firm", "type": "relation", "label": "Firm", "form": "firm"},
        {"key": "amount", "type": "number", "label": "Amount"},
        {"key": "state", "type": "number", "label": "State"},
        {"key": "maker", "type": "created_by", "label": "Maker"},
        {"key": "rows", "type": "subform", "label": "Rows", "fields": [
            {"key": "price", "type": "number", "label": "Price"},
            {"key": "twice", "type": "formula", "label": "Twice", "formula": "price * 2"},
        ]},
        {"key": "sum", "type": "formula", "label": "Sum", "formula": "SUM(rows.twice)"},
        {"key": "looked", "type": "lookup", "label": "Looked", "via": "firm", "field": "secret"},
        {"key": "chained", "type": "formula", "label": "Chained", "formula": "looked + firm.total"},
        {"key": "by", "type": "formula", "label": "By", "formula": "_created_by & name",
         "result": "text"},
        {"key": "age", "type": "lookup", "label": "Age", "via": "firm", "field": "idle"},
    ]},
]  # fmt: skip
# What each is made of, worked out by hand.
MADE_OF = {
    ("firm", "total"): {"firm.deals", "deal.amount", "deal.firm"},
    ("firm", "won"): {"firm.deals", "deal.amount", "deal.firm", "deal.state"},
    ("firm", "mixed"): {"firm.deals", "deal.amount", "deal.firm", "firm.secret"},
    ("firm", "idle"): {"firm.seen"},
    ("firm", "shared"): set(),
    ("deal", "sum"): {"deal.rows"},
    ("deal", "looked"): {"deal.firm", "firm.secret"},
    ("deal", "chained"): {"deal.firm", "firm.secret", "firm.deals", "deal.amount"},
    ("deal", "by"): {"deal.maker", "deal.name"},
    ("deal", "age"): {"deal.firm", "firm.seen"},
}
PLAIN = [
    f"{form['key']}.{field['key']}" for form in FORMS for field in form["fields"]
    if (form["key"], field["key"]) not in MADE_OF
]  # fmt: skip
CASES = [(right, path) for right in ("hidden", "masked") for path in PLAIN]


def _role(right: str, path: str) -> dict[str, Any]:
    grants = [
        {"form": form["key"], "actions": EVERYTHING,
         "fields": {path.partition(".")[2]: right} if path.startswith(f"{form['key']}.") else {}}
        for form in FORMS
    ]  # fmt: skip
    return {"key": f"{right}_{path.replace('.', '_')}", "label": path, "grants": grants}


DEFINITION = json.dumps({
    "weft": 1, "key": "shop", "label": "Shop", "forms": FORMS,
    "roles": [{"key": "chief", "label": "Chief", "admin": True}, *[_role(*each) for each in CASES]],
}).encode()  # fmt: skip


@pytest.fixture(scope="module")
def shop(rest_of_module) -> Rest:
    made: Rest = rest_of_module(DEFINITION)
    return made


@pytest.fixture(scope="module")
def records(shop: Rest) -> dict[str, str]:
    """One of each, changed once, so that there is a history."""
    chief = shop.door("chief", "chief")
    firm = chief.create("firm", name="f", rank=1, secret=70, seen="2026-01-01")
    deal = chief.create("deal", name="d", firm=firm, amount=300, state=1, rows=[{"price": 11}])
    chief.patch(f"firm/{firm}", {"secret": 80, "seen": "2026-02-01"})
    chief.patch(f"deal/{deal}", {"amount": 400, "name": "e", "rows": [{"price": 12}]})
    return {"firm": firm, "deal": deal}


def shows(door: Door, form: str, key: str, record: str) -> Iterator[tuple[str, bool]]:
    """Yield every door with whether it lets the value through."""
    yield "record", key in door.get(f"{form}/{record}")
    yield "list", key in door.get(form)["data"][0]
    steps = door.get(f"{form}/{record}/history")["data"]
    if any(key in each["old"] for each in steps):
        yield "history", True
    sheet = door.send("GET", f"{form}/export.csv").content.decode("utf-8-sig").splitlines()[0]
    yield "export", key.title() in sheet.split(",")
    schemas = door.get("/api/shop/openapi.json")["components"]["schemas"]
    yield "description", key in schemas[form]["properties"]
    for name, path in asked(form, key):
        yield name, door.send("GET", path).status_code == 200


def asked(form: str, key: str) -> Iterator[tuple[str, str]]:
    yield "fields", f"{form}?fields={key}"
    yield "filter", f"{form}?filter=NOT ISBLANK({key})"
    yield "sort", f"{form}?sort={key}"
    yield "group", f"{form}/aggregate?group={key}"
    yield "measure", f"{form}/aggregate?measure=filled:{key}"
    yield "distinct", f"{form}/distinct/{key}"


@pytest.mark.parametrize(("right", "path"), CASES, ids=str)
def test_what_one_may_not_read_hides_what_is_made_of_it(shop: Rest, records, right: str, path: str):
    key = f"{right}_{path.replace('.', '_')}"
    door = shop.door(key, key)

    for (form, field), made_of in MADE_OF.items():
        wanted = path not in made_of
        found = dict(shows(door, form, field, records[form]))
        found.pop("history", None) if wanted else None
        assert set(found.values()) == {wanted}, (form, field, found)


@pytest.mark.parametrize("path", ["firm.secret", "firm.mixed", "firm.idle", "firm.total"])
def test_nobody_comes_to_it_over_a_relation(shop: Rest, records, path: str):
    hidden = {"firm.secret": "firm_secret", "firm.mixed": "firm_secret", "firm.idle": "firm_seen",
              "firm.total": "deal_amount"}[path]  # fmt: skip
    door = shop.door(f"over.{path}", f"hidden_{hidden}")

    refused = door.issues("GET", f"deal?filter={path} > 0", status=400)

    assert refused == {"filter": "expression.unknown_field"}
    for asked_for in (f"sort={path}", f"fields={path}"):
        assert door.send("GET", f"deal?{asked_for}").status_code == 400
    assert door.send("GET", f"deal/aggregate?group={path}").status_code == 400
