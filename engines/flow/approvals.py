"""Who need not be asked again, because they approved before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engines.store import flows

if TYPE_CHECKING:
    from engines.flow.step import Step

_DECISION, _VISIT = flows.decision, flows.visit


def earlier(step: Step, repeat: str, fields: Mapping[str, str]) -> Collection[int]:
    """Return whose approval since the last submission counts here too: all, or of the node before this one.

    Nobody is passed over while a field is empty that this node wants filled.
    """
    if repeat == "ask" or _wanting(step, fields):
        return ()
    run = step.run
    made = sa.select(_DECISION.c.user_id, _DECISION.c.visit_id).where(
        _DECISION.c.instance_id == run.instance.id, _DECISION.c.act == "approve"
    )
    found = [tuple(row) for row in run.uow.conn.execute(made.where(_DECISION.c.id > _submitted(step)))]
    found += [(each.user_id, each.visit_id) for each in run.book.decided("approve")]
    if repeat == "skip_adjacent":
        found = [each for each in found if each[1] == step.visit.previous_id]
    return {user for user, _ in found if user is not None}


def _wanting(step: Step, fields: Mapping[str, str]) -> bool:
    wanted = [step.run.graph.keys.field(key).key for key, right in fields.items() if right == "required"]
    return any(step.run.record.get(key) in (None, ()) for key in wanted)


def _submitted(step: Step) -> int:
    """Return the id of the last visit to the start; what was decided before was about something else."""
    run = step.run
    start = run.graph.start.options.key
    last = sa.select(sa.func.max(_VISIT.c.id)).where(
        _VISIT.c.instance_id == run.instance.id, _VISIT.c.node == start
    )
    return int(run.uow.conn.scalar(last) or 0)
