"""``INSERT … ON CONFLICT``, which SQLAlchemy knows per dialect only."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def upsert(conn: sa.Connection, table: sa.Table) -> Any:
    """Begin an INSERT that has ``on_conflict_do_nothing``, ``on_conflict_do_update`` and ``excluded``."""
    return (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(table)
