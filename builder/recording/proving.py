"""A recorded scenario played, and left with what holds: a test that fails from the start tells nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson

from engines.scenario.report import ScenarioReport
from runtime.scenarios.playing import Asked, plan, play_all
from schemas.dumper import plain
from schemas.elements import App

if TYPE_CHECKING:
    from runtime.installation import Installation

Json = dict[str, Any]
_ROUNDS = 4


def proven(box: Installation, app: App, scenario: Json) -> tuple[Json, int]:
    """Return what holds of a scenario, and how many of its steps could not be done again."""
    total = len(scenario["steps"])
    for _ in range(_ROUNDS):
        if not scenario["steps"]:
            break
        report = _played(box, app, scenario)
        if report.good:
            return _tidy(scenario), total - len(scenario["steps"])
        steps = [] if report.prepared is not None else _holding(scenario["steps"], report)
        scenario = {**scenario, "steps": steps}
    return {**scenario, "steps": []}, total


def _played(box: Installation, app: App, scenario: Json) -> ScenarioReport:
    document = {**plain(app), "tests": [scenario]}
    asked = Asked(orjson.dumps(document), plugins=box.settings.plugins)
    (report,) = play_all(plan(asked, box.grammar), to_the_end=True)
    return report


def _holding(steps: Sequence[Json], report: ScenarioReport) -> list[Json]:
    """Return the steps up to one that is refused, each with what is as expected after it."""
    found: list[Json] = []
    for step, played in zip(steps, report.steps, strict=False):
        failed = {each.at for each in played.missed}
        if None in failed:
            break
        then = [each for place, each in enumerate(step.get("then", ())) if place not in failed]
        rest = {name: value for name, value in step.items() if name != "then"}
        found.append(rest | ({"then": then} if then else {}))
    return found


def _tidy(scenario: Json) -> Json:
    """Return the scenario with what is expected of one record after a step as one expectation."""
    steps = []
    for each in scenario["steps"]:
        merged: dict[tuple[str, str], Json] = {}
        for one in each.get("then", ()):
            at = (one["form"], one["record"])
            merged.setdefault(at, {**one, "is": {}})["is"].update(one["is"])
        steps.append({**each, "then": list(merged.values())} if merged else each)
    return {**scenario, "steps": steps}
