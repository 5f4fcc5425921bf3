"""Back to an earlier node, and taking back what was begun."""

import pytest

from schemas.errors import Conflict, Forbidden
from tests.fixtures.flowing import Desk, ask, flow

BACK = {"key": "back", "type": "return"}
YES = {"key": "approve", "type": "approve"}


def buttons(**more: str) -> list[dict[str, str]]:
    return [YES, {**BACK, **more}]


def test_back_to_the_start_and_through_it_again(desk: Desk):
    desk.publish(flow(ask("one", "bo", to="two"), ask("two", "di", buttons=buttons(to="start"))))
    record = desk.begin()
    desk.press("bo", "approve")

    desk.press("di", "back", "Which year?")

    assert desk.asked() == ["cy"]
    assert desk.update("cy", record, note="2027") == []
    desk.press("cy", "submit", "Said now")
    assert desk.asked() == ["bo"]
    desk.press("bo", "approve")
    desk.press("di", "approve")
    assert desk.instance(record).state == "approved"
    assert [each[:2] for each in desk.visits(record)] == [
        ("start", 1), ("one", 1), ("two", 1), ("start", 2), ("one", 2), ("two", 2), ("end", 1),
    ]  # fmt: skip
    assert desk.acts(record) == ["start", "approve", "return", "submit", "approve", "approve"]


def test_old_decisions_do_not_count_after_a_return(lite: Desk):
    lite.publish(flow(ask("node", "bo", "di", mode="all", buttons=buttons(to="start"))))
    record = lite.begin()

    lite.press("bo", "approve")
    lite.press("di", "back")
    lite.press("cy", "submit")

    assert lite.asked() == ["bo", "di"]
    lite.press("di", "approve")
    assert lite.instance(record).running


def test_straight_back_to_whoever_returned_it(lite: Desk):
    lite.publish(
        flow(ask("one", "bo", to="two"), ask("two", "di", buttons=buttons(to="start", resume="straight")))
    )
    record = lite.begin()
    lite.press("bo", "approve")
    lite.press("di", "back")

    lite.press("cy", "submit")

    assert lite.asked() == ["di"]
    lite.press("di", "approve")
    assert lite.instance(record).state == "approved"


def test_back_to_the_one_before(lite: Desk):
    lite.publish(flow(ask("one", "bo", to="two", buttons=buttons()), ask("two", "di", buttons=buttons())))
    record = lite.begin()
    lite.press("bo", "approve")

    lite.press("di", "back")
    assert lite.asked() == ["bo"]
    lite.press("bo", "back")
    assert lite.asked() == ["cy"]
    lite.press("cy", "submit")

    assert lite.living(record) == ["one"]


def test_a_late_decision_about_what_was_returned(lite: Desk):
    lite.publish(flow(ask("node", "bo", "di", mode="all", buttons=buttons(to="start"))))
    lite.begin()
    (late,) = lite.tasks("bo")

    lite.press("di", "back")

    with pytest.raises(Conflict, match="task_void"):
        lite.decide("bo", late.id, "approve")


def test_whoever_began_it_takes_it_back(desk: Desk):
    desk.publish(flow(ask("one", "bo", to="two"), ask("two", "di")))
    record = desk.begin()

    with pytest.raises(Forbidden):
        desk.withdraw("bo", record)
    desk.withdraw("cy", record)

    assert desk.instance(record).state == "withdrawn"
    assert (desk.asked(), desk.todos("bo"), desk.living(record)) == ([], [], [])
    assert desk.update("cy", record, note="Free again") == []
    desk.start(record)
    assert desk.asked() == ["bo"]


def test_not_after_the_first_decision(lite: Desk):
    lite.publish(flow(ask("one", "bo", to="two"), ask("two", "di")))
    record = lite.begin()
    lite.press("bo", "approve")

    with pytest.raises(Conflict, match="no_withdrawing"):
        lite.withdraw("cy", record)

    assert lite.asked() == ["di"]


@pytest.mark.parametrize(
    ("said", "may"),
    [
        ({"withdraw": "always"}, True),
        ({"withdraw": "never"}, False),
        ({"withdraw": "always", "withdraw_until": "two"}, False),
        ({"withdraw": "always", "withdraw_until": "three"}, True),
    ],
)
def test_until_when_it_may_be_taken_back(lite: Desk, said, may):
    nodes = (ask("one", "bo", to="two"), ask("two", "di", to="three"), ask("three", "bo"))
    lite.publish(flow(*nodes, **said))
    record = lite.begin()
    lite.press("bo", "approve")

    if may:
        lite.withdraw("cy", record)
    else:
        with pytest.raises(Conflict, match="no_withdrawing"):
            lite.withdraw("cy", record)

    assert lite.instance(record).state == ("withdrawn" if may else "running")
