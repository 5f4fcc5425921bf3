"""The short transaction that makes a prepared version the version."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from engines.store.models import bump_epoch
from engines.store.platform import app, version
from engines.store.publishing.copying import copy_chunk, drop_orphans
from engines.store.publishing.ddl import DropIndex
from engines.store.publishing.expansion import refuse_losses
from engines.store.publishing.indexes import existing, wanted
from engines.store.publishing.journal import Journal
from engines.store.publishing.marks import end
from engines.store.publishing.publication import Publication
from engines.store.publishing.rows import changes
from engines.store.publishing.views import create_views, drop_view
from engines.store.upsert import upsert
from engines.store.versions import change
from schemas.errors import Conflict


def swap(
    conn: sa.Connection,
    publication: Publication,
    journal: Journal | None,
    now: datetime,
    actor: int | None,
) -> int:
    """Make the new version the version. Raises Conflict when another was published meanwhile.

    ``journal``: what was written while computed columns were filled.
    """
    key, assignment = publication.after.key, publication.assignment
    _lock(conn, publication)
    _copy_the_rest(conn, publication)
    _translate(conn, publication)
    if journal is not None:
        publication.filling.finish(conn, journal.again())
    changes(key, assignment, publication.rows, now).write(conn)
    _drop_indexes(conn, publication)
    create_views(conn, publication.before, publication.after)
    highest = sa.select(sa.func.max(version.c.number)).where(version.c.app == key)
    number = (conn.execute(highest).scalar() or 0) + 1
    names = {path: [place.uid, place.physical] for path, place in assignment.places.items()}
    row = {"app": key, "number": number, "definition": publication.data, "names": names}
    conn.execute(sa.insert(version).values(**row, published_at=now, published_by=actor))
    statement = upsert(conn, app).values(key=key, version=number)
    conn.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"version": number}))
    end(conn, key)
    bump_epoch(conn)
    return number


def _lock(conn: sa.Connection, publication: Publication) -> None:
    """Wait for writers of the old version; later ones find the new one."""
    change(conn)
    statement = sa.select(app.c.version).where(app.c.key == publication.after.key).with_for_update()
    current = conn.execute(statement).scalar()
    if current != (publication.before.version if publication.before else None):
        raise Conflict("publish.moved_on")


def _copy_the_rest(conn: sa.Connection, publication: Publication) -> None:
    """Copy the records that changed since their chunk was copied."""
    for copy in publication.copies:
        last: int | None = -1
        while last is not None:
            last, losses = copy_chunk(conn, copy, last)
            refuse_losses(conn, publication, copy, losses)
        drop_orphans(conn, copy)


def _translate(conn: sa.Connection, publication: Publication) -> None:
    """Give restored values the uids that their options bear now."""
    fields = {each.uid: each for form in publication.after.forms.values() for each in form.fields.values()}
    for uid, uids in publication.assignment.translations.items():
        column = fields[uid].column
        cell = sa.type_coerce(column, sa.BigInteger())
        table = column.table
        new = sa.case(uids, value=cell, else_=cell)
        conn.execute(
            sa.update(table)
            .where(cell.in_(list(uids)))
            .values({column.name: sa.type_coerce(new, column.type)})
        )


def _drop_indexes(conn: sa.Connection, publication: Publication) -> None:
    """Drop the indexes and views that only the old version wanted."""
    dropped = [str(row.physical) for row in publication.assignment.dropped if row.owns_table]
    tables = {table.name for table in publication.after.metadata.tables.values()} | set(dropped)
    if publication.before:
        tables |= set(publication.before.metadata.tables)
    for name in existing(conn, tables) - wanted(publication.after).keys():
        conn.execute(DropIndex(name))
    for table in dropped:
        drop_view(conn, table)
