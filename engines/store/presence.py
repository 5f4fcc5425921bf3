"""Who looks at the draft of an app or at a record just now: told by open pages, gone a minute later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from engines.form.columns import Instant
from engines.ports import Clock
from engines.store.platform import Id, metadata, presence, user
from engines.store.upsert import upsert

STAYS = timedelta(minutes=1)

visit = sa.Table(
    "weft_visit",
    metadata,
    sa.Column("form_uid", Id, primary_key=True),
    sa.Column("record_id", Id, primary_key=True),
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("edits", sa.Boolean),
    sa.Column("at", Instant, index=True),
)


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


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has a record open; ``edits``: to change it."""

    user_id: int
    name: str
    edits: bool


def visit_record(
    conn: sa.Connection, clock: Clock, place: tuple[int, int], user_id: int, *, edits: bool
) -> None:
    """Note that somebody has a record open, and forget who left any."""
    now = clock.now()
    conn.execute(sa.delete(visit).where(visit.c.at < now - STAYS))
    keys = {"form_uid": place[0], "record_id": place[1], "user_id": user_id}
    row = upsert(conn, visit).values(**keys, edits=edits, at=now)
    conn.execute(row.on_conflict_do_update(index_elements=[*keys], set_={"edits": edits, "at": now}))


def visitors(conn: sa.Connection, clock: Clock, place: tuple[int, int], user_id: int) -> list[Visitor]:
    """Return who else has a record open, by name."""
    here = (visit.c.form_uid == place[0], visit.c.record_id == place[1], visit.c.user_id != user_id)
    chosen = sa.select(visit.c.user_id, user.c.name, visit.c.edits).join(user, user.c.id == visit.c.user_id)
    found = chosen.where(*here, visit.c.at >= clock.now() - STAYS).order_by(user.c.name_fold)
    return [Visitor(*row) for row in conn.execute(found)]
