"""What rules, flows and dashboards cost a write that none of them is about, and rules that do not fire."""

import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.servers import DEFINITION, deal, ours
from bench.timing import Result
from engines.access import Access
from engines.form import AppModel
from engines.query import Cause, Change, Op
from engines.store.writing import write
from runtime.installation import Installation, Settings

ROUNDS, WRITES, RECORDS, RULES = 40, 50, 2_000, 100
UNTOUCHED = 1 / 1.05  # of a write without any of them
MILLISECONDS = 1.0  # a hundred rules a write
_NEVER = 'amount < 0 OR notes = "never"'
_TELL = {"type": "set_fields", "set": {"agent": "Nobody"}}


def measure() -> Iterator[Result]:
    """Yield how often each writes while an app without rules, flows and dashboards writes once."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        installation = Installation(Settings(data, f"sqlite:///{data / 'weft.db'}"))
        plain = _World(installation, _definition("plain"))
        busy = _World(installation, _definition("busy", **_busy()))
        full = _World(installation, _definition("full", rules=_rules("deal", "amount")))
        for name, work in (("update", _World.update), ("create", _World.create)):
            alone, beside, hundred = _race(*(_bound(work, each) for each in (plain, busy, full)))
            note = f"{beside * 1e6:.0f} µs against {alone * 1e6:.0f} µs of processor time"
            yield Result(f"{name}, nothing watched", alone / beside, UNTOUCHED, note)
            added = (hundred - alone) * 1000
            note = f"{added:.2f} ms more a write; budget {MILLISECONDS:.0f} ms"
            yield Result(f"{name}, {RULES} rules, false", MILLISECONDS / added, 1.0, note)
        installation.close()


def _definition(key: str, **more: Any) -> bytes:
    told = json.loads(DEFINITION)
    other = {**told["forms"][0], "key": "other", "label": "Other"}
    return json.dumps({**told, "key": key, "forms": [told["forms"][0], other], **more}).encode()


def _rules(form: str, watched: str, count: int = RULES) -> list[dict[str, Any]]:
    """Return rules that are woken by a field, and never fire."""
    on = {"type": "updated", "form": form, "fields": [watched], "created": True}
    return [
        {"key": f"{form}_{number}", "label": f"Rule {number}", "on": on, "if": _NEVER, "then": [_TELL]}
        for number in range(count)
    ]


def _busy() -> dict[str, Any]:
    """Return rules, flows and dashboards about another form, and rules about fields that nobody changes."""
    stages = ("prospecting", "engaging", "won", "lost")
    nodes: list[dict[str, Any]] = [{"key": "start", "type": "start", "next": stages[0]}]
    nodes += [
        {"key": key, "type": "stage", "moves": [{"key": "on", "label": "On", "to": to}]}
        for key, to in pairwise(stages)
    ]
    nodes.append({"key": stages[-1], "type": "stage"})
    flow = {"key": "line", "label": "Line", "form": "other", "field": "stage", "nodes": nodes}
    widgets = [
        {"key": f"w{place}", "label": "W", "type": "number", "form": form, "measure": {"function": "count"},
         "place": {"x": 3 * place, "y": 0, "w": 3, "h": 2}}
        for place, form in enumerate(("deal", "other"))
    ]  # fmt: skip
    silent = {"type": "field_changed", "form": "deal", "field": "holder"}
    quiet = [
        {"key": f"quiet_{number}", "label": "Quiet", "on": silent, "then": [_TELL]} for number in range(20)
    ]
    board = {"key": "board", "label": "Board", "widgets": widgets}
    return {"rules": [*quiet, *_rules("other", "amount", 50)], "flows": [flow], "dashboards": [board]}


class _World:
    """One app with some records."""

    def __init__(self, installation: Installation, definition: bytes) -> None:
        self.installation = installation
        self.app: AppModel = installation.publisher.apply(definition, actor=None)
        chance = random.Random(3)
        self.rows = [ours(deal(number, chance)) for number in range(RECORDS)]
        self.ids = [each.id for each in self._write([Change(Op.create, each) for each in self.rows])]
        self.turn = 0

    def update(self) -> None:
        """Change an amount."""
        self.turn += 1
        found = self.ids[self.turn % RECORDS]
        self._write([Change(Op.update, {"amount": f"{self.turn}.25"}, found)])

    def create(self) -> None:
        """Add a record."""
        self.turn += 1
        self._write([Change(Op.create, self.rows[self.turn % RECORDS])])

    def _write(self, changes: list[Change]) -> list[Any]:
        box = self.installation
        with box.store.unit(self.app, Access(None), Cause("bench", None)) as uow:
            found = write(box.store, uow, self.app.form("deal"), changes)
        if not all(each.ok for each in found):
            raise RuntimeError(found)
        return found


def _bound(work: Callable[[_World], None], world: _World) -> Callable[[], None]:
    return lambda: work(world)


def _race(*works: Callable[[], None]) -> list[float]:
    """Return the seconds of processor time of each for one write: medians of rounds in turn."""
    times: list[list[float]] = [[] for _ in works]
    for turn in range(ROUNDS):
        for place in range(len(works)):  # no one always first
            at = (place + turn) % len(works)
            begun = time.thread_time()
            for _ in range(WRITES):
                works[at]()
            times[at].append((time.thread_time() - begun) / WRITES)
    return [statistics.median(each) for each in times]
