"""Shutting somebody out, with everything that is left to do in the hands of others at the same moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engines.flow.leaving import Leaver, leave
from engines.store import people
from engines.store.people.heirs import heir
from engines.store.people.meant import active
from engines.store.platform import todo
from engines.store.todos import TodoState, hand_over
from schemas.errors import Invalid, Issue

if TYPE_CHECKING:
    from runtime.installation import Installation


def left_open(conn: sa.Connection, user_id: int) -> int:
    """Return how much a person still has to do."""
    mine = (todo.c.user_id == user_id) & (todo.c.state == TodoState.open)
    return conn.scalar(sa.select(sa.func.count()).select_from(todo).where(mine)) or 0


def deactivate(installation: Installation, conn: sa.Connection, leaver: Leaver) -> int:
    """Shut a person out and hand on what the person still had to do, in one transaction.

    To whom ``leaver`` names; else to the manager, the head of the department or whoever looks after the
    flow, and what a role shares back to the role. Returns how much moved. Raises NotFound, Conflict, Invalid.
    """
    people.deactivate(conn, leaver.id, installation.clock)
    if leaver.to is not None and not active(conn, [leaver.to]):
        raise Invalid([Issue("to", "todo.no_such_person")])
    current = installation.current(conn)
    moved = leave(installation.flows, conn, lambda key: installation.app(conn, key, current), leaver)
    to = leaver.to or heir(conn, leaver.id) or leaver.by
    return moved + hand_over(conn, installation.clock, leaver.id, to, leaver.by, share=leaver.to is None)
