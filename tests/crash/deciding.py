"""Processes that decide, or remind somebody, and are killed on the way."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from engines.flow.pressing import Press
from tests.crash.killed import die
from tests.crash.racing import ended, open_desk

# Where each phase of a transition stands: module, name, and after which call of it.
DECIDING = {
    "open": ("engines.flow.flows", "Flows.open_any", 1),
    "done": ("engines.flow.tasks", "finish_todo", 1),
    "tell": ("engines.flow.step", "notify", 1),
    "record": ("engines.flow.run", "write", 1),
    "limit": ("engines.flow.step", "ask_for_time", 1),
    "ask": ("engines.flow.tasks", "add_todo", 1),
    "visits": ("engines.flow.book", "insert", 1),
    "rows": ("engines.flow.book", "update", 4),
    "instance": ("engines.flow.book", "Book._advance", 1),
    "saved": ("engines.flow.book", "Book.save", 1),
}
REMINDING = {
    "claim": ("engines.store.jobs", "claim", 1),
    "open": ("engines.flow.flows", "Flows.open_any", 1),
    "tell": ("engines.flow.limits", "notify", 1),
    "again": ("engines.flow.limits", "ask_for_time", 1),
    "saved": ("engines.flow.book", "Book.save", 1),
    "committed": ("tests.fixtures.flowing", "fall_due", 0),
    "complete": ("engines.store.jobs", "complete", 0),
}


def kill_after(module: str, name: str, call: int) -> None:
    """Let the process die when a phase has done its work; ``call`` 0 lets it die before the first."""
    place: Any = import_module(module)
    *outer, last = name.split(".")
    for each in outer:
        place = getattr(place, each)
    original, calls = getattr(place, last), 0

    def dying(*args: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if not call:
            die()
        found = original(*args, **more)
        if calls == call:
            die()
        return found

    setattr(place, last, dying)


def act(url: str, slot: int, what: str, subject: int, phase: str, hours: float) -> None:
    """Do it, and die."""
    if what == "decide" and phase in DECIDING:
        kill_after(*DECIDING[phase])
    if what == "remind" and phase in REMINDING and phase != "committed":
        kill_after(*REMINDING[phase])
    desk = open_desk(url, slot, hours)
    if what == "decide":
        with desk.unit("bo") as uow:
            desk.flows.decide(uow, subject, Press("approve"))
            if phase == "written":
                die()
    else:
        desk.work(after=die if phase == "committed" else None)
    die()


def killed(*asked: Any) -> int:
    """Let a process do it and die; returns how it ended."""
    return ended(act, *asked)
