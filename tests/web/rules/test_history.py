"""History says what a rule set and what a person did (S43), through REST and on screen."""

from html import unescape

from tests.web.rules.conftest import Ruled


def test_s43_history_names_the_rule(each: Ruled):
    cy = each.door("cy", "clerk")
    record = cy.create(title="A")
    cy.patch(f"order/{record}", {"stage": "open", "amount": "5"})
    cy.patch(f"order/{record}", {"amount": "6"})

    last, set_by_both, _ = cy.get(f"order/{record}/history")["data"]
    assert (set(last["old"]), last["rules"]) == ({"amount"}, {})
    assert (set(set_by_both["old"]), set_by_both["rules"]) == (
        {"amount", "stage", "word"},
        {"word": "opened"},
    )
    assert set_by_both["actor"] == str(cy.user_id)

    page = unescape(each.page(cy.user_id, f"/a/shop/order/{record}"))
    assert page.count("Set by the rule “Opened”: Word") == 1


def test_s43_what_a_rule_wrote_by_itself_bears_its_name(ruled: Ruled):
    cy = ruled.door("cy", "clerk")
    cy.create(title="A", amount="150", stage="open")
    ruled.run()
    (item,) = cy.get("item")["data"]

    page = unescape(ruled.page(cy.user_id, f"/a/shop/item/{item['_id']}"))

    assert "by the rule “Large orders”" in page
    assert "rule:" not in page
