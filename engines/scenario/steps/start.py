"""Start: somebody begins a flow for a record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from engines.query import Query
from engines.scenario.kinds import Example, StepType
from engines.scenario.options import Recorded
from engines.scenario.verify import Look
from engines.scenario.world import World
from engines.store import reading
from schemas.behaviour import flows_of
from schemas.elements import Key, Ref
from schemas.errors import Issue
from schemas.kinds import kind
from schemas.scenarios import StepOptions


class StartOptions(Recorded, StepOptions):
    """``flow``: which one."""

    flow: Annotated[Key, Ref("flow")]


@kind
class Start(StepType[StartOptions]):
    """A flow begins, as by its button on the record's page."""

    name, icon = "start", "player-play"
    Options = StartOptions
    examples = (
        Example(({"type": "start", "form": "order", "record": "old", "flow": "check"},)),
        Example(
            (
                {"type": "start", "form": "order", "record": "old", "flow": "check"},
                {"type": "start", "form": "order", "record": "old", "flow": "check"},
            ),
            ("refused",),
        ),
    )

    def act(self, options: StartOptions, world: World) -> None:
        """Begin it, where the person sees the record."""
        form, record = world.form(options.form), world.record_id(options.record)
        with world.unit(world.person_id(options.by)) as uow:
            reading.get(world.store, uow.conn, uow.app, uow.access, Query(form.path, ()), record)
            world.engines.flows.start(uow, options.flow, record)

    def verify(self, options: StartOptions, look: Look) -> Iterator[Issue]:
        """Check that the flow is one of the record's form."""
        found = next((each for each in flows_of(look.app) if each.key == options.flow), None)
        if found is not None and (found.form != options.form or found.field is not None):
            yield look.issue(("flow",), "scenario.not_startable", name=options.flow)
