"""Rows that nobody needs any more, removed a short transaction at a time."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engines.store.database import Database

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Waste:
    """Rows of a platform table that may go. Each room of the store says what its own are."""

    table: sa.Table
    where: sa.ColumnElement[bool]


def remove(db: Database, waste: Waste) -> int:
    """Delete, and let other writers in every thousand rows; return how many there were."""
    key = tuple(waste.table.primary_key)
    some = sa.select(*key).where(waste.where).limit(_AT_ONCE)
    among = key[0].in_(some) if len(key) == 1 else sa.tuple_(*key).in_(some)
    # The condition again: a row may have come to use since it was looked up.
    statement, gone = sa.delete(waste.table).where(among, waste.where), 0
    while True:
        with db.write() as conn:
            count = conn.execute(statement).rowcount
        gone += count
        if count < _AT_ONCE:
            return gone
