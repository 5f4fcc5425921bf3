"""To-dos that fall due: whose moment has come, each told of once, whoever looks and however late."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo

import sqlalchemy as sa

from engines.store.people.meant import active, sharers
from engines.store.platform import todo as _todo
from engines.store.shelf import not_away
from engines.store.todos import KeptTodo, Todo, kept

_MORNING = time(9)  # what is due on a day is told when the working day begins


def morning(day: date, zone: tzinfo) -> datetime:
    """Return when somebody is told of what is due on a day."""
    return datetime.combine(day, _MORNING, zone).astimezone(UTC)


def falling_due(conn: sa.Connection, now: datetime, limit: int) -> list[int]:
    """Return the open to-dos whose moment has come, but those of apps that are away; the longest first."""
    wanted = sa.select(_todo.c.id).where(_ripe(now)).order_by(_todo.c.remind, _todo.c.id)
    return [int(each) for each in conn.scalars(wanted.limit(limit))]


def take_due(conn: sa.Connection, todo_id: int, now: datetime) -> KeptTodo | None:
    """Take one, so that nobody else tells of it; None where somebody did, or it was done or moved."""
    taken = sa.update(_todo).where(_todo.c.id == todo_id, _ripe(now)).values(remind=None).returning(_todo)
    row = conn.execute(taken).first()
    return None if row is None else kept(row)


def doers(conn: sa.Connection, todo: Todo) -> list[int]:
    """Return whose it is: the person, or everybody who may take it."""
    if todo.user_id is not None:
        return active(conn, [todo.user_id])
    return sharers(conn, todo.role_uid, todo.department_id)


def _ripe(now: datetime) -> sa.ColumnElement[bool]:
    # Written as the index's own condition: a bound value would not match its WHERE.
    still = sa.literal_column("weft_todo.state") == sa.literal_column("'open'")
    return still & (_todo.c.remind <= now) & not_away(_todo.c.app)
