"""Applications that are put away: nothing of them is shown and nothing runs, and all of it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engines.store.models import bump_epoch
from engines.store.platform import app, version
from schemas.errors import NotFound


@dataclass(frozen=True, slots=True)
class Shelved:
    """An app that was put away. ``definition``: what was published last."""

    key: str
    definition: bytes
    at: datetime


def put_away(conn: sa.Connection, key: str, now: datetime) -> None:
    """Put an app away; for nobody, not even its jobs, is there such an app until it comes back.

    Raises NotFound where there is none, or it is away already.
    """
    _mark(conn, key, app.c.archived_at.is_(None), now)


def bring_back(conn: sa.Connection, key: str) -> None:
    """Let an app be as it was; what came due meanwhile is done now. Raises NotFound where it is not away."""
    _mark(conn, key, app.c.archived_at.is_not(None), None)


def _mark(conn: sa.Connection, key: str, when: sa.ColumnElement[bool], at: datetime | None) -> None:
    done = conn.execute(sa.update(app).where(app.c.key == key, when).values(archived_at=at))
    if not done.rowcount:
        raise NotFound
    bump_epoch(conn)


def shelved(conn: sa.Connection) -> list[Shelved]:
    """Return the apps that are away, the latest first."""
    current = sa.and_(version.c.app == app.c.key, version.c.number == app.c.version)
    wanted = sa.select(app.c.key, version.c.definition, app.c.archived_at).join(version, current)
    away = wanted.where(app.c.archived_at.is_not(None)).order_by(app.c.archived_at.desc())
    return [Shelved(*row) for row in conn.execute(away)]


def taken_keys(conn: sa.Connection) -> set[str]:
    """Return the keys of all apps there are, whether or not they can be opened."""
    return set(conn.scalars(sa.select(app.c.key)))


def is_away(conn: sa.Connection, key: str) -> bool:
    """Tell whether an app is put away."""
    away = sa.select(app.c.key).where(app.c.key == key, app.c.archived_at.is_not(None))
    return conn.scalar(away) is not None


def not_away(key: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Return the condition that what bears the key of an app is of none that is away."""
    return ~sa.exists().where(app.c.key == key, app.c.archived_at.is_not(None))
