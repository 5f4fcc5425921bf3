"""Processes that save what a rule watches, or do what rules want later, and are killed on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.crash.deciding import kill_after
from tests.crash.killed import die
from tests.crash.racing import ended
from tests.fixtures.automation import open_office
from tests.fixtures.clock import FakeClock

# Where each phase stands: module, name, and after which call of it; 0: before the first.
SAVING = {
    "decided": ("engines.rule.early", "_Early.settle", 1),
    "written": ("engines.store.writing.path", "record_history", 1),
    "within": ("engines.rule.carrying", "act", 1),
    "kept": ("engines.rule.carrying", "add_runs", 1),
}
FOLLOWING = {
    "claimed": ("engines.store.jobs", "claim", 1),
    "first": ("engines.rule.following", "act", 1),
    "first_kept": ("engines.rule.following", "keep", 1),
    "second": ("engines.rule.following", "act", 2),
    "done": ("engines.store.jobs", "complete", 0),
}
FIRING = {
    "claimed": ("engines.store.jobs", "claim", 1),
    "taken": ("engines.rule.timers", "take", 1),
    "decided": ("engines.rule.carrying", "add_runs", 1),
    "done": ("engines.store.jobs", "complete", 0),
}


def act(folder: Path, url: str, phase: tuple[str, str, int] | None, hours: float, record: int) -> None:
    """Save a record, or without one do all that is due, and die."""
    clock = FakeClock()
    clock.forward(hours=hours)
    office = open_office(folder, url, clock)
    if phase is not None:
        kill_after(*phase)
    if record:
        office.update(record, stage="open")
    else:
        office.run()
    die()


def killed(*asked: Any) -> int:
    """Let a process do it and die; returns how it ended."""
    return ended(act, *asked)
