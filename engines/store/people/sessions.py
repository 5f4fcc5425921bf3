"""Sessions: a random token in a cookie, fourteen days from the last visit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from engines.store.people.callers import TOUCH_AFTER
from engines.store.people.secrets import digest, secret
from engines.store.platform import session
from engines.store.waste import Waste

LIFETIME = timedelta(days=14)


class Opened(NamedTuple):
    """A new session; ``token`` goes into the cookie and is shown nowhere else."""

    user_id: int
    token: str
    csrf: str


def open_session(conn: sa.Connection, user_id: int, now: datetime) -> Opened:
    """Sign somebody in."""
    opened = Opened(user_id, secret(), secret())
    row = {"digest": digest(opened.token), "user_id": user_id, "csrf": opened.csrf, "created_at": now}
    conn.execute(sa.insert(session).values(row | {"seen_at": now, "expires_at": now + LIFETIME}))
    return opened


def touch_session(conn: sa.Connection, token: str, now: datetime) -> None:
    """Prolong a session that was used, at most once an hour."""
    due = (session.c.digest == digest(token)) & (session.c.seen_at <= now - TOUCH_AFTER)
    living = due & (session.c.expires_at > now)
    conn.execute(sa.update(session).where(living).values(seen_at=now, expires_at=now + LIFETIME))


def close_session(conn: sa.Connection, token: str) -> None:
    """Sign out."""
    conn.execute(sa.delete(session).where(session.c.digest == digest(token)))


def close_sessions(conn: sa.Connection, user_id: int, but: str | None = None) -> None:
    """End all of a person's sessions, except that of the token ``but``."""
    theirs = session.c.user_id == user_id
    kept = sa.true() if but is None else session.c.digest != digest(but)
    conn.execute(sa.delete(session).where(theirs, kept))


def expired_sessions(now: datetime) -> Waste:
    """Return the sessions that ended by themselves."""
    return Waste(session, session.c.expires_at <= now)
