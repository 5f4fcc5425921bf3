"""A process that publishes a definition and is killed on the way."""

import os
import signal
from typing import Any, NoReturn

from engines.form.field import FieldType
from engines.store.clock import SystemClock
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.publish import Publisher
from engines.store.publishing import copying, deriving, expansion, swap
from schemas.grammar import Grammar
from schemas.kinds import collect


def die(*_: Any, **__: Any) -> NoReturn:
    """End as a power cut ends a process: no handler runs."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def act(url: str, step: str, times: int, data: bytes) -> None:
    """Publish, and die when it comes to a step for the nth time."""
    left = times

    def progress(name: str) -> None:
        nonlocal left
        if name == step:
            left -= 1
            if left == 0:
                die()

    copying.CHUNK = deriving.CHUNK = 3
    if step == "inside-expand":
        vars(expansion)["expand"] = die
    if step == "inside-swap":
        vars(swap)["bump_epoch"] = die
    clock = SystemClock()
    grammar = Grammar(collect("engines.form.fields", FieldType))
    publisher = Publisher(Database(url), grammar, clock, SnowIds(2, clock), progress)
    publisher.apply(data, actor=None)
