"""Whatever a rule leads to is there once, wherever the process was killed that saved or did it later."""

from __future__ import annotations

import signal

import pytest

from engines.store.jobs import LEASE
from tests.crash.ruling import FIRING, FOLLOWING, SAVING, killed
from tests.fixtures.automation import Office

TO_BO = [{"type": "member", "account": "bo"}]
OPENED = {
    "on": {"type": "updated", "form": "order", "fields": ["stage"]}, "if": 'stage = "open"',
    "then": [
        {"type": "set_fields", "set": {"note": "opened"}},
        {"type": "create_record", "form": "task", "set": {"name": {"formula": "title"}}},
        {"type": "create_todo", "to": TO_BO, "title": "Do {{ title }}"},
        {"type": "notify", "to": TO_BO, "title": "Told {{ title }}"},
    ],
}  # fmt: skip
DAY = {
    "on": {"type": "date", "form": "order", "field": "day", "at": "09:00"},
    "then": [
        {"type": "create_todo", "to": TO_BO, "title": "Due {{ title }}"},
        {"type": "notify", "to": TO_BO, "title": "Due {{ title }}"},
    ],
}  # fmt: skip
WEEK = 24 * 7


@pytest.fixture
def ruled(office: Office) -> Office:
    office.publish(OPENED, DAY)
    return office


def die(office: Office, phase: tuple[str, str, int] | None, record: int = 0) -> None:
    """Let a process save a record, or do what is due, and be killed after a phase of it."""
    hours = (office.clock.now() - type(office.clock)().now()).total_seconds() / 3600
    settings = office.installation.settings
    assert killed(settings.data, settings.database, phase, hours, record) == -signal.SIGKILL, phase


def later(office: Office) -> None:
    """Let the dead process's lease run out, and do what is due, twice."""
    office.run(seconds=LEASE.total_seconds() + 1)
    office.run(seconds=LEASE.total_seconds() + 1)


def followed(office: Office, record: int, name: str) -> tuple[object, int, int, int]:
    """Return the note that the rule sets, and how many tasks, to-dos and notices there are about a record."""
    tasks = [each for each in office.records("task").values() if each["name"] == name]
    todos, notices = office.todos("bo"), office.notices("bo")
    note = office.records("order")[record].get("note")
    return note, len(tasks), todos.count(f"Do {name}"), notices.count(f"Told {name}")


def test_a_save_and_its_rules_are_one(ruled: Office):
    record = ruled.create(title="A")

    for phase in SAVING:
        die(ruled, SAVING[phase], record)
        later(ruled)
        assert followed(ruled, record, "A") == (None, 0, 0, 0), phase

    die(ruled, None, record)
    assert followed(ruled, record, "A") == ("opened", 1, 0, 0)
    later(ruled)
    assert followed(ruled, record, "A") == ("opened", 1, 1, 1)


def test_what_follows_the_commit_is_done_once(ruled: Office):
    for phase in FOLLOWING:
        record = ruled.create(title=phase)
        ruled.update(record, stage="open")

        die(ruled, FOLLOWING[phase])
        later(ruled)

        assert followed(ruled, record, phase) == ("opened", 1, 1, 1), phase


def test_a_moment_comes_once_also_after_a_week_without_anybody(ruled: Office):
    for place, phase in enumerate(FIRING):
        day = ruled.clock.now().date().toordinal() + 1
        ruled.create(title=phase, day=type(ruled.clock.now()).fromordinal(day).date().isoformat())
        ruled.clock.forward(hours=WEEK)

        die(ruled, FIRING[phase])
        later(ruled)
        ruled.run(hours=WEEK)

        assert ruled.todos("bo").count(f"Due {phase}") == 1, phase
        assert ruled.notices("bo").count(f"Due {phase}") == 1, phase
        assert len(ruled.todos("bo")) == place + 1
