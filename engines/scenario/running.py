"""One scenario from its beginning to its end, or to the first step that goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa

from engines.form import AppModel
from engines.query import Change, Op
from engines.scenario.considering import considered
from engines.scenario.kinds import ExpectationType, Miss, StepType
from engines.scenario.passing import failures, settle
from engines.scenario.report import Missed, ScenarioReport, StepReport
from engines.scenario.world import Engines, World
from engines.store import people
from schemas.errors import WeftError
from schemas.grammar import Grammar
from schemas.scenarios import ExpectationOptions, Prepared, Scenario, StepOptions, expected_of

REFUSED = "refused"


def play(
    engines: Engines,
    grammar: Grammar,
    app: AppModel,
    scenario: Scenario,
    locale: str,
    to_the_end: bool = False,  # noqa: FBT001, FBT002 - by name wherever it is said
) -> ScenarioReport:
    """Play a scenario in an empty installation whose clock stands where it begins.

    ``to_the_end``: what is not as expected stops nothing, only a step that is refused does.
    """
    world = World(engines, app, locale)
    with engines.store.db.write() as conn:
        _add_people(world, conn, scenario)
    for place, each in enumerate(scenario.given):
        try:
            _prepare(world, each)
        except WeftError as error:
            return ScenarioReport(scenario, prepared=Missed(place, Miss("prepared", {"found": error})))
    settle(engines)
    world.begun = engines.store.ids.next()
    steps: list[StepReport] = []
    for place, step in enumerate(scenario.steps):
        steps.append(_take(grammar, world, place, step))
        refused = any(each.at is None for each in steps[-1].missed)
        if refused or not (steps[-1].good or to_the_end):
            break
    return ScenarioReport(scenario, steps)


def _add_people(world: World, conn: sa.Connection, scenario: Scenario) -> None:
    """Create departments and people, with their managers, heads and roles."""
    ids, clock = world.store.ids, world.store.clock
    for each in scenario.people:
        if each.department is not None and each.department not in world.departments:
            world.departments[each.department] = people.ensure_department(conn, ids, each.department)
        department = world.departments.get(each.department or "")
        manager = None if each.manager is None else world.people[each.manager]
        profile = people.Profile(
            each.account or each.key, each.name, department_id=department, manager_id=manager
        )
        made = people.add_user(conn, ids, clock, profile)
        people.set_roles(conn, made, {world.app.roles[key] for key in each.roles})
        world.people[each.key], world.names[each.key] = made, each.name
        if each.head and department is not None:
            people.update_department(conn, department, head_id=made)


def _prepare(world: World, said: Prepared) -> None:
    form = world.form(said.form)
    made = world.write(None, form, Change(Op.create, world.values(form, said.set)))
    if said.record is not None:
        world.records[said.record] = (said.form, made)


def _take(grammar: Grammar, world: World, place: int, step: StepOptions) -> StepReport:
    kind: StepType[StepOptions] = grammar.families["steps"][step.type]
    world.refusal, before = None, world.store.ids.next()
    try:
        kind.act(step, world)
        settle(world.engines)
    except WeftError as error:
        world.refusal = error
    at: datetime = world.engines.clock.at
    missed = tuple(_missed(grammar, world, step))
    return StepReport(place, step, at, missed, tuple(_reasons(world, before)) if missed else ())


def _reasons(world: World, since: int) -> Iterator[Miss]:
    """Yield what may be the reason of a miss: what failed in the background, and what rules made of it."""
    for each in failures(world.engines):
        yield Miss("work_failed", {"found": each})
    yield from considered(world, since)


def _missed(grammar: Grammar, world: World, step: StepOptions) -> Iterator[Missed]:
    """Yield what is not as expected; a refusal that nobody expects is all there is to say."""
    expected = expected_of(step)
    if world.refusal is not None and not any(each.type == REFUSED for each in expected):
        yield Missed(None, Miss("refused", {"found": world.refusal}))
        return
    for index, each in enumerate(expected):
        kind: ExpectationType[ExpectationOptions] = grammar.families["expectations"][each.type]
        try:
            for miss in kind.misses(each, world):
                yield Missed(index, miss)
        except WeftError as error:
            yield Missed(index, Miss("unknown", {"found": error}))
