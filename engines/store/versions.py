"""Writers and publishing keep out of each other's way: a write ends under the version it began with."""

from __future__ import annotations

import sqlalchemy as sa

_KEY = 0x77656676


def stay(conn: sa.Connection) -> None:
    """Keep the published versions as they are until this transaction ends; read them after this.

    SQLite has one writer at a time and needs nothing.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(_KEY)))


def change(conn: sa.Connection) -> None:
    """Wait until every write that began before has ended; later ones wait for this transaction."""
    if conn.dialect.name == "postgresql":
        conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_KEY)))
