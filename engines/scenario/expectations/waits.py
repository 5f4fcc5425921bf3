"""Waits: a flow waits for exactly these people."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from engines.flow.rows import Instance, Task, TaskState, Visit, select
from engines.scenario.kinds import Example, ExpectationType, Miss
from engines.scenario.options import Recorded
from engines.scenario.verify import Look
from engines.scenario.world import World
from engines.store import flows
from schemas.behaviour import flows_of
from schemas.elements import Key
from schemas.errors import Issue
from schemas.kinds import kind
from schemas.scenarios import ExpectationOptions, PersonKey


class WaitsOptions(Recorded, ExpectationOptions):
    """``people``: who has a task, nobody if none is named; ``node``: at which node."""

    people: tuple[PersonKey, ...] = ()
    node: Key | None = None


@kind
class Waits(ExpectationType[WaitsOptions]):
    """Whom the flows of a record wait for."""

    name, icon = "waits", "users"
    Options = WaitsOptions
    examples = (
        Example((
            {"type": "start", "form": "order", "record": "old", "flow": "check"},
            {"type": "waits", "form": "order", "record": "old", "people": ["bo"], "node": "look"},
        )),
        Example(
            ({"type": "start", "form": "order", "record": "old", "flow": "check"},
             {"type": "waits", "form": "order", "record": "old"}),
            ("waits",),
        ),
    )  # fmt: skip

    def misses(self, options: WaitsOptions, world: World) -> Iterator[Miss]:
        """Compare who has an open task about the record."""
        form = world.form(options.form)
        mine = (flows.instance.c.form_uid == form.uid) & (
            flows.instance.c.record_id == world.record_id(options.record)
        )
        with world.reading() as conn:
            ids = [each.id for each in select(conn, Instance, mine)]
            visits = {each.id: each.node for each in select(conn, Visit, flows.visit.c.instance_id.in_(ids))}
            open_ = flows.task.c.state == sa.literal(TaskState.open.value)
            tasks = select(conn, Task, flows.task.c.instance_id.in_(ids), open_)
        found = [each for each in tasks if options.node in {None, visits[each.visit_id]}]
        names = {number: key for key, number in world.people.items()}
        asked = sorted({names[each.user_id] for each in found})
        if asked != sorted(options.people):
            params = {"form": form.definition.label, "record": options.record}
            expected = [world.name(each) for each in sorted(options.people)]
            yield Miss("waits", {**params, "expected": expected, "found": [world.name(e) for e in asked]})

    def verify(self, options: WaitsOptions, look: Look) -> Iterator[Issue]:
        """Check that a flow of the form has such a node."""
        if options.node is not None:
            nodes = [
                each.key for flow in flows_of(look.app) if flow.form == options.form for each in flow.nodes
            ]
            yield from look.one_of("node", "definition.unknown_node", options.node, nodes)
