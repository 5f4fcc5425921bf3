"""Gestures of a designer whose application has a hundred forms, one of them with three hundred fields."""

from __future__ import annotations

import json
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anyio.from_thread import start_blocking_portal
from starlette.testclient import TestClient

import main
from bench.timing import Result
from engines.store import people
from engines.store.people import Profile
from runtime.installation import Installation, Settings
from runtime.serving import spare_collector
from runtime.web.application import Application

FORMS, FIELDS, ROUNDS = 100, 300, 40
BUDGET = 100.0  # milliseconds, at the 95th percentile
_LABEL = {"zh-CN": "名称", "en": "Name"}
_TYPES = "text number date select checkbox long_text money relation formula phone".split()
_BIG = "/design/large/forms/big"


def measure() -> Iterator[Result]:
    """Do each gesture many times, one after the other, and open the page of the form now and then."""
    with tempfile.TemporaryDirectory() as name, start_blocking_portal() as portal:
        folder = Path(name)
        installation = Installation(Settings(folder, f"sqlite:///{folder / 'weft.db'}"))
        installation.publisher.apply(definition(), actor=None)
        with installation.db.write() as conn:
            clock = installation.clock
            designer = people.add_user(conn, installation.ids, clock, Profile("ada", "Ada", admin=True))
            opened = people.open_session(conn, designer, clock.now())
        client = TestClient(
            Application(installation, main.routes()),
            cookies={"weft_session": opened.token},
            follow_redirects=False,
        )
        client.portal = portal
        spare_collector()  # as the server does
        yield from Screen(client, opened.csrf).gestures()
        installation.close()


def definition() -> bytes:
    """Write the application."""
    forms = [_form(f"form{number}", 8) for number in range(FORMS - 1)]
    every = [_form("big", FIELDS), *forms]
    return json.dumps({"weft": 1, "key": "large", "label": "Large", "forms": every}).encode()


def _form(key: str, count: int) -> dict[str, Any]:
    return {"key": key, "label": key.title(), "title": "f0", "fields": [_field(n) for n in range(count)]}


def _field(number: int) -> dict[str, Any]:
    kind = _TYPES[number % len(_TYPES)]
    other = f"f{number // 10 * 10 + 1}"
    special: dict[str, dict[str, Any]] = {
        "select": {"options": [{"key": f"o{each}", "label": f"Option {each}"} for each in range(5)]},
        "relation": {"form": "form1"},
        "formula": {
            "formula": f"{other} * 2 + {other}",
            "result": "number",
        },
    }
    return {"key": f"f{number}", "type": kind, "label": _LABEL, **special.get(kind, {})}


@dataclass
class Timed:
    """What some answers took, in milliseconds of the clock and of the processor."""

    name: str
    wall: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)

    def run(self, work: Callable[[], Any]) -> Any:
        """Time one."""
        clock, processor = time.perf_counter(), time.process_time()
        found = work()
        self.wall.append((time.perf_counter() - clock) * 1000)
        self.busy.append((time.process_time() - processor) * 1000)
        return found

    def result(self) -> Result:
        """Return how often the slowest twentieth fits into the budget."""
        wall, busy = (statistics.quantiles(each, n=20)[-1] for each in (self.wall, self.busy))
        median = statistics.median(self.busy)
        note = f"95%: {wall:.0f} ms, {busy:.0f} ms of the processor, whose median is {median:.0f} ms"
        return Result(f"designer: {self.name}", BUDGET / wall, 1.0, note)


class Screen:
    """A designer's browser at the large form."""

    def __init__(self, client: TestClient, csrf: str) -> None:
        self.client, self.csrf, self.revision = client, csrf, 0
        self.page = Timed("the page of the form")

    def gestures(self) -> Iterator[Result]:
        """Do each of them."""
        self.look(_BIG)
        at = "forms/big/fields/f{}"
        every: dict[str, Callable[[int], tuple[str, dict[str, str]]]] = {
            "add a field": lambda _: ("act", {"do": "add_field", "place": "forms/big", "type": "text"}),
            "say a label": lambda n: (
                "act", {"do": "panel", "place": at.format(n * 5), "set.label": f"Label {n}"}),
            "require": lambda n: ("act", {"do": "toggle", "place": at.format(n * 7), "name": "required"}),
            "move": lambda n: ("act", {"do": "move", "place": at.format(n * 3), "before": f"f{200 + n}"}),
            "copy": lambda n: ("act", {"do": "copy", "place": at.format(n * 4)}),
            "undo": lambda _: ("undo", {}),
            "redo": lambda _: ("redo", {}),
            "remove": lambda n: ("act", {"do": "remove", "place": at.format(10 * n + 5)}),
        }  # fmt: skip
        for name, gesture in every.items():
            timed = Timed(name)
            for number in range(ROUNDS):
                path, said = gesture(number % 29)
                timed.run(lambda: self.post(path, said))  # noqa: B023 - done before the next
            for _ in range(3):
                self.page.run(lambda: self.look(_BIG))
            yield timed.result()
        yield self.page.result()

    def look(self, url: str) -> None:
        """Open a page and remember the revision that it shows."""
        answer = self.client.get(url)
        assert answer.status_code == 200, answer.text[:300]
        self.revision = int(re.findall(r'name="revision" value="(\d+)"', answer.text)[0])

    def post(self, path: str, said: dict[str, str]) -> None:
        """Post a gesture."""
        body = {"csrf": self.csrf, "revision": str(self.revision), "next": _BIG, **said}
        answer = self.client.post(f"/design/large/{path}", data=body)
        assert answer.status_code == 303, answer.text[:300]
        self.revision += 1
