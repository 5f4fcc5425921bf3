"""Secret links under which calendar programs read a view: one a person and view, kept as a digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from engines.store.people.secrets import digest, secret
from engines.store.platform import feed

_TOUCH_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Feed:
    """Whose link it is, to which view of which form."""

    user_id: int
    app: str
    form_uid: int
    view_uid: int
    created_at: datetime
    read_at: datetime | None


def make_feed(conn: sa.Connection, user_id: int, app: str, place: tuple[int, int], now: datetime) -> str:
    """Make a person's link to a view, ``place`` its form's uid and its own; the one before it ends.

    Returns the token, which is shown this once.
    """
    drop_feed(conn, user_id, place[1])
    token = secret()
    row = {
        "digest": digest(token),
        "user_id": user_id,
        "app": app,
        "form_uid": place[0],
        "view_uid": place[1],
    }
    conn.execute(sa.insert(feed).values(row | {"created_at": now}))
    return token


def drop_feed(conn: sa.Connection, user_id: int, view_uid: int) -> bool:
    """End a person's link to a view; tell whether there was one."""
    mine = (feed.c.user_id == user_id) & (feed.c.view_uid == view_uid)
    return bool(conn.execute(sa.delete(feed).where(mine)).rowcount)


def feed_of(conn: sa.Connection, user_id: int, view_uid: int) -> Feed | None:
    """Return a person's link to a view, without its token."""
    return _one(conn, (feed.c.user_id == user_id) & (feed.c.view_uid == view_uid))


def read_feed(conn: sa.Connection, token: str, now: datetime) -> Feed | None:
    """Return what a token leads to, and note that it was read."""
    mine = feed.c.digest == digest(token)
    found = _one(conn, mine)
    if found is not None and (found.read_at is None or now - found.read_at > _TOUCH_AFTER):
        conn.execute(sa.update(feed).where(mine).values(read_at=now))
    return found


def _one(conn: sa.Connection, where: sa.ColumnElement[bool]) -> Feed | None:
    columns = (feed.c[name] for name in Feed.__slots__)
    row = conn.execute(sa.select(*columns).where(where)).first()
    return None if row is None else Feed(*row)
