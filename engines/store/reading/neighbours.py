"""What stands before and after a record in a list, found by its place and not by counting."""

from __future__ import annotations

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel
from engines.query import Query
from engines.store.reading.cursor import beyond
from engines.store.reading.opening import open_reading
from engines.store.reading.path import conditions
from engines.store.reading.sorting import sort_keys
from engines.store.store import Store


def neighbours(
    store: Store, conn: sa.Connection, app: AppModel, access: Access, query: Query, record_id: int
) -> tuple[int | None, int | None]:
    """Return the ids before and after a record of a list; nothing where the list does not hold it."""
    reading = open_reading(store, conn, app, access, query)
    where, keys, own = conditions(reading), sort_keys(reading.lens, query.sort), reading.form.table.c["_id"]
    here = conn.execute(sa.select(*(key.column for key in keys)).where(*where, own == record_id)).first()
    if here is None:
        return None, None
    found: list[int | None] = []
    for backwards in (True, False):
        order = [key.order(conn.dialect.name, backwards=backwards) for key in keys]
        further = beyond(keys, here, backwards=backwards)
        stretches = keys[0].ranges(here[0], backwards=backwards)
        base = sa.select(own).where(*where, further).order_by(*order).limit(1)
        nearest = (conn.scalar(base.where(stretch)) for stretch in stretches)
        found.append(next((each for each in nearest if each is not None), None))
    return found[0], found[1]
