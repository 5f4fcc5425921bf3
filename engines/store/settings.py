"""Settings of an installation that people change while it runs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engines.store.platform import setting
from engines.store.upsert import upsert


def get_setting(conn: sa.Connection, name: str) -> Any:
    """Return a setting, None where it was never set."""
    return conn.scalar(sa.select(setting.c.value).where(setting.c.name == name))


def set_setting(conn: sa.Connection, name: str, value: Any) -> None:
    """Remember a setting."""
    statement = upsert(conn, setting).values(name=name, value=value)
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
