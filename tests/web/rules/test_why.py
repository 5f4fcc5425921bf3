"""Why a rule fired for a record, or did not: through REST and on the page, to each what they may know."""

import re
from html import unescape

import main
from runtime.web.routing import Table
from tests.fixtures.rest import shop_bytes
from tests.web.rules.conftest import RULES, Ruled, definition, told


def words(html: str) -> str:
    bare = re.sub(r"<[^>]*>", " ", re.sub(r"<script.*?</script>", "", html, flags=re.DOTALL))
    return re.sub(r"\s+", " ", unescape(bare))


def test_a_run_tells_its_condition_and_what_it_did(each: Ruled):
    clerk = each.door("cy", "clerk")
    order = clerk.create(title="A", amount="150", stage="open", owner=str(clerk.user_id))
    each.run()

    runs = clerk.get(f"order/{order}/rule-runs?rule=big")["data"]

    (run,) = runs
    assert (run["state"], run["event"], run["actor"], run["reason"]) == ("done", "create", "Cy", None)
    assert [(part["text"], part["result"]) for part in run["conditions"]] == [
        ("amount > 100", True), ('stage = "open"', True),
    ]  # fmt: skip
    assert run["conditions"][0]["values"] == [{"field": "amount", "label": "Amount", "value": "150.00"}]
    made, todo, notice = run["actions"]
    assert (todo["type"], todo["people"]) == ("create_todo", ["Cy"])
    assert (made["record"]["form"], made["record"]["title"]) == ("item", "A")
    assert notice["people"] == ["Cy"]
    assert clerk.get(f"item/{made['record']['id']}")["code"] == "A"


def test_one_that_did_not_fire_says_which_part_failed(ruled: Ruled):
    clerk = ruled.door("cy", "clerk")
    order = clerk.create(title="A", amount="50", stage="open")

    (run,) = clerk.get(f"order/{order}/rule-runs?state=no_match")["data"]

    assert (run["rule"], run["label"], run["state"]) == ("big", "Large orders", "no_match")
    assert [part["result"] for part in run["conditions"]] == [False, True]
    assert run["actions"] == []


def test_asked_anew_it_says_what_stands_in_the_way_and_does_nothing(ruled: Ruled):
    clerk = ruled.door("cy", "clerk")
    order = clerk.create(title="A", amount="50", stage="zebra", owner=str(clerk.user_id))
    clerk.patch(f"order/{order}", {"note": "x"})
    before = ruled.snapshot()

    asked = {key: clerk.get(f"order/{order}/rules/{key}") for key in ("big", "opened", "idle", "finish")}

    codes = {key: [one["code"] for one in answer["hurdles"]] for key, answer in asked.items()}
    assert codes == {
        "big": ["only_created", "no_match"], "opened": ["not_watched"], "idle": ["no_moment"],
        "finish": ["not_pressed", "no_match"],
    }  # fmt: skip
    assert not any(answer["fires"] for answer in asked.values())
    assert asked["opened"]["changes"] == [{"field": "note", "label": "Note", "old": None, "new": "x"}]
    assert asked["opened"]["actions"] == [{"type": "set_fields", "set": {"word": "now"}}]
    assert ruled.snapshot() == before


def test_moments_to_come_are_told(ruled: Ruled):
    clerk = ruled.door("cy", "clerk")
    order = clerk.create(title="A", stage="open")

    rules = {each["rule"]: each for each in clerk.get(f"order/{order}/rules")["data"]}

    assert set(rules) == {"big", "opened", "idle", "finish"}
    assert rules["idle"]["due"].startswith("2026-11-24")
    assert rules["big"]["due"] is None
    asked = clerk.get(f"order/{order}/rules/idle")
    assert (asked["due"], asked["hurdles"][0]["code"]) == (rules["idle"]["due"], "not_yet")


def test_whoever_may_not_read_what_a_rule_reads_is_told_nothing_of_it(ruled: Ruled):
    clerk, blind = ruled.door("cy", "clerk"), ruled.door("bo", "blind")
    order = clerk.create(title="A", amount="150", stage="open", owner=str(clerk.user_id))
    ruled.run()

    assert {each["rule"] for each in blind.get(f"order/{order}/rules")["data"]} == {
        "opened",
        "idle",
        "finish",
    }
    assert {each["rule"] for each in blind.get(f"order/{order}/rule-runs")["data"]} == {"opened"}
    blind.get(f"order/{order}/rule-runs?rule=big", 404)
    blind.get(f"order/{order}/rules/big", 404)
    html = words(ruled.page(blind.user_id, f"/a/shop/order/{order}/rules"))
    assert "Opened" in html
    assert "Large orders" not in html
    assert "150" not in html
    ruled.page(blind.user_id, f"/a/shop/order/{order}/rules?rule=big", 404)


def test_a_designer_knows_every_rule_but_not_every_value(ruled: Ruled):
    clerk, maker = ruled.door("cy", "clerk"), ruled.door("di", "maker")
    order = clerk.create(title="A", amount="150", stage="open", owner=str(clerk.user_id))
    ruled.run()

    (run,) = maker.get("rule-runs?rule=big")["data"]

    assert run["record"] == {"form": "order", "id": order, "title": "A"}
    assert run["conditions"] == [
        {"text": "amount > 100", "hidden": True},
        {"text": 'stage = "open"', "result": True,
         "values": [{"field": "stage", "label": "Stage", "value": "open"}]},
    ]  # fmt: skip
    assert "150" not in told(run)
    assert run["actions"][0].get("record", {}).get("title") is None  # items are out of sight
    clerk.get("rule-runs?rule=big", 404)
    clerk.get("rule-runs?rule=nothing", 404)
    assert maker.get("rule-runs?rule=nothing", 400)["code"] == "query.invalid"


def test_records_out_of_sight_have_no_rules(ruled: Ruled):
    clerk, own = ruled.door("cy", "clerk"), ruled.door("bo", "own")
    order = clerk.create(title="A", amount="150", stage="open", owner=str(clerk.user_id))

    for path in ("rules", "rules/opened", "rule-runs", "buttons"):
        own.get(f"order/{order}/{path}", 404)
    own.post(f"order/{order}/press", {"button": "finish"}, 404)
    ruled.page(own.user_id, f"/a/shop/order/{order}/rules", 404)


def test_pages_follow_each_other(ruled: Ruled):
    clerk = ruled.door("cy", "clerk")
    order = clerk.create(title="A", stage="zebra")
    for stage in ("open", "apple", "open", "zebra", "open"):
        clerk.patch(f"order/{order}", {"stage": stage})

    found, after = [], ""
    while True:
        page = clerk.get(f"order/{order}/rule-runs?rule=opened&limit=2{after}")
        found += [each["id"] for each in page["data"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"

    assert len(found) == 3
    assert found == sorted(found, key=int, reverse=True)
    assert clerk.get(f"order/{order}/rule-runs?after=x", 400)["issues"][0]["code"] == "query.bad_cursor"
    clerk.get(f"order/{order}/rule-runs?state=nothing", 400)


def test_a_button_is_pressed_once_for_a_key(ruled: Ruled):
    clerk, reader = ruled.door("cy", "clerk"), ruled.door("bo", "reader")
    order = clerk.create(title="A", stage="open", owner=str(clerk.user_id))

    assert clerk.get(f"order/{order}/buttons")["data"] == [
        {"button": "finish", "label": "Finish", "confirm": ""}
    ]
    assert reader.get(f"order/{order}/buttons")["data"] == []
    reader.post(f"order/{order}/press", {"button": "finish"}, 404)
    key = {"Idempotency-Key": "k1"}
    clerk.post(f"order/{order}/press", {"button": "finish"}, 409, headers={"If-Match": '"9"'})
    pressed = clerk.post(f"order/{order}/press", {"button": "finish"}, 200, headers=key)
    again = clerk.post(f"order/{order}/press", {"button": "finish"}, 200, headers=key)
    ruled.run()

    assert pressed["stage"] == "apple"
    assert again == pressed
    clerk.post(f"order/{order}/press", {"button": "finish"}, 409)
    assert clerk.issues("POST", f"order/{order}/press", {"button": 1}, 400) == {"button": "field.required"}
    (run,) = clerk.get(f"order/{order}/rule-runs?rule=finish")["data"]
    assert run["event"] == "button"


def test_the_page_reads_like_a_story(ruled: Ruled):
    clerk = ruled.door("cy", "clerk")
    order = clerk.create(title="A", amount="150", stage="open", owner=str(clerk.user_id))
    ruled.run()

    record = ruled.page(clerk.user_id, f"/a/shop/order/{order}")
    assert f'href="/a/shop/order/{order}/rules"' in record
    html = ruled.page(clerk.user_id, f"/a/shop/order/{order}/rules")
    text = words(html)
    assert (
        "When “Order” gets a new record, if Amount > 100.00 and Stage is Open: give “Owner” a to-do" in text
    )
    assert "Would fire on Nov 24, 2026" in text
    assert "Cy created the record" in text
    assert re.search(r'<a href="/a/shop/item/\d+">', html)
    text = words(ruled.page(clerk.user_id, f"/a/shop/order/{order}/rules?rule=idle"))
    assert "It will fire on Nov 24, 2026" in text


def test_a_chain_names_who_led_to_it(ruled: Ruled):
    chained = [*RULES, {"key": "then", "label": "Then", "on": {"type": "created", "form": "item"},
                        "then": [{"type": "set_fields", "set": {"price": "1"}}]}]  # fmt: skip
    ruled.publish(definition(chained))
    clerk = ruled.door("cy", "clerk")
    order = clerk.create(title="A", amount="150", stage="open", owner=str(clerk.user_id))
    ruled.run()
    (run,) = clerk.get(f"order/{order}/rule-runs?rule=big")["data"]
    item = run["actions"][0]["record"]["id"]

    (follower,) = clerk.get(f"item/{item}/rule-runs")["data"]

    assert follower["path"] == ["Large orders"]
    assert follower["actor"] == "Cy"
    assert "Because of: Large orders → Then" in words(ruled.page(clerk.user_id, f"/a/shop/item/{item}/rules"))


def test_a_form_without_rules_has_no_page_to_go_to(ruled: Ruled):
    ruled.publish(shop_bytes())
    clerk = ruled.door("cy", "clerk")
    order = clerk.create(title="A")

    assert "/rules" not in ruled.page(clerk.user_id, f"/a/shop/order/{order}")
    assert "No rules" in ruled.page(clerk.user_id, f"/a/shop/order/{order}/rules")


def test_the_description_names_what_there_is(ruled: Ruled):
    clerk, maker = ruled.door("cy", "clerk"), ruled.door("di", "maker")

    paths = clerk.get("openapi.json")["paths"]
    assert {
        f"/api/shop/order/{{id}}/{name}"
        for name in ("rules", "rules/{rule}", "rule-runs", "buttons", "press")
    } <= paths.keys()
    table = Table(main.routes())
    for path, methods in paths.items():
        url = path.replace("{id}", "1").replace("{rule}", "x").replace("{field}", "title")
        assert all(table.find(each.upper(), url) for each in methods if each != "parameters"), path
    assert "/api/shop/item/{id}/rules" not in paths
    assert "/api/shop/rule-runs" not in paths
    assert "/api/shop/rule-runs" in maker.get("openapi.json")["paths"]


def test_a_designer_sees_the_rules_and_what_became_of_each(ruled: Ruled):
    clerk, maker = ruled.door("cy", "clerk"), ruled.door("di", "maker")
    clerk.create(title="A", amount="150", stage="open", owner=str(clerk.user_id))
    clerk.create(title="B", amount="50")
    ruled.run()

    text = words(ruled.page(maker.user_id, "/design/shop/rules"))
    assert "Large orders When “Order” gets a new record" in text
    assert "Last fired" in text
    every = words(ruled.page(maker.user_id, "/design/shop/rules/big"))
    assert "Condition not met" in every
    assert "150" not in every
    fired = ruled.page(maker.user_id, "/design/shop/rules/big?show=fired")
    assert "Condition not met" not in words(fired)
    assert re.search(r'<a href="/a/shop/order/\d+/rules"><strong>A</strong></a>', fired)
    ruled.page(maker.user_id, "/design/shop/rules/none", 404)
    ruled.page(clerk.user_id, "/design/shop/rules/big", 404)
