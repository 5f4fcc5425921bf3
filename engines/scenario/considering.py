"""Which rules a step made the platform think of: said beside a miss, because it is often the reason."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from engines.scenario.kinds import Miss
from engines.scenario.world import World
from engines.store.rules import run as _run

_MOST = 10


def considered(world: World, since: int) -> Iterator[Miss]:
    """Yield what became of each rule that was considered since an id was made, the latest last."""
    rules = world.engines.rules.rules(world.app).rules
    wanted = sa.select(_run.c.rule_uid, _run.c.state).where(_run.c.id > since)
    with world.reading() as conn:
        rows = conn.execute(wanted.order_by(_run.c.id.desc()).limit(_MOST)).all()
    for each in reversed(rows):
        if each.rule_uid in rules:
            label = rules[each.rule_uid].rule.label
            yield Miss("rule", {"label": label, "state": each.state})
