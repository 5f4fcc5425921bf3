"""People who act at the same moment, each in a process of their own, and processes that are killed."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from engines.store.database import Database
from engines.store.models import Models
from engines.store.people import epoch
from schemas.errors import WeftError
from tests.fixtures.clock import FakeClock
from tests.fixtures.flowing import Desk
from tests.fixtures.grammar import shared_grammar

SECONDS = 60
HEAD_START = 0.004
# Imports once what every process needs; each is a copy made before any database was opened.
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.crash.racing"])
GRAMMAR = shared_grammar()

Call = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """What one of them was told."""

    kind: str
    code: str
    params: dict[str, Any]


def ended(act: Callable[..., None], *asked: Any) -> int:
    """Let a process do something and die; returns how it ended."""
    process = FORKS.Process(target=act, args=asked)
    process.start()
    process.join(SECONDS)
    return process.exitcode or 0


def open_desk(url: str, slot: int, hours: float = 0) -> Desk:
    """Return the office that another process published, some hours later."""
    clock = FakeClock()
    clock.forward(hours=hours)
    desk = Desk(Database(url), clock, GRAMMAR, slot)
    with desk.db.read() as conn:
        desk.model = Models(desk.grammar).get(conn, "office", epoch(conn))
    desk.meet()
    return desk


def acting(theirs: Connection, url: str, slot: int, hours: float) -> None:
    """Do what is asked when its moment has come, until nothing more is asked."""
    desk = open_desk(url, slot, hours)
    theirs.send("ready")
    while (asked := theirs.recv()) is not None:
        if isinstance(asked, float):
            desk.clock.forward(hours=asked)
            continue
        moment, (name, *arguments) = asked
        while time.monotonic() < moment:
            pass
        named = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
        theirs.send(refusal(partial(getattr(desk, name), *arguments, **named)))
    desk.db.close()


def refusal(work: Callable[[], Any]) -> Refused | None:
    """Return what is refused, None where it is done."""
    try:
        issues = work()
    except WeftError as error:
        return Refused(type(error).__name__, error.reason, dict(error.params))
    refused = isinstance(issues, list) and issues and isinstance(issues[0], tuple)
    return Refused("Invalid", issues[0][1], {}) if refused else None


@dataclass
class Crowd:
    """Processes that open the office when the first of them is needed."""

    desk: Desk
    hours: float = 0
    links: list[Connection] = field(default_factory=list)
    processes: list[Any] = field(default_factory=list)

    def at_once(self, *calls: Call) -> list[Refused | None]:
        """Let everybody do one thing at the same moment.

        A call: a method of the desk, its arguments, and the named ones as a dict.
        """
        while len(self.links) < len(calls):
            self._add()
        moment = time.monotonic() + HEAD_START
        links = self.links[: len(calls)]
        for link, call in zip(links, calls, strict=True):
            link.send((moment, call))
        return [answer(each) for each in links]

    def wait(self, hours: float) -> None:
        """Let time pass for everybody."""
        self.hours += hours
        for link in self.links:
            link.send(hours)

    def _add(self) -> None:
        ours, theirs = FORKS.Pipe()
        url = self.desk.db.url.render_as_string(hide_password=False)
        process = FORKS.Process(target=acting, args=(theirs, url, 10 + len(self.links), self.hours))
        process.start()
        theirs.close()
        self.processes.append(process)
        self.links.append(ours)
        assert answer(ours) == "ready"

    def leave(self) -> None:
        """End the processes."""
        for link in self.links:
            link.send(None)
        for process in self.processes:
            process.join(SECONDS)
            assert process.exitcode == 0


def answer(link: Connection) -> Any:
    """Return what a process says; one that says nothing is stuck."""
    assert link.poll(SECONDS), "stuck"
    return link.recv()


def outcome(said: Sequence[Refused | None]) -> list[str]:
    """Return what was done and what was refused, in order of the codes."""
    return sorted("done" if each is None else each.code for each in said)
