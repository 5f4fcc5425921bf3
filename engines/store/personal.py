"""What a person arranged for themselves, under a name: where widgets stand, which notices may disturb."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engines.store.platform import personal
from engines.store.upsert import upsert


def get_personal(conn: sa.Connection, user_id: int, name: str) -> Any:
    """Return what is kept under a name, None where nothing is."""
    mine = (personal.c.user_id == user_id) & (personal.c.name == name)
    return conn.scalar(sa.select(personal.c.value).where(mine))


def set_personal(conn: sa.Connection, user_id: int, name: str, value: Any) -> None:
    """Keep something under a name; None forgets it."""
    mine = (personal.c.user_id == user_id) & (personal.c.name == name)
    if value is None:
        conn.execute(sa.delete(personal).where(mine))
        return
    made = upsert(conn, personal).values(user_id=user_id, name=name, value=value)
    conn.execute(
        made.on_conflict_do_update(index_elements=["user_id", "name"], set_={"value": made.excluded.value})
    )
