"""What a designer does in the app becomes a scenario, which holds when it is played."""

import re
from urllib.parse import unquote

import pytest

from builder.recording import proving
from runtime.scenarios.playing import Asked, plan, play_all
from schemas.dumper import dump
from schemas.errors import Invalid, Issue
from tests.fixtures.flowing import ask, flow
from tests.fixtures.rest import EVERYTHING, shop_bytes
from tests.fixtures.shop import FORMS
from tests.web.designer.test_elements import Editor
from tests.web.designer.test_form_designer import BASE

DRAFT, RECORD = "/api/builder/shop/draft", "/api/builder/shop/record"
BUILDER = {"key": "builder", "label": "Builder", "design": True, "grants": [
    {"form": form, "actions": EVERYTHING} for form in ("order", "person", "item")]}  # fmt: skip
RULES = [
    {"key": "call", "label": "Call", "on": {"type": "created", "form": "order"}, "if": "amount > 100",
     "then": [{"type": "set_fields", "set": {"word": "big"}}]},
    {"key": "flag", "label": "Flag", "on": {"type": "button", "form": "order"},
     "then": [{"type": "set_fields", "set": {"note": "flagged"}}]},
]  # fmt: skip


@pytest.fixture
def builder(rest):
    look = flow(ask("look", "bo"), key="check", form="order")
    rest.publish(shop_bytes(FORMS, roles=[BUILDER], rules=RULES, flows=[look]))
    return rest.add("bo", "builder")


def record(door):
    door.post(RECORD, None, 201)


def stop(door, status=200):
    return door.post(f"{RECORD}/stop", {"revision": door.get(DRAFT)["revision"]}, status)


def test_saves_buttons_and_decisions_become_steps_that_hold(rest, builder):
    door = rest.key(builder)
    old = door.create(title="Old", amount="5", person=door.create("person", name="Ann"))
    record(door)
    new = door.create(title="New", amount="200", owner=str(builder), above=old)
    door.patch(f"order/{new}", {"stage": "open", "amount": "150.50"})
    door.post(f"order/{new}/press", {"button": "flag"}, 200)
    door.post(f"order/{old}/flows", {"flow": "check"})
    (task,) = door.get("/api/tasks")["data"]
    door.post(f"/api/tasks/{task['id']}", {"button": "approve", "comment": "fine"}, 200)
    door.delete(f"order/{new}")
    made = stop(door)

    assert (made["scenario"], made["left"]) == ("recorded", 0)
    (found,) = door.get(DRAFT)["definition"]["tests"]
    assert [each["type"] for each in found["steps"]] == [
        "create", "update", "press", "start", "decide", "delete",
    ]  # fmt: skip
    first, second, third, *_ = found["steps"]
    assert first["set"] == {"title": "New", "amount": "200.00", "owner": "bo", "above": "order",
                            "state": "new", "since": first["set"]["since"]}  # fmt: skip
    assert first["then"][0]["is"]["word"] == "big", "what a rule did is expected, not done"
    assert second["set"] == {"stage": "open", "amount": "150.50"}
    assert third["then"][0]["is"] == {"note": "flagged"}
    assert found["people"] == [{"key": "bo", "name": "Bo", "roles": ["builder"]}]
    assert [each["form"] for each in found["given"]] == ["person", "order"]
    model = rest.installation.publisher.read(shop_bytes(FORMS, roles=[BUILDER], rules=RULES, flows=[
        flow(ask("look", "bo"), key="check", form="order")], tests=[found]))  # fmt: skip
    (report,) = play_all(plan(Asked(dump(model))))
    assert report.good


def test_what_others_did_and_what_was_before_is_no_part_of_it(rest, builder):
    door, other = rest.key(builder), rest.door("li", "builder")
    door.create(title="Before")
    record(door)
    other.create(title="Theirs")

    assert stop(door) == {"scenario": None, "left": 0}
    assert door.send("POST", f"{RECORD}/stop", {"revision": 1}).status_code == 409
    assert stop(door, 409)["code"] == "draft.not_recording"


def test_on_screen_it_begins_and_ends_at_the_page_of_scenarios(rest, builder):
    desk = Editor(rest, builder)
    assert "Start recording" in desk.get(f"{BASE}/tests")
    begun = desk.client.post(f"{BASE}/record", data={"csrf": desk.csrf})
    assert begun.headers["Location"] == "/a/shop"
    assert "Stop and make a scenario" in desk.get(f"{BASE}/tests")

    rest.key(builder).create("item", code="Chair", price="3")
    ended = desk.client.post(f"{BASE}/record/stop", data={"csrf": desk.csrf})

    where = unquote(ended.headers["Location"])
    assert where == f"{BASE}/element?at=tests/recorded"
    page = desk.get(ended.headers["Location"])
    assert re.search(r"1 step, which was\s+played", page)
    assert "Start recording" in desk.get(f"{BASE}/tests")


def test_a_colleagues_gesture_meanwhile_loses_no_recording(rest, builder, monkeypatch):
    desk, door = Editor(rest, builder), rest.key(builder)
    record(door)
    door.create("item", code="Chair", price="3")
    known = int(desk.revision())
    proven = proving.proven

    def meanwhile(*what):
        desk.say("forms/order", description="Something new")
        return proven(*what)

    with monkeypatch.context() as patched:
        patched.setattr("builder.recording.pages.proven", meanwhile)
        assert door.post(f"{RECORD}/stop", {"revision": known}, 409)["code"] == "draft.moved_on"

    assert stop(door)["scenario"] == "recorded"


def test_a_recording_that_no_scenario_can_be_made_of_is_over_at_every_door(rest, builder, monkeypatch):
    door = rest.key(builder)
    record(door)
    door.create("item", code="Chair", price="3")

    def never(*what):
        raise Invalid([Issue("tests", "definition.unknown_type", {"name": "x"})], "draft.refused")

    with monkeypatch.context() as patched:
        patched.setattr("builder.recording.pages.proven", never)
        stop(door, 422)

    assert stop(door, 409)["code"] == "draft.not_recording"
