"""Flows that rules start, in a whole installation."""

from collections.abc import Mapping

import pytest
import sqlalchemy as sa

from engines.access import Access
from engines.flow.rows import Instance, select
from engines.query import Cause, Change, Op
from engines.rule.chain import hush
from engines.store import flows
from engines.store.writing import write
from schemas.errors import Conflict, Invalid
from tests.fixtures.automation import Office

FLOW = {
    "key": "check", "label": "Check", "form": "order",
    "nodes": [
        {"key": "start", "type": "start", "next": "look"},
        {"key": "look", "type": "approve", "who": [{"type": "member", "account": "bo"}], "next": "end"},
        {"key": "end", "type": "end"},
    ],
}  # fmt: skip
RULE = {
    "on": {"type": "updated", "form": "order", "fields": ["stage"]}, "if": 'stage = "open"',
    "then": [{"type": "start_flow", "flow": "check"}],
}  # fmt: skip


def save(office: Office, record: int | None, **values: object) -> int:
    box, person = office.installation, office.people["cy"]
    op = Op.create if record is None else Op.update
    with box.store.unit(office.model, Access(None), Cause("test", person)) as uow:
        (result,) = write(box.store, uow, office.model.form("order"), [Change(op, values, record)])
    assert result.ok, result.issues
    return int(result.id or 0)


def within(*then: Mapping[str, object]) -> dict[str, object]:
    """Return the rule as part of the save."""
    return {**RULE, "phase": "during", "then": [*RULE["then"], *then]}


def instances(office: Office) -> list[Instance]:
    with office.installation.db.read() as conn:
        return select(conn, Instance, sa.true())


def test_a_rule_starts_a_flow_for_whoever_saved(office: Office):
    office.publish(RULE, flows=[FLOW])
    order = save(office, None, title="A")
    save(office, order, stage="open")

    office.run()

    assert [(each.record_id, each.started_by) for each in instances(office)] == [(order, office.people["cy"])]


def test_the_same_firing_starts_it_once_even_when_it_is_over(office: Office):
    office.publish(flows=[FLOW])
    order = save(office, None, title="A")
    box = office.installation

    def start(key: str) -> int:
        with box.store.unit(office.model, Access(None), Cause("test", None)) as uow:
            return int(box.flows.start(uow, "check", order, key))

    first = start("rule:1:0")
    with box.db.write() as conn:
        conn.execute(sa.update(flows.instance).values(state="done"))

    assert start("rule:1:0") == first
    assert start("rule:2:0") != first
    with pytest.raises(Conflict) as caught:
        start("rule:3:0")
    assert caught.value.reason == "flow.already_running"


def test_a_rule_starts_a_flow_within_the_save(office: Office):
    office.publish(within(), flows=[FLOW])
    order = save(office, None, title="A")

    save(office, order, stage="open")

    assert [each.record_id for each in instances(office)] == [order]


def test_a_save_that_fails_starts_no_flow(office: Office):
    refused = {"type": "create_record", "form": "task", "set": {}}  # it must have a name
    office.publish(within(refused), flows=[FLOW])
    order = save(office, None, title="A")

    with pytest.raises(Invalid):
        office.update(order, stage="open")

    assert instances(office) == []


def test_a_flow_that_runs_already_is_enough(office: Office):
    office.publish(RULE, flows=[FLOW])
    order = save(office, None, title="A")
    for _ in range(2):
        save(office, order, stage="open")
        office.run()
        save(office, order, stage="new")

    assert len(instances(office)) == 1
    fired = [each for each in office.runs(order) if each.detail.get("actions")]
    assert [each.state for each in fired] == ["done", "done"]
    assert fired[-1].detail["actions"][0]["already"] is True


@pytest.mark.parametrize("phase", ["during", "after"])
def test_what_the_flow_writes_does_not_wake_the_rule_that_started_it(office: Office, phase: str):
    writing = [
        {"key": "start", "type": "start", "next": "mark"},
        {"key": "mark", "type": "update_record", "set": {"note": {"formula": 'note & "x"'}}, "next": "end"},
        {"key": "end", "type": "end"},
    ]
    rule = {
        "on": {"type": "updated", "form": "order", "fields": ["note"]},
        "then": RULE["then"],
        "phase": phase,
    }
    office.publish(rule, flows=[{**FLOW, "nodes": writing}])
    order = save(office, None, title="A")

    save(office, order, note="a")
    office.run()

    assert len(instances(office)) == 1
    assert office.records("order")[order]["note"] == "ax"


def test_what_is_told_afterwards_wakes_no_rule(office: Office):
    office.publish(within(), flows=[FLOW])
    order = save(office, None, title="A")

    with office.installation.store.unit(office.model, Access(None), Cause("test", None)) as uow:
        hush(uow)
        write(office.installation.store, uow, office.model.form("order"),
              [Change(Op.update, {"stage": "open"}, order)])  # fmt: skip

    assert instances(office) == []
    assert office.runs(order) == []
