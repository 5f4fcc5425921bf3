"""A process that writes a mixed list and is killed on the way."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from engines.access import Access
from engines.query import Cause, Change, Op
from engines.store.database import Database
from engines.store.writing import path, trash, write
from tests.fixtures.clock import FakeClock
from tests.fixtures.shop import Shop, compiled, definition

PHASES = (
    "load_old", "coerce", "look_up", "refuse_taken", "ensure_cause", "number", "insert_records",
    "update_records",
    "record_history", "index_words", "apply", "written", "committed",
)  # fmt: skip


def die(*_: Any) -> None:
    """End at once, as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_after(phase: str) -> None:
    """Let the process die when a phase has done its work."""
    place: Any = trash if phase == "apply" else path
    original = getattr(place, phase)

    def dying(*args: Any, **more: Any) -> Any:
        original(*args, **more)
        die()

    setattr(place, phase, dying)


def changes(ids: list[int]) -> list[Change]:
    """Return a list that touches every kind of table."""
    values = {"tags": ["ready", "new"], "rows": [{"qty": 3, "words": ["w"]}], "word": "fresh"}
    made = [Change(Op.create, {"title": f"new {index}", **values}) for index in range(60)]
    updated = [Change(Op.update, {"amount": "5", **values}, each) for each in ids[:5]]
    return [*made, *updated, *(Change(Op.delete, id=each) for each in ids[5:])]


def act(url: str, phase: str) -> None:
    """Write and die."""
    clock = FakeClock()
    clock.forward(hours=1)
    shop = Shop(Database(url), compiled(definition()), clock, slot=1)
    ids = [int(str(each["_id"])) for each in shop.all("order", sort="_id")]
    if phase not in {"written", "committed"}:
        kill_after(phase)
    with shop.store.unit(shop.app, Access(None), Cause("test", None)) as uow:
        results = write(shop.store, uow, shop.app.form("order"), changes(ids))
        if not all(each.ok for each in results):
            sys.exit(3)
        if phase == "written":
            die()
    die()
