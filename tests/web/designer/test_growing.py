"""Named scenarios of applications that are made and grow on screen: plain posts, no scripts."""

import json

import pytest

from tests.architecture.sources import product, text
from tests.fixtures.rest import shop_bytes
from tests.web.designer.test_elements import Editor
from tests.web.designer.test_form_designer import BASE, FORM, revision_in
from tests.web.designer.test_shelf import post


@pytest.fixture
def desk(rest):
    return Editor(rest, rest.add("shen", "designer"))


def test_s1_four_controls_are_added_and_the_form_can_be_filled_at_once(desk, rest):
    for kind in ("text", "select", "date", "number"):
        desk.act(do="add_field", place="forms/order", type=kind)
    form = next(each for each in desk.draft["forms"] if each["key"] == "order")
    keys = [each["key"] for each in form["fields"][-4:]]
    assert [each["type"] for each in form["fields"][-4:]] == ["text", "select", "date", "number"]
    desk.act(do="panel", place=f"forms/order/fields/{keys[1]}", **{"set.options": "One\nTwo"})

    desk.publish()

    clerk = rest.door("may", "clerk")
    sent = {keys[0]: "x", keys[1]: "one", keys[2]: "2026-11-02", keys[3]: "7"}
    made = clerk.get(f"order/{clerk.create(title='A', **sent)}")
    assert {key: made[key] for key in keys} == sent


def test_s26_a_list_of_options_leaves_no_room_for_free_text_and_help_says_what_is_meant(desk, rest):
    desk.act(do="add_field", place="forms/order", type="select")
    said = {"set.label": "Trade", "set.options": "Steel\nTimber", "set.help": "Ask if it is not in the list."}
    desk.act(do="panel", place="forms/order/fields/select", **said)
    desk.publish()
    clerk = rest.door("may", "clerk")

    assert clerk.issues("POST", "order", {"title": "A", "trade": "something else"}) == {
        "trade": "field.not_an_option"
    }
    assert clerk.get(f"order/{clerk.create(title='B', trade='steel')}")["trade"] == "steel"
    browser, _ = rest.session(clerk.user_id)
    page = browser.get("/a/shop/order/new").text
    assert "Ask if it is not in the list." in page


def test_s235_a_field_is_added_while_people_work_and_old_records_stay(desk, rest):
    clerk = rest.door("may", "clerk")
    before = clerk.create(title="Old", word="kept")

    where = desk.act(do="add_field", place="forms/order", type="date")
    desk.publish()

    key = where.rpartition("at=")[2]
    assert clerk.get(f"order/{before}")["word"] == "kept"
    assert clerk.patch(f"order/{before}", {key: "2026-11-02"})[key] == "2026-11-02"
    assert clerk.get(f"order/{clerk.create(title='New', **{key: '2026-11-03'})}")[key] == "2026-11-03"


def test_s236_two_forms_with_data_gain_a_flow_and_a_rule_and_nothing_breaks(rest):
    """An application begins small; what it gains later finds the records that are there."""
    forms = [
        {"key": "party", "label": "Party", "title": "name", "fields": [
            {"key": "name", "type": "text", "label": "Name", "required": True},
            {"key": "state", "type": "select", "label": "State", "default": "new",
             "options": [{"key": "new", "label": "New"}, {"key": "won", "label": "Won"}]}]},
        {"key": "talk", "label": "Talk", "fields": [
            {"key": "party", "type": "relation", "label": "Party", "form": "party"},
            {"key": "note", "type": "text", "label": "Note"}]},
    ]  # fmt: skip
    small = {"weft": 1, "key": "small", "label": "Small", "forms": forms}
    rest.publish(json.dumps(small).encode())
    door = rest.key(rest.add("tang", admin=True))
    party = door.post("/api/small/party", {"name": "A"})["_id"]
    door.post("/api/small/talk", {"party": party, "note": "hello"})

    flow = {"key": "way", "label": "Way", "form": "party", "field": "state", "nodes": [
        {"key": "start", "type": "start", "next": "new"},
        {"key": "new", "type": "stage", "moves": [{"key": "win", "label": "Win", "to": "won"}]},
        {"key": "won", "type": "stage"}]}  # fmt: skip
    rule = {"key": "said", "label": "Said", "on": {"type": "created", "form": "talk"},
            "then": [{"type": "set_fields", "set": {"note": "seen"}}]}  # fmt: skip
    rest.publish(json.dumps(small | {"flows": [flow], "rules": [rule]}).encode())
    rest.installation.worker.run_due()

    assert door.get(f"/api/small/party/{party}")["name"] == "A"
    door.post(f"/api/small/party/{party}/move", {"move": "win"}, 200)
    assert door.get(f"/api/small/party/{party}")["state"] == "won"
    assert [each["note"] for each in door.get("/api/small/talk")["data"]] == ["hello"]
    assert door.post("/api/small/talk", {"party": party, "note": "x"})["note"] == "seen"


def test_s241_a_blank_app_gets_all_four_engines_by_the_designers_commands(rest):
    admin = Editor(rest, rest.add("tang", admin=True))
    where = post(admin, "/design/new", label="Field trips").headers["Location"]
    key = where.rpartition("/")[2]
    door = rest.key(rest.add("tool", admin=True))
    draft = f"/api/builder/{key}/draft"

    def add(to, **value):
        revision = door.get(draft)["revision"]
        door.post(draft, {"revision": revision, "commands": [{"do": "add", "to": to, "value": value}]}, 200)

    add("forms", key="trip", label="Trip", title="name", fields=[
        {"key": "name", "type": "text", "label": "Name", "required": True},
        {"key": "seats", "type": "number", "label": "Seats"},
        {"key": "note", "type": "text", "label": "Note"}])  # fmt: skip
    add("flows", key="check", label="Check", form="trip", nodes=[
        {"key": "start", "type": "start", "next": "ask"},
        {"key": "ask", "type": "approve", "label": "Ask", "next": "end",
         "who": [{"type": "member", "account": "tool"}]},
        {"key": "end", "type": "end"}])  # fmt: skip
    add("rules", key="many", label="Many", on={"type": "created", "form": "trip"}, **{"if": "seats > 40"},
        then=[{"type": "set_fields", "set": {"note": "two buses"}}])  # fmt: skip
    add("dashboards", key="board", label="Board", widgets=[
        {"key": "seats", "type": "number", "label": "Seats", "form": "trip",
         "measure": {"function": "sum", "field": "seats"}}])  # fmt: skip
    page = admin.get(f"{where}/publish")
    post(admin, f"{where}/publish", revision=revision_in(page))

    made = door.post(f"/api/{key}/trip", {"name": "Museum", "seats": "50"})
    assert made["note"] == "two buses"
    assert door.get(f"/api/{key}/dashboards/board/seats")["rows"][0]["figures"][0] == "50"
    door.post(f"/api/{key}/trip/{made['_id']}/flows", {"flow": "check"})
    task = door.get("/api/tasks")["data"][0]
    door.post(f"/api/tasks/{task['id']}", {"button": "approve"}, 200)
    assert door.get(f"/api/{key}/trip/{made['_id']}/flows")["data"][0]["state"] == "approved"


def test_s243_no_line_of_the_product_names_the_business_of_an_example():
    """Keys and labels of the forms of the first example stand in no file of the product."""
    example = json.loads(text("examples/crm_template.json"))
    words = {form["label"]["zh-CN"] for form in example["forms"]} - {"产品"}

    files = [name for name in product(".py", ".html", ".js") if "/i18n/" not in name]

    assert [(name, word) for name in files for word in words if word in text(name)] == []


def test_s246_a_bad_publish_is_taken_back_in_one_step(desk, rest):
    clerk = rest.door("may", "clerk")
    number = clerk.create(title="A", word="kept")
    desk.act(do="remove", place="forms/order/fields/word")
    desk.publish()
    assert "word" not in clerk.get(f"order/{number}")

    desk.post(f"{BASE}/versions/1")
    desk.publish()

    assert "word" in clerk.get(f"order/{number}")
    assert rest.installation.publisher.read(shop_bytes()).form("order").field("word") is not None
    assert "word" in desk.get(FORM)
