"""Computed fields through REST: own values, look-ups, summaries over relations, and who may read them."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from tests.fixtures.rest import EVERYTHING

FIRM: dict[str, Any] = {
    "key": "firm", "label": "Firm", "title": "name",
    "fields": [
        {"key": "name", "type": "text", "label": "Name"},
        {"key": "trade", "type": "select", "label": "Trade",
         "options": [{"key": "steel", "label": "Steel"}, {"key": "food", "label": "Food"}]},
        {"key": "secret", "type": "number", "label": "Secret"},
        {"key": "deals", "type": "related", "label": "Deals", "form": "deal", "via": "firm"},
        {"key": "total", "type": "rollup", "label": "Total", "of": "deals", "field": "amount"},
        {"key": "open", "type": "rollup", "label": "Open", "of": "deals", "field": "unpaid",
         "filter": "unpaid > 0"},
        {"key": "count", "type": "rollup", "label": "Count", "of": "deals", "function": "count"},
        {"key": "last", "type": "rollup", "label": "Last", "of": "deals", "field": "signed",
         "function": "max"},
        {"key": "names", "type": "rollup", "label": "Names", "of": "deals", "field": "name",
         "function": "list"},
    ],
}  # fmt: skip
DEAL: dict[str, Any] = {
    "key": "deal", "label": "Deal", "title": "name",
    "fields": [
        {"key": "name", "type": "text", "label": "Name"},
        {"key": "firm", "type": "relation", "label": "Firm", "form": "firm"},
        {"key": "amount", "type": "money", "label": "Amount"},
        {"key": "signed", "type": "date", "label": "Signed"},
        {"key": "lines", "type": "subform", "label": "Lines", "fields": [
            {"key": "price", "type": "money", "label": "Price"},
            {"key": "pieces", "type": "number", "label": "Pieces"},
            {"key": "cost", "type": "formula", "label": "Cost", "result": "money",
             "formula": "price * pieces"},
        ]},
        {"key": "payments", "type": "related", "label": "Payments", "form": "payment", "via": "deal"},
        {"key": "trade", "type": "lookup", "label": "Trade", "via": "firm", "field": "trade"},
        {"key": "lines_total", "type": "formula", "label": "Lines", "result": "money",
         "formula": "SUM(lines.cost)"},
        {"key": "each", "type": "formula", "label": "Each", "formula": "amount / SUM(lines.pieces)"},
        {"key": "paid", "type": "rollup", "label": "Paid", "of": "payments", "field": "amount"},
        {"key": "unpaid", "type": "formula", "label": "Unpaid", "result": "money",
         "formula": "amount - paid"},
        {"key": "state", "type": "formula", "label": "State", "result": "text",
         "formula": 'IF(paid = 0, "unpaid", IF(paid < amount, "partly", "paid"))'},
        {"key": "tag", "type": "formula", "label": "Tag", "result": "text",
         "formula": 'firm.name & "/" & name'},
        {"key": "half", "type": "formula", "label": "Half", "formula": "firm.secret / 2"},
    ],
}  # fmt: skip
PAYMENT: dict[str, Any] = {
    "key": "payment", "label": "Payment",
    "fields": [
        {"key": "deal", "type": "relation", "label": "Deal", "form": "deal"},
        {"key": "amount", "type": "money", "label": "Amount"},
    ],
}  # fmt: skip
NOTE: dict[str, Any] = {
    "key": "note", "label": "Note", "title": "called",
    "fields": [
        {"key": "firm", "type": "relation", "label": "Firm", "form": "firm"},
        {"key": "text", "type": "text", "label": "Text"},
        {"key": "called", "type": "formula", "label": "Called", "result": "text",
         "formula": 'firm.name & ": " & text'},
    ],
}  # fmt: skip
FORMS = [FIRM, DEAL, PAYMENT, NOTE]


def _role(key, **fields):
    grants = [
        {"form": form["key"], "actions": EVERYTHING, "fields": fields.get(form["key"], {})} for form in FORMS
    ]
    return {"key": key, "label": key.title(), "grants": grants}


ROLES = [
    {"key": "chief", "label": "Chief", "admin": True},
    _role("clerk"),
    _role("blind", firm={"secret": "hidden"}, payment={"amount": "hidden"}),
]


def definition(forms=FORMS, **more):
    wanted = {"weft": 1, "key": "shop", "label": "Shop", "forms": forms, "roles": ROLES, **more}
    return json.dumps(wanted).encode()


@pytest.fixture(scope="module")
def firm_rest(rest_of_module):
    return rest_of_module(definition())


@pytest.fixture(scope="module")
def clerk(firm_rest):
    return firm_rest.door("clerk", "clerk")


def get(door, path, *keys):
    record = door.get(path)
    return {key: record[key] for key in keys}


def test_a_formula_follows_its_own_record_and_its_rows(clerk):
    made = clerk.post(
        "deal", {"amount": "100", "lines": [{"price": "9.50", "pieces": 2}, {"price": "1", "pieces": 3}]}
    )

    assert (made["lines_total"], made["unpaid"], made["state"]) == ("22.00", "100.00", "unpaid")
    changed = clerk.patch(f"deal/{made['_id']}", {"lines": [{"price": "2", "pieces": 2}], "amount": "7"})
    assert (changed["lines_total"], changed["unpaid"]) == ("4.00", "7.00")


def test_nobody_can_write_a_computed_value(clerk):
    assert clerk.issues("POST", "deal", {"unpaid": "1"}) == {"unpaid": "field.read_only"}
    assert clerk.issues("POST", "deal", {"trade": "steel"}) == {"trade": "field.read_only"}


def test_a_look_up_shows_the_other_record_and_follows_it(clerk):
    firm = clerk.create("firm", name="A", trade="steel")
    deal = clerk.create("deal", name="d", firm=firm)

    assert get(clerk, f"deal/{deal}", "trade", "tag") == {"trade": "steel", "tag": "A/d"}
    clerk.patch(f"firm/{firm}", {"trade": "food", "name": "B"})
    assert get(clerk, f"deal/{deal}", "trade", "tag") == {"trade": "food", "tag": "B/d"}
    rows = clerk.get('deal?filter=trade = "food" AND tag = "B/d"&sort=trade')["data"]
    assert [row["_id"] for row in rows] == [deal]
    grouped = clerk.get('deal/aggregate?group=trade&measure=count&filter=tag = "B/d"')["data"]
    assert {row["trade"]: row["count"] for row in grouped}["food"] == 1


def test_summaries_follow_every_change_of_their_records(clerk):
    firm = clerk.create("firm", name="Sum")
    one = clerk.create("deal", name="one", firm=firm, amount="10", signed="2026-01-05")
    two = clerk.create("deal", name="two", firm=firm, amount="5", signed="2026-03-01")
    keys = ("total", "count", "last", "open", "names")

    assert get(clerk, f"firm/{firm}", *keys) == {
        "total": "15.00", "count": "2", "last": "2026-03-01", "open": "15.00", "names": "one、two",
    }  # fmt: skip
    payment = clerk.create("payment", deal=two, amount="5")
    assert get(clerk, f"deal/{two}", "paid", "unpaid", "state") == {
        "paid": "5.00", "unpaid": "0.00", "state": "paid",
    }  # fmt: skip
    assert clerk.get(f"firm/{firm}")["open"] == "10.00"
    clerk.patch(f"payment/{payment}", {"deal": one})
    assert clerk.get(f"deal/{two}")["state"] == "unpaid"
    assert clerk.get(f"deal/{one}")["state"] == "partly"
    clerk.delete(f"payment/{payment}")
    assert clerk.get(f"deal/{one}")["paid"] == "0.00"
    clerk.delete(f"deal/{two}")
    assert get(clerk, f"firm/{firm}", "total", "count", "names") == {
        "total": "10.00", "count": "1", "names": "one",
    }  # fmt: skip
    clerk.post(f"deal/{two}/restore", status=200)
    assert clerk.get(f"firm/{firm}")["total"] == "15.00"


def test_a_renewed_value_is_no_act_of_a_person(clerk):
    firm = clerk.create("firm", name="Calm")
    before = clerk.get(f"firm/{firm}")

    clerk.create("deal", firm=firm, amount="3")

    after = clerk.get(f"firm/{firm}")
    assert after["total"] == "3.00"
    assert after["_version"] == before["_version"]
    assert len(clerk.get(f"firm/{firm}/history")["data"]) == 1


def test_filters_reach_over_a_relation(clerk):
    firm = clerk.create("firm", name="Reached", trade="food")
    deal = clerk.create("deal", firm=firm, name="x")

    found = clerk.get('deal?filter=firm.name = "reached" AND firm.trade = "food"')["data"]

    assert [row["_id"] for row in found] == [deal]


def test_a_value_is_read_by_whoever_may_read_all_it_is_made_of(firm_rest, clerk):
    blind = firm_rest.door("blind", "blind")
    firm = clerk.create("firm", name="Hidden", secret=8)
    deal = clerk.create("deal", firm=firm, amount="4", name="h")

    assert clerk.get(f"deal/{deal}")["half"] == "4.00"
    seen = blind.get(f"deal/{deal}")
    assert "tag" in seen
    assert not {"half", "paid", "unpaid", "state"} & seen.keys()
    assert "open" not in blind.get(f"firm/{firm}")
    assert blind.issues("GET", "deal?filter=unpaid > 1", status=400) == {"filter": "expression.unknown_field"}
    assert blind.issues("GET", "deal?filter=firm.secret > 1", status=400) == {
        "filter": "expression.unknown_field"
    }


def test_rows_compute_and_are_sent_back_as_they_were_read(clerk):
    deal = clerk.post("deal", {"lines": [{"price": "2", "pieces": 3}, {"price": "5", "pieces": 1}]})
    assert [row["cost"] for row in deal["lines"]] == ["6.00", "5.00"]
    lines = [{**row, "pieces": "10"} for row in deal["lines"]]

    changed = clerk.patch(f"deal/{deal['_id']}", {"lines": lines})

    assert ([row["cost"] for row in changed["lines"]], changed["lines_total"]) == (
        ["20.00", "50.00"],
        "70.00",
    )


def test_an_error_value_is_blank_and_breaks_nothing(firm_rest, clerk):
    deal = clerk.post("deal", {"amount": "5", "name": "broken"})
    browser, _ = firm_rest.session(firm_rest.add("reader", "clerk"))

    assert deal["each"] is None
    assert clerk.get("deal?sort=each&filter=ISBLANK(each)")["data"]
    for path in (f"deal/{deal['_id']}", f"deal/{deal['_id']}/edit", "deal", "deal/new"):
        assert browser.get(f"/a/shop/{path}").status_code == 200


def test_an_export_comes_back_without_what_is_computed(clerk):
    firm = clerk.create("firm", name="Exported")
    deal = clerk.create("deal", name="exported", firm=firm, amount="8")
    sheet = clerk.send("GET", 'deal/export.csv?filter=name = "exported"').content
    assert "Unpaid" in sheet.decode("utf-8-sig").splitlines()[0]

    report = clerk.post("deal/import?key=name", sheet.replace(b"8.00", b"9.00"), 200)

    assert (report["updated"], report["refused"]) == (1, 0)
    assert "Unpaid" in report["unmapped"]
    assert clerk.get(f"deal/{deal}")["unpaid"] == "9.00"


def test_the_description_says_what_is_computed(clerk):
    schemas = clerk.get("/api/shop/openapi.json")["components"]["schemas"]

    assert schemas["deal"]["properties"]["unpaid"]["readOnly"]
    assert "unpaid" not in schemas["deal.create"]["properties"]


def test_a_computed_title_is_found_by_its_words(clerk):
    firm = clerk.create("firm", name="Quokka")
    note = clerk.create("note", firm=firm, text="fur")

    assert [row["_id"] for row in clerk.get("note?search=quokka")["data"]] == [note]
    clerk.patch(f"firm/{firm}", {"name": "Wombat"})

    assert clerk.get("note?search=quokka")["data"] == []
    assert [row["called"] for row in clerk.get("note?search=wombat")["data"]] == ["Wombat: fur"]


def test_reports_read_what_is_looked_up(firm_rest, clerk):
    firm = clerk.create("firm", name="Viewed", trade="food")
    deal = clerk.create("deal", firm=firm, name="viewed", amount="3")
    view = sa.table("shop__deal_v", *map(sa.column, ("_id", "trade", "tag", "unpaid")))

    with firm_rest.installation.db.read() as conn:
        row = conn.execute(sa.select(view).where(view.c["_id"] == int(deal))).one()

    assert (row.trade, row.tag, float(row.unpaid)) == ("Food", "Viewed/viewed", 3.0)
