"""The scenarios of a definition, each in an empty installation."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from engines.form.verify import load_verified
from engines.scenario.report import ScenarioReport
from engines.scenario.running import play
from engines.scenario.world import Engines, MovedClock
from runtime.grammar import make_grammar
from runtime.plugins import Plugins
from runtime.scenarios.scratch import Scratch
from schemas.elements import App
from schemas.errors import Invalid
from schemas.grammar import Grammar
from schemas.kinds import unknown_issue
from schemas.scenarios import Scenario, scenarios_of

if TYPE_CHECKING:
    from runtime.installation import Installation


@dataclass(frozen=True, slots=True)
class Asked:
    """What to play, ``only`` the one of a key. ``address``: of a PostgreSQL server; ``locale``: of texts.

    ``plugins``: the folder whose plug-ins the definition may use.
    """

    definition: bytes
    only: str | None = None
    address: str = ""
    locale: str = "zh-CN"
    plugins: Path | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A definition that was read, what it is read with, and the scenarios that are asked for."""

    asked: Asked
    grammar: Grammar
    app: App
    plugins: Plugins
    scenarios: Sequence[Scenario]


def plan(asked: Asked, grammar: Grammar | None = None) -> Plan:
    """Read the definition and find what to play. Raises Invalid.

    ``grammar``: of a process that has read its plug-ins; they are read once.
    """
    plugins = Plugins.load(asked.plugins) if grammar is None else Plugins()
    grammar = grammar or make_grammar(plugins)
    app = load_verified(asked.definition, grammar)
    found = scenarios_of(app)
    if asked.only is None:
        return Plan(asked, grammar, app, plugins, found)
    chosen = [each for each in found if each.key == asked.only]
    if not chosen:
        known = [each.key for each in found]
        raise Invalid([unknown_issue("only", "scenario.unknown", asked.only, known)])
    return Plan(asked, grammar, app, plugins, chosen)


def play_all(made: Plan, *, to_the_end: bool = False) -> Iterator[ScenarioReport]:
    """Play one after the other, each from the same clean beginning."""
    zone = ZoneInfo(made.app.time_zone)
    with _scratch(made) as scratch:
        for each in made.scenarios:
            begun = time.perf_counter()
            at = datetime.fromisoformat(each.at).replace(tzinfo=zone).astimezone(UTC)
            with scratch.open(at) as (box, model):
                report = play(_engines(box), made.grammar, model, each, made.asked.locale, to_the_end)
            yield replace(report, seconds=time.perf_counter() - begun)


@contextmanager
def _scratch(made: Plan) -> Iterator[Scratch]:
    with tempfile.TemporaryDirectory(prefix="weft-scratch-") as folder:
        scratch = Scratch(Path(folder), made.asked.definition, made.grammar, made.asked.address)
        try:
            yield scratch
        finally:
            scratch.close()


def _engines(box: Installation) -> Engines:
    clock = box.clock
    assert isinstance(clock, MovedClock)  # noqa: S101 - a scratch installation has no other
    return Engines(box.store, box.flows, box.rules.engine, box.widgets, box.worker, clock, box.lease.renew)
