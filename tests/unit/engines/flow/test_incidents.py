"""What a flow stumbles over is seen, put right and tried again from there."""

import pytest

from engines.flow.rows import Visit
from schemas.errors import Conflict, Invalid
from tests.fixtures.flowing import Desk, ask, flow, who

DONE = {
    "key": "done",
    "type": "update_record",
    "set": {"state": "done", "note": "set by the flow"},
    "next": "tell",
}
TELL = {"key": "tell", "type": "notify", "to": who("ed"), "title": "Done", "next": "end"}


@pytest.fixture
def stopped(desk: Desk) -> tuple[Desk, int]:
    """A flow whose update was refused by a check of the form: the amount is 0."""
    desk.publish(flow(ask("node", "bo", to="done"), DONE, TELL))
    record = desk.begin(amount="0")
    desk.press("bo", "approve")
    return desk, record


def test_the_decision_stands_and_the_update_waits(stopped):
    desk, record = stopped

    assert desk.instance(record).state == "running"
    assert desk.acts(record) == ["start", "approve"]
    assert (desk.get(record)["state"], desk.get(record)["note"], desk.notices("ed")) == (None, None, [])
    assert desk.visits(record)[-1] == ("done", 1, "failed", None)
    failed = desk.all(Visit)[-1]
    assert failed.detail["error"]["issues"] == [
        {"path": "amount", "code": "record.check_failed", "params": {"message": "Amount first"}}
    ]
    assert [(each.kind, each.user_id) for each in desk.tasks("ada")] == [("incident", desk.people["ada"])]
    assert [each.kind for each in desk.todos("ada")] == ["incident"]


def test_tried_again_it_goes_on_from_there(stopped):
    desk, record = stopped

    desk.press("ada", "retry")
    assert desk.visits(record)[-1] == ("done", 1, "failed", None)
    assert desk.update("cy", record, amount="5") == [("", "flow.locked")]
    assert desk.update("ada", record, amount="5") == []
    desk.press("ada", "retry")

    assert desk.instance(record).state == "approved"
    assert (desk.get(record)["state"], desk.get(record)["note"]) == ("done", "set by the flow")
    assert len(desk.notices("ed")) == 1
    assert [each[:2] for each in desk.visits(record)] == [
        ("start", 1), ("node", 1), ("done", 1), ("tell", 1), ("end", 1),
    ]  # fmt: skip
    assert desk.todos("ada") == []


def test_it_may_be_passed_over(stopped):
    desk, record = stopped

    desk.press("ada", "skip")

    assert desk.instance(record).state == "approved"
    assert desk.get(record)["state"] is None
    assert ("done", 1, "done", "skipped") in desk.visits(record)
    assert desk.acts(record)[-1] == "skip"


def test_two_who_look_at_it(lite: Desk):
    lite.publish(flow(ask("node", "bo", to="done"), DONE, TELL, admin=who("ada", "ed")))
    record = lite.begin(amount="0")
    lite.press("bo", "approve")
    (late,) = lite.tasks("ed")

    lite.press("ada", "skip")

    with pytest.raises(Conflict):
        lite.decide("ed", late.id, "skip")
    assert lite.acts(record) == ["start", "approve", "skip"]


def test_there_is_no_other_button(stopped):
    desk, _ = stopped

    with pytest.raises(Invalid, match="no_such_button"):
        desk.press("ada", "approve")


def test_nobody_is_found_and_it_stops(lite: Desk):
    nobody = [{"type": "field", "field": "readers"}]
    lite.publish(flow({**ask("node"), "who": nobody, "nobody": "stop"}))
    record = lite.begin(amount="0")
    assert lite.all(Visit)[-1].detail["error"]["code"] == "flow.nobody"

    lite.update("ada", record, readers=[str(lite.people["bo"])])
    lite.press("ada", "retry")

    assert lite.asked() == ["bo"]


def test_a_circle_in_which_nobody_is_asked_ends_somewhere(lite: Desk):
    nobody = [{"type": "field", "field": "readers"}]
    again = {**ask("node", to="node"), "who": nobody, "nobody": "pass"}
    lite.publish(flow(again | {"rejected": "end"}))

    record = lite.begin(amount="0")

    assert lite.visits(record)[-1][2] == "failed"
    assert lite.all(Visit)[-1].detail["error"]["code"] == "flow.endless"
    assert lite.asked() == ["ada"]


def test_withdrawing_what_stopped(stopped):
    desk, record = stopped

    with pytest.raises(Conflict):
        desk.withdraw("cy", record)

    assert desk.instance(record).running
