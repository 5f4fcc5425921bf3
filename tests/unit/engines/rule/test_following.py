"""What is done after the commit: once, tried again where it failed, and never in the way of the save."""

from typing import Any

import pytest

from engines.query import Change, Op
from engines.rule.chain import DEPTH
from engines.rule.runs import RunState
from engines.store import jobs, notices
from engines.store.jobs import State
from schemas.errors import Failed
from tests.fixtures.automation import Office

CREATED = {"type": "created", "form": "order"}
TO_OWNER = [{"type": "field", "field": "owner"}]
TODO = {"type": "create_todo", "to": TO_OWNER, "title": "Call {{ title }}"}
TELL = {"type": "notify", "to": TO_OWNER, "title": "{{ title }} is there"}


def test_the_save_does_not_wait_for_it(office: Office):
    office.publish({"on": CREATED, "then": [TODO, TELL]})

    record = office.create(title="A", owner="@cy")
    assert office.todos("cy") == []
    (run,) = office.runs(record)
    assert (run.state, run.step) == (RunState.waiting, 0)

    office.run()
    assert office.todos("cy") == ["Call A"]
    assert office.notices("cy") == ["A is there"]
    (run,) = office.runs(record)
    assert (run.state, run.step) == (RunState.done, 2)
    assert [each["type"] for each in run.detail["actions"]] == ["create_todo", "notify"]


def test_a_rule_may_want_it_within_the_save(office: Office):
    office.publish({"on": CREATED, "then": [TODO], "phase": "during"})

    office.create(title="A", owner="@cy")

    assert office.todos("cy") == ["Call A"]


def test_a_failed_save_leads_to_nothing(office: Office):
    office.publish({"on": CREATED, "then": [TODO]})

    (result,) = office.write(Change(Op.create, {"title": "A", "amount": "5000"}))
    office.run()

    assert not result.ok
    assert office.todos("cy") == []


@pytest.fixture
def broken(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """A bell that does not ring while the list is not empty."""
    failing = [True]
    ring = notices.notify

    def notify(*given: Any) -> Any:
        if failing:
            raise Failed("rule.no_flows")
        return ring(*given)

    monkeypatch.setattr(notices, "notify", notify)
    return failing


def test_what_failed_is_tried_again_there_and_the_rest_stays(office: Office, broken: list[bool]):
    office.publish({"on": CREATED, "then": [TODO, TELL]})
    record = office.create(title="A", owner="@cy")

    office.run()
    (run,) = office.runs(record)
    assert (run.state, run.step, run.attempts) == (RunState.failed, 1, 1)
    assert run.error == "rule.failed rule.no_flows"
    assert office.todos("cy") == ["Call A"]

    broken.clear()
    office.run(minutes=1)
    assert office.todos("cy") == ["Call A"]
    assert office.notices("cy") == ["A is there"]
    (run,) = office.runs(record)
    assert (run.state, run.error) == (RunState.done, None)


def test_what_fails_for_ever_stays_to_be_seen(office: Office, broken: list[bool]):
    office.publish({"on": CREATED, "then": [TELL]})
    record = office.create(title="A", owner="@cy")

    for _ in range(8):
        office.run(hours=2)

    (run,) = office.runs(record)
    assert (run.state, run.attempts) == (RunState.failed, jobs.ATTEMPTS)
    with office.installation.db.read() as conn:
        (dead,) = jobs.listing(conn, State.dead)
    broken.clear()
    with office.installation.db.write() as conn:
        jobs.redrive(conn, dead.id, office.clock.now())
    office.run()
    assert office.notices("cy") == ["A is there"]


def test_one_that_fails_does_not_hold_up_the_others(office: Office):
    make = {"type": "create_record", "form": "task", "set": {"name": {"formula": "note"}}}
    office.publish({"on": CREATED, "then": [make], "phase": "after"})

    office.write(*[Change(Op.create, {"title": "A", "note": note}) for note in ("x", None, "y")])
    office.run()

    assert sorted(each["name"] for each in office.records("task").values()) == ["x", "y"]


def test_a_job_that_comes_twice_does_it_once(office: Office):
    office.publish({"on": CREATED, "then": [TODO, TELL]})
    record = office.create(title="A", owner="@cy")
    office.run()
    (run,) = office.runs(record)

    assert office.installation.rules.follower.carry_on(run.id)

    assert office.todos("cy") == ["Call A"]


def test_a_record_that_went_meanwhile_is_told_of_nobody(office: Office):
    office.publish({"on": CREATED, "then": [TODO]})
    record = office.create(title="A", owner="@cy")

    office.delete(record)
    office.run()

    (run,) = office.runs(record)
    assert (run.state, run.reason) == (RunState.skipped, "record_gone")
    assert office.todos("cy") == []


def test_a_deleted_record_takes_its_todos_with_it(office: Office):
    office.publish({"on": CREATED, "then": [TODO]})
    record = office.create(title="A", owner="@cy")
    office.run()

    office.delete(record)

    assert office.todos("cy") == []


def test_what_is_done_later_belongs_to_the_same_chain(office: Office):
    """Neither does the first rule fire again for its record, nor does it go on for ever."""
    again = {"type": "create_record", "form": "order", "set": {"title": {"formula": "name"}}}
    make = {"type": "create_record", "form": "task", "set": {"name": {"formula": "title"}}}
    office.publish(
        {"on": CREATED, "then": [make], "phase": "after"},
        {"on": {"type": "created", "form": "task"}, "then": [again], "phase": "after"},
    )

    office.create(title="A")
    for _ in range(12):
        office.run(hours=1)

    assert len(office.records("order")) + len(office.records("task")) == DEPTH


def test_what_stood_there_before_is_known_later(office: Office):
    told = {"type": "notify", "to": TO_OWNER, "title": "From {{ OLD(stage) }} to {{ stage }}"}
    office.publish({"on": {"type": "field_changed", "form": "order", "field": "stage"}, "then": [told]})
    record = office.create(title="A", owner="@cy", stage="new")
    office.run()

    office.update(record, stage="done")
    office.run()

    assert office.notices("cy") == ["From  to New", "From new to Done"]


@pytest.mark.parametrize(("mode", "told"), [("parallel", 3), ("single", 1), ("restart", 1)])
def test_while_an_earlier_run_is_not_over(office: Office, broken: list[bool], mode: str, told: int):
    office.publish({"on": {"type": "updated", "form": "order"}, "then": [TELL], "mode": mode})
    record = office.create(title="A", owner="@cy")

    for note in ("1", "2", "3"):
        office.update(record, note=note)
    office.run()
    broken.clear()
    office.run(hours=1)

    assert len(office.notices("cy")) == told
    states = [run.state for run in office.runs(record)]
    skipped = [] if mode == "parallel" else [RunState.skipped] * 2
    assert sorted(states) == sorted([RunState.done] * told + skipped)
