"""One-time links by which a person chooses a password, at first or after it was forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from engines.store.people.secrets import digest, secret
from engines.store.people.users import forget_invitations, set_password
from engines.store.platform import invitation, user
from engines.store.waste import Waste
from schemas.errors import NotFound

LIFETIME = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who has not come in yet, or may choose a new password.

    ``expires_at`` is None where no link is good any more.
    """

    user_id: int
    joined: bool
    expires_at: datetime | None


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


def waiting(conn: sa.Connection, now: datetime) -> list[Waiting]:
    """Return active people without a password, and those who hold an unused link, by name."""
    unused = (invitation.c.user_id == user.c.id) & invitation.c.used_at.is_(None)
    joined = user.c.password.is_not(None)
    outside = ~joined & user.c.demo.is_(None)
    wanted = (
        sa.select(user.c.id, joined, invitation.c.expires_at)
        .outerjoin(invitation, unused & (invitation.c.expires_at > now))
        .where(user.c.active, outside | invitation.c.digest.is_not(None))
        .order_by(user.c.name_fold, user.c.id)
    )
    return [Waiting(row[0], bool(row[1]), row[2]) for row in conn.execute(wanted)]


def ended_invitations(now: datetime) -> Waste:
    """Return the links that were used, or that nobody followed in time."""
    return Waste(invitation, invitation.c.used_at.is_not(None) | (invitation.c.expires_at <= now))


def _good(token: str, now: datetime) -> sa.ColumnElement[bool]:
    unused = (invitation.c.digest == digest(token)) & invitation.c.used_at.is_(None)
    return unused & (invitation.c.expires_at > now)
