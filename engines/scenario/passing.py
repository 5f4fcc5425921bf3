"""Time that passes: whatever comes due on the way is done at its own moment, in its own order."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from engines.scenario.world import Engines
from engines.store import platform
from schemas.errors import LimitReached

MOST_MOMENTS = 5_000
_job, _timer = platform.job, platform.rule_timer


def settle(engines: Engines) -> None:
    """Let everything be done that is due now."""
    engines.renew()
    engines.worker.run_due()


def pass_time(engines: Engines, span: timedelta) -> None:
    """Let time pass, from one moment at which something is due to the next. Raises LimitReached."""
    until = engines.clock.at + span
    for _ in range(MOST_MOMENTS):
        due = _next(engines)
        if due is None or due > until:
            engines.clock.at = until
            settle(engines)
            return
        # What was due already and is still there was put off; it is looked at again a moment later.
        engines.clock.at = max(due, engines.clock.at + timedelta(milliseconds=1))
        settle(engines)
    raise LimitReached("scenario.too_much_happens", limit=MOST_MOMENTS)


def _next(engines: Engines) -> datetime | None:
    """Return the next moment at which a job or a rule is due."""
    with engines.store.db.read() as conn:
        found = [
            conn.scalar(sa.select(sa.func.min(table.c.due)).where(table.c.state == "waiting"))
            for table in (_job, _timer)
        ]
    return min((each for each in found if each is not None), default=None)
