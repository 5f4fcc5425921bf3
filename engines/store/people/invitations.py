"""One-time links by which a person chooses a password, at first or after it was forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from engines.store.people.secrets import digest, secret
from engines.store.people.users import forget_invitations, set_password
from engines.store.platform import invitation, user
from schemas.errors import NotFound

LIFETIME = timedelta(days=7)


def invite(conn: sa.Connection, user_id: int, now: datetime) -> str:
    """Return the token of a new link; older ones of the same person end. Raises NotFound."""
    if conn.scalar(sa.select(user.c.id).where(user.c.id == user_id, user.c.active)) is None:
        raise NotFound
    forget_invitations(conn, user_id)
    token = secret()
    row = {"digest": digest(token), "user_id": user_id, "expires_at": now + LIFETIME}
    conn.execute(sa.insert(invitation).values(row))
    return token


def invited(conn: sa.Connection, token: str, now: datetime) -> int:
    """Return whom an unused link is for. Raises NotFound."""
    found = conn.scalar(sa.select(invitation.c.user_id).where(_good(token, now)))
    if found is None:
        raise NotFound
    return int(found)


def accept(conn: sa.Connection, token: str, password: str, now: datetime) -> int:
    """Use a link up: store the hash, end all sessions, return the person. Raises NotFound."""
    user_id = invited(conn, token, now)
    # The condition decides, not the look above: of two who follow one link together, one comes too late.
    used = sa.update(invitation).where(_good(token, now)).values(used_at=now)
    if not conn.execute(used).rowcount:
        raise NotFound
    set_password(conn, user_id, password)
    return user_id


def _good(token: str, now: datetime) -> sa.ColumnElement[bool]:
    unused = (invitation.c.digest == digest(token)) & invitation.c.used_at.is_(None)
    return unused & (invitation.c.expires_at > now)
