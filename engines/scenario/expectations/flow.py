"""Flow: a flow of a record runs, or ended so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from engines.flow.rows import Instance, select
from engines.scenario.kinds import Example, ExpectationType, Miss
from engines.scenario.options import Recorded
from engines.scenario.world import World
from engines.store import flows
from schemas.elements import Key, Ref
from schemas.kinds import kind
from schemas.scenarios import ExpectationOptions

NONE = "none"


class FlowOptions(Recorded, ExpectationOptions):
    """``state``: of the latest instance; ``none``: it was never begun."""

    flow: Annotated[Key, Ref("flow")]
    state: Literal["running", "approved", "rejected", "cancelled", "withdrawn", "done", "none"]


@kind
class FlowState(ExpectationType[FlowOptions]):
    """How a flow of a record stands."""

    name, icon = "flow", "route"
    Options = FlowOptions
    examples = (
        Example((
            {"type": "start", "form": "order", "record": "old", "flow": "check"},
            {"type": "flow", "form": "order", "record": "old", "flow": "check", "state": "running"},
        )),
        Example(
            ({"type": "advance", "minutes": 1},
             {"type": "flow", "form": "order", "record": "old", "flow": "check", "state": "approved"}),
            ("flow",),
        ),
    )  # fmt: skip

    def misses(self, options: FlowOptions, world: World) -> Iterator[Miss]:
        """Look at the latest instance."""
        flow = world.app.names.uid(f"flow:{options.flow}")
        mine = (flows.instance.c.flow_uid == flow) & (
            flows.instance.c.record_id == world.record_id(options.record)
        )
        with world.reading() as conn:
            found = [each.state.value for each in select(conn, Instance, mine)]
        state = found[-1] if found else NONE
        if state != options.state:
            params = {"form": world.form(options.form).definition.label, "record": options.record}
            yield Miss("flow", {**params, "flow": options.flow, "expected": options.state, "found": state})
