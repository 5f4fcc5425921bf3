"""A mark for each publish under way, so that a start knows without looking that none died."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engines.store.platform import setting
from engines.store.upsert import upsert

_PREFIX = "publishing."


def begin(conn: sa.Connection, app_key: str) -> None:
    """Mark that an app is being published."""
    conn.execute(upsert(conn, setting).values(name=_PREFIX + app_key, value={}).on_conflict_do_nothing())


def noted(conn: sa.Connection, app_key: str) -> dict[str, Any]:
    """Return what a publish under way noted, one that died included."""
    found = conn.scalar(sa.select(setting.c.value).where(setting.c.name == _PREFIX + app_key))
    return found if isinstance(found, dict) else {}


def note(conn: sa.Connection, app_key: str, notes: Mapping[str, Any]) -> None:
    """Note how far a publish came."""
    where = setting.c.name == _PREFIX + app_key
    conn.execute(sa.update(setting).where(where).values(value=dict(notes)))


def end(conn: sa.Connection, app_key: str) -> None:
    """Take the mark away: nothing half done is left."""
    conn.execute(sa.delete(setting).where(setting.c.name == _PREFIX + app_key))


def unfinished(conn: sa.Connection) -> Sequence[str]:
    """Return the apps whose publishing was begun and not ended."""
    names = conn.scalars(sa.select(setting.c.name).where(setting.c.name.startswith(_PREFIX, autoescape=True)))
    return [str(name).removeprefix(_PREFIX) for name in names]
