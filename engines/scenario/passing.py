"""Time that passes: whatever comes due on the way is done at its own moment, in its own order."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from engines.scenario.world import Engines
from engines.store import platform, rules
from schemas.errors import LimitReached

MOST_MOMENTS = 5_000
_job, _timer = platform.job, rules.timer


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
        engines.clock.at = due
        settle(engines)
    raise LimitReached("scenario.too_much_happens", limit=MOST_MOMENTS)


def failures(engines: Engines) -> list[str]:
    """Return what went wrong in the background and would be tried again."""
    with engines.store.db.read() as conn:
        tables = (platform.job, rules.timer)
        wanted = (sa.select(each.c.error).where(each.c.error.is_not(None)) for each in tables)
        return [str(error) for each in wanted for error in conn.scalars(each)]


def _next(engines: Engines) -> datetime | None:
    """Return the next moment at which a job or a rule is due; what is left of earlier ones failed."""
    now = engines.clock.at
    with engines.store.db.read() as conn:
        found = [
            conn.scalar(sa.select(sa.func.min(each.c.due)).where(each.c.state == "waiting", each.c.due > now))
            for each in (_job, _timer)
        ]
    return min((each for each in found if each is not None), default=None)
