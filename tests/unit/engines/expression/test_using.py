"""Where elements are used: every option that names one, and every formula that reads one."""

import json
from pathlib import Path

import pytest

from engines.expression.using import uses
from runtime.grammar import make_grammar

GRAMMAR = make_grammar()
ROOT = Path(__file__).resolve().parents[4]
APP = {
    "weft": 1, "key": "shop", "label": "Shop",
    "forms": [
        {
            "key": "customer", "label": "Customer",
            "fields": [
                {"key": "name", "type": "text", "label": "Name"},
                {"key": "orders", "type": "related", "label": "Orders", "form": "order", "via": "customer"},
                {"key": "open", "type": "formula", "label": "Open",
                 "formula": 'SUM(FILTER(orders.total, state = "open"))'},
            ],
        },
        {
            "key": "order", "label": "Order", "title": "code",
            "fields": [
                {"key": "code", "type": "text", "label": "Code"},
                {"key": "customer", "type": "relation", "label": "Customer", "form": "customer"},
                {"key": "state", "type": "select", "label": "State",
                 "options": [{"key": "open", "label": "Open"}, {"key": "done", "label": "Done"}]},
                {"key": "total", "type": "number", "label": "Total", "visible_if": 'customer.name <> ""'},
                {"key": "rows", "type": "subform", "label": "Rows",
                 "fields": [{"key": "qty", "type": "number", "label": "Qty"}]},
                {"key": "idle", "type": "text", "label": "Idle"},
            ],
            "checks": [{"that": "SUM(rows.qty) > 0", "message": "Rows!"}],
            "views": [{"key": "all", "label": "All", "columns": ["code", "total"]}],
        },
    ],
    "menu": [{"form": "order"}],
    "roles": [{"key": "seller", "label": "Seller", "grants": [
        {"form": "order", "where": 'state = "open"', "fields": {"total": "read"}}]}],
}  # fmt: skip


@pytest.fixture(scope="module")
def found():
    app = GRAMMAR.app.model_validate(APP, by_alias=True, by_name=False)
    index: dict[tuple[str, str], list[str]] = {}
    for each in uses(app):
        index.setdefault((each.kind, each.path), []).append("/".join(map(str, each.at)))
    return index


def test_options_that_name_an_element_use_it(found):
    assert "menu/0/form" in found["form", "order"]
    assert "roles/0/grants/0/form" in found["form", "order"]
    assert found["form", "customer"] == ["forms/1/fields/1/form"]
    assert "forms/1/views/0/columns/1" in found["field", "order.total"]
    assert "roles/0/grants/0/fields/total" in found["field", "order.total"]
    assert "forms/0/fields/1/via" in found["field", "order.customer"]


def test_formulas_use_what_they_read_on_their_way_too(found):
    assert "forms/1/fields/3/visible_if" in found["field", "customer.name"]
    assert "forms/1/fields/3/visible_if" in found["field", "order.customer"]
    assert "forms/1/checks/0/that" in found["field", "order.rows.qty"]
    assert "roles/0/grants/0/where" in found["field", "order.state"]


def test_a_list_that_is_filtered_uses_fields_of_the_other_form(found):
    assert "forms/0/fields/2/formula" in found["field", "order.state"]
    assert "forms/0/fields/2/formula" in found["field", "order.total"]
    assert "forms/0/fields/2/formula" in found["field", "customer.orders"]


def test_what_nothing_names_is_not_there(found):
    assert ("field", "order.idle") not in found


def test_every_use_in_the_example_leads_to_an_element_that_is_there():
    raw = json.loads((ROOT / "tests/acceptance/maven_crm.json").read_text("utf-8"))
    app = GRAMMAR.app.model_validate(raw, by_alias=True, by_name=False)
    forms = {each.key: each for each in app.forms}
    seen = list(uses(app))

    assert len(seen) > 100
    for each in seen:
        form, _, rest = each.path.partition(".")
        if each.kind == "field":
            assert forms[form].field(rest.partition(".")[0]) is not None
        elif each.kind == "form":
            assert form in forms
