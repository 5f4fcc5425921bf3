"""Two people at the same moment: one of them is first, and everything happens once."""

from collections import Counter
from collections.abc import Iterator

import pytest

from engines.flow.rows import Decision, Instance, State
from engines.store import flows as tables
from schemas.errors import Conflict
from tests.crash.racing import Call, Crowd, Refused, outcome
from tests.fixtures.flowing import Desk, ask, flow, pipeline, stage, who

ROUNDS = [
    pytest.param(6, id="few"),
    pytest.param(1_500, id="many", marks=[pytest.mark.soak, pytest.mark.timeout(3_600)]),
]
TELL = {"key": "tell", "type": "notify", "to": who("ed"), "title": "Done", "next": "count"}
COUNT = {
    "key": "count", "type": "update_record", "set": {"amount": {"formula": "amount + 1"}}, "next": "end",
}  # fmt: skip


@pytest.fixture
def crowd(desk: Desk) -> Iterator[Crowd]:
    found = Crowd(desk)
    yield found
    found.leave()


def pressing(desk: Desk, login: str, button: str, comment: str = "") -> Call:
    (task,) = desk.tasks(login)
    return ("decide", login, task.id, button, comment)


def decided(desk: Desk, record: int) -> list[str]:
    """Return the decisions of people about one paper."""
    mine = tables.decision.c.instance_id == desk.instance(record).id
    return [each.act for each in desk.all(Decision, mine) if each.act != "start"]


def once(desk: Desk, record: int) -> None:
    """Whatever follows the decision happened once."""
    told = [each for each in desk.notices("ed") if each.record_id == record]
    assert (len(told), desk.get(record)["amount"]) == (1, 1)
    assert desk.instance(record).state is State.approved
    assert desk.asked() == []


@pytest.mark.parametrize("rounds", ROUNDS)
def test_of_two_who_approve_one_is_first(desk: Desk, crowd: Crowd, rounds: int):
    desk.publish(flow(ask("one", "bo", "di", to="tell"), TELL, COUNT))

    for _ in range(rounds):
        record = desk.begin(amount="0")
        tasks = {each: desk.tasks(each)[0].id for each in ("bo", "di")}
        said = crowd.at_once(pressing(desk, "bo", "approve"), pressing(desk, "di", "approve"))

        assert outcome(said) == ["done", "flow.already_decided"]
        late = next(each for each in said if each is not None)
        assert late.params["by"] == ("Di" if said[1] is None else "Bo")
        assert decided(desk, record) == ["approve"]
        once(desk, record)
        for each, task in tasks.items():
            with pytest.raises(Conflict, match=r"flow\.already_decided"):
                desk.decide(each, task, "reject", "Too late")
        once(desk, record)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_the_last_two_of_all(desk: Desk, crowd: Crowd, rounds: int):
    desk.publish(flow(ask("one", "bo", "di", "ada", mode="all", to="tell"), TELL, COUNT))

    for _ in range(rounds):
        record = desk.begin(amount="0")
        people = ("bo", "di", "ada")
        said = crowd.at_once(*(pressing(desk, each, "approve") for each in people))

        assert outcome(said) == ["done"] * 3
        assert decided(desk, record) == ["approve"] * 3
        once(desk, record)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_one_person_clicks_four_times(desk: Desk, crowd: Crowd, rounds: int):
    desk.publish(flow(ask("one", "bo", to="tell"), TELL, COUNT))

    for _ in range(rounds):
        record = desk.begin(amount="0")
        said = crowd.at_once(*[pressing(desk, "bo", "approve")] * 4)

        assert Counter(outcome(said)) == {"done": 1, "flow.already_decided": 3}
        assert decided(desk, record) == ["approve"]
        once(desk, record)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_an_approval_meets_a_withdrawal(desk: Desk, crowd: Crowd, rounds: int):
    desk.publish(flow(ask("one", "bo", to="two"), ask("two", "di")))
    withdrawn = 0

    for _ in range(rounds):
        record = desk.begin()
        said = crowd.at_once(pressing(desk, "bo", "approve"), ("withdraw", "cy", record))

        state = desk.instance(record).state
        assert [each is None for each in said].count(True) == 1
        if state is State.withdrawn:
            withdrawn += 1
            assert (decided(desk, record), desk.asked()) == (["withdraw"], [])
        else:
            assert (state, decided(desk, record), desk.asked()) == (State.running, ["approve"], ["di"])
            desk.press("di", "approve")
    assert withdrawn < rounds or rounds < 100


@pytest.mark.parametrize("rounds", ROUNDS)
def test_branches_that_end_together_are_joined_once(desk: Desk, crowd: Crowd, rounds: int):
    split = {"key": "split", "type": "split", "branches": [
        {"key": f"b{each}", "label": each, "next": each} for each in ("one", "two", "three")]}  # fmt: skip
    asked = [
        ask(key, login, to="join")
        for key, login in zip(("one", "two", "three"), ("bo", "di", "ada"), strict=True)
    ]
    join = {"key": "join", "type": "join", "next": "tell"}
    desk.publish(flow(split, *asked, join, TELL, COUNT))

    for _ in range(rounds):
        record = desk.begin(amount="0")
        said = crowd.at_once(*(pressing(desk, each, "approve") for each in ("bo", "di", "ada")))

        assert outcome(said) == ["done"] * 3
        assert [node for node, *_ in desk.visits(record)].count("join") == 1
        once(desk, record)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_rejection_meets_an_approval(desk: Desk, crowd: Crowd, rounds: int):
    desk.publish(flow(ask("one", "bo", "di", first_decision=True)))

    for _ in range(rounds):
        record = desk.begin()
        said = crowd.at_once(pressing(desk, "bo", "approve"), pressing(desk, "di", "reject", "No"))

        assert outcome(said) == ["done", "flow.already_decided"]
        expected = ("approve", State.approved) if said[0] is None else ("reject", State.rejected)
        assert (decided(desk, record), desk.instance(record).state) == ([expected[0]], expected[1])


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_who_move_the_same_deal(desk: Desk, crowd: Crowd, rounds: int):
    on = {"to": "talk", "set": {"amount": {"formula": "amount + 1"}}}
    desk.publish(
        pipeline(stage("new", moves={"on": on, "lost": "lost"}), stage("talk", moves={"win": "won"}))
    )

    for _ in range(rounds):
        record = desk.create("cy", amount="0")
        said = crowd.at_once(
            ("move", "cy", record, "on"),
            ("move", "bo", record, "on"),
            ("move", "ada", record, "on"),
        )

        assert Counter(outcome(said)) == {"done": 1, "flow.already_moved": 2}
        assert (desk.get(record)["stage"], desk.get(record)["amount"]) == ("talk", 1)
        assert desk.stays(record) == [("new", "started", True), ("talk", "moved", False)]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_two_who_begin_the_same_flow(desk: Desk, crowd: Crowd, rounds: int):
    desk.publish(flow(ask("one", "di")))

    for _ in range(rounds):
        record = desk.create("cy")
        said = crowd.at_once(*[("start", record, "cy")] * 3)

        assert Counter(outcome(said)) == {"done": 1, "flow.already_running": 2}
        mine = tables.instance.c.record_id == record
        assert len(desk.all(Instance, mine)) == 1
        desk.press("di", "approve")


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_decision_meets_a_change_of_the_record(desk: Desk, crowd: Crowd, rounds: int):
    """The writer holds the record, the decider its flow: neither waits for the other for good."""
    desk.publish(flow(ask("one", "bo", to="count"), COUNT, lock=False))

    for _ in range(rounds):
        record = desk.begin(amount="0")
        said = crowd.at_once(
            pressing(desk, "bo", "approve"),
            ("update", "cy", record, {"note": "Meanwhile"}),
        )

        assert said == [None, None]
        paper = desk.get(record)
        assert (paper["amount"], paper["note"], paper["_version"]) == (1, "Meanwhile", 3)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_decision_meets_the_end_of_the_record(desk: Desk, crowd: Crowd, rounds: int):
    desk.publish(flow(ask("one", "bo", to="two"), ask("two", "di"), lock=False))

    for _ in range(rounds):
        record = desk.begin()
        said = crowd.at_once(pressing(desk, "bo", "approve"), ("trash", "cy", record))

        assert said[1] is None
        assert outcome(said[:1]) in (["done"], ["flow.over"], ["flow.task_void"], ["not_found"])
        assert (desk.instance(record).state, desk.asked()) == (State.cancelled, [])


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_decision_meets_its_time_limit_in_two_workers(desk: Desk, crowd: Crowd, rounds: int):
    desk.publish(flow(ask("one", "di", to="tell", limit={"hours": 1, "repeat_hours": 1}), TELL, COUNT))

    for _ in range(rounds):
        record = desk.begin(amount="0")
        desk.clock.forward(hours=1.5)
        crowd.wait(1.5)
        said = crowd.at_once(pressing(desk, "di", "approve"), ("work",), ("work",))

        assert said == [None, None, None]
        assert len([each for each in desk.notices("di") if each.record_id == record]) <= 1
        once(desk, record)
        desk.work()
        once(desk, record)


def test_whoever_is_not_asked_learns_nothing_from_being_fast(desk: Desk, crowd: Crowd):
    desk.publish(flow(ask("one", "bo")))
    desk.begin()
    (task,) = desk.tasks("bo")

    said = crowd.at_once(("decide", "di", task.id, "approve"), ("decide", "bo", task.id, "approve"))

    assert said[1] is None
    assert said[0] == Refused("NotFound", "not_found", {})
