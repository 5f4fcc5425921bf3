"""Flows that rules start, in a whole installation."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from engines.access import Access
from engines.flow.rows import Instance, select
from engines.query import Cause, Change, Op
from engines.store import flows
from engines.store.writing import write
from schemas.errors import Conflict
from tests.fixtures.automation import Office, open_office
from tests.fixtures.clock import FakeClock

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


@pytest.fixture
def office(tmp_path: Path, clock: FakeClock):
    found = open_office(tmp_path / "data", f"sqlite:///{tmp_path / 'weft.db'}", clock)
    yield found
    found.installation.close()


def save(office: Office, record: int | None, **values: object) -> int:
    box, person = office.installation, office.people["cy"]
    op = Op.create if record is None else Op.update
    with box.store.unit(office.model, Access(None), Cause("test", person)) as uow:
        (result,) = write(box.store, uow, office.model.form("order"), [Change(op, values, record)])
    assert result.ok, result.issues
    return int(result.id or 0)


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
