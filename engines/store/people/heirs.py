"""Who takes over what somebody leaves behind."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from engines.store.people.house import House
from engines.store.people.meant import active
from engines.store.platform import user


def heir(conn: sa.Connection, user_id: int) -> int | None:
    """Return the next manager above who is still there, else the nearest head of a department."""
    found = (each for each in _above(conn, user_id) if each != user_id and active(conn, [each]))
    return next(found, None)


def _above(conn: sa.Connection, user_id: int) -> Iterator[int]:
    house, seen = House(conn), {user_id}
    manager = house.manager(user_id, 1)
    while manager is not None and manager not in seen:
        seen.add(manager)
        yield manager
        manager = house.manager(manager, 1)
    department = conn.scalar(sa.select(user.c.department_id).where(user.c.id == user_id))
    if department is not None:
        yield from (each.head_id for each in house.tree.above(department) if each.head_id is not None)
