"""A decision and a reminder whose process is killed: everything they lead to happens once, after all."""

from __future__ import annotations

import signal
from typing import Any

import pytest
import sqlalchemy as sa

from engines.store import flows, platform
from engines.store.jobs import LEASE
from schemas.errors import Conflict
from tests.crash.deciding import DECIDING, REMINDING, killed
from tests.fixtures.flowing import Desk, ask, flow, who

TELL = {"key": "tell", "type": "notify", "to": who("ed"), "title": "Done", "next": "count"}
COUNT = {
    "key": "count", "type": "update_record", "set": {"amount": {"formula": "amount + 1"}}, "next": "two",
}  # fmt: skip
LIMIT = {"hours": 24, "repeat_hours": 24}
WATCHED = [
    platform.cause, platform.history, platform.job, platform.todo, platform.notice,
    flows.instance, flows.token, flows.visit, flows.task, flows.decision, flows.stage,
]  # fmt: skip


class Mortals:
    """Makes processes that die."""

    def __init__(self, desk: Desk) -> None:
        self.url = desk.db.url.render_as_string(hide_password=False)
        self.slot = 1

    def die(self, what: str, subject: int, phase: str, hours: float = 0) -> None:
        """Let one do something and be killed after a phase of it."""
        self.slot += 1
        assert killed(self.url, self.slot, what, subject, phase, hours) == -signal.SIGKILL, phase


@pytest.fixture
def mortals(desk: Desk) -> Mortals:
    desk.publish(flow(ask("one", "bo", to="tell"), TELL, COUNT, ask("two", "di", limit=LIMIT)))
    return Mortals(desk)


def snapshot(desk: Desk) -> dict[str, list[Any]]:
    with desk.db.read() as conn:
        tables = [*desk.model.metadata.sorted_tables, *WATCHED]
        return {each.name: sorted(map(repr, conn.execute(sa.select(each)))) for each in tables}


def followed(desk: Desk, record: int) -> tuple[int, int, Any, list[str], int]:
    """Return how often each thing happened that the decision leads to."""
    notices = [each for each in desk.notices("ed") if each.record_id == record]
    with desk.db.read() as conn:
        timers = conn.scalar(sa.select(sa.func.count()).where(platform.job.c.kind == "flow.due"))
    return len(notices), len(desk.todos("di")), desk.get(record)["amount"], desk.asked(), timers or 0


def test_a_decision_is_made_as_a_whole_or_not_at_all(desk: Desk, mortals: Mortals):
    record = desk.begin(amount="0")
    (task,) = desk.tasks("bo")
    before = snapshot(desk)

    for phase in [*DECIDING, "written"]:
        mortals.die("decide", task.id, phase)
        assert snapshot(desk) == before, phase

    desk.decide("bo", task.id, "approve")
    assert followed(desk, record) == (1, 1, 1, ["di"], 1)


def test_a_decision_that_was_committed_is_made(desk: Desk, mortals: Mortals):
    record = desk.begin(amount="0")
    (task,) = desk.tasks("bo")

    mortals.die("decide", task.id, "committed")

    with pytest.raises(Conflict) as caught:
        desk.decide("bo", task.id, "approve")
    assert caught.value.reason == "flow.already_decided"
    assert followed(desk, record) == (1, 1, 1, ["di"], 1)


def reminders(desk: Desk, record: int) -> list[str]:
    return [each.level for each in desk.notices("di") if each.record_id == record]


def test_somebody_is_reminded_once_whenever_the_worker_dies(desk: Desk, mortals: Mortals):
    hours = 0.0
    for phase in REMINDING:
        record = desk.begin(amount="0")
        desk.press("bo", "approve")
        desk.clock.forward(hours=25)
        hours += 25

        mortals.die("remind", record, phase, hours)
        desk.clock.forward(seconds=LEASE.total_seconds() + 1)
        desk.work()
        desk.work()

        assert reminders(desk, record) == ["must"], phase
        desk.clock.forward(hours=24)
        desk.work()
        assert reminders(desk, record) == ["must", "must"], phase
        desk.press("di", "approve")
        desk.clock.forward(hours=24)
        desk.work()
        assert reminders(desk, record) == ["must", "must"], phase
        hours += 48 + LEASE.total_seconds() / 3600 + 1 / 3600
