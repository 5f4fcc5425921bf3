"""Who looks at the draft of an app just now: told by open pages, gone a minute after the last word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from engines.ports import Clock
from engines.store.platform import presence, user
from engines.store.upsert import upsert

STAYS = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody, and the address of the page that is open."""

    user_id: int
    name: str
    place: str


def enter(conn: sa.Connection, clock: Clock, app: str, user_id: int, place: str) -> None:
    """Note that somebody has a page of the draft open, and forget those who left."""
    now = clock.now()
    conn.execute(sa.delete(presence).where(presence.c.app == app, presence.c.at < now - STAYS))
    row = upsert(conn, presence).values(app=app, user_id=user_id, place=place, at=now)
    conn.execute(row.on_conflict_do_update(index_elements=["app", "user_id"],
                                           set_={"place": place, "at": now}))  # fmt: skip


def others(conn: sa.Connection, clock: Clock, app: str, user_id: int) -> list[Present]:
    """Return who else is there, by name."""
    chosen = sa.select(presence.c.user_id, user.c.name, presence.c.place).join(
        user, user.c.id == presence.c.user_id
    )
    here = (presence.c.app == app) & (presence.c.user_id != user_id) & (presence.c.at >= clock.now() - STAYS)
    return [Present(*row) for row in conn.execute(chosen.where(here).order_by(user.c.name_fold))]
