"""Search words follow every write: small ones at once, large ones by a job."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from engines.form import FormModel
from engines.query import Draft, Uow
from engines.store import platform
from engines.store.database import insert_cells
from engines.store.encode import chunks
from engines.store.search import token_rows
from engines.store.store import Store
from engines.store.writing.batch import Batch

INLINE = 200
INDEX = "search.index"


def index_words(batch: Batch, creates: Sequence[Draft], updates: Sequence[Draft]) -> None:
    """Bring the words of changed titles and searchable fields up to date."""
    keys = {each.key for each in batch.form.searchable}
    if not keys:
        return
    changed = [each for each in updates if keys & each.changed.keys()]
    ids = [each.id for each in (*creates, *changed)]
    if not ids:
        return
    if len(ids) > INLINE:
        _later(batch.store, batch.uow, batch.form, ids)
        return
    forget(batch.uow.conn, batch.form, [each.id for each in changed])
    records = ((each.id, {key: each.value(key) for key in keys}) for each in (*creates, *changed))
    add(batch.uow.conn, batch.form, records)


def index_restored(batch: Batch, ids: Sequence[int]) -> None:
    """Make the words of records that came back from the trash."""
    index_again(batch.store, batch.uow, batch.form, ids)


def index_again(store: Store, uow: Uow, form: FormModel, ids: Sequence[int]) -> None:
    """Make the words of records anew, from what is stored now."""
    if not form.searchable or not ids:
        return
    if len(ids) > INLINE:
        _later(store, uow, form, ids)
    else:
        reindex(uow.conn, form, ids)


def _later(store: Store, uow: Uow, form: FormModel, ids: Sequence[int]) -> None:
    for some in chunks(ids, 1000):
        payload = {"app": uow.app.key, "form": form.path, "ids": [str(each) for each in some]}
        store.queue.enqueue(uow.conn, INDEX, payload)


def add(conn: sa.Connection, form: FormModel, records: Iterable[tuple[int, dict[str, Any]]]) -> None:
    """Insert the words of records that have none yet."""
    rows = [
        row
        for record_id, values in records
        for field in form.searchable
        if values.get(field.key)
        for row in token_rows(form, field, record_id, field.kind.words(values[field.key]))
    ]
    insert_cells(conn, platform.token, ("form_uid", "token", "field_uid", "record_id"), rows)


def forget(conn: sa.Connection, form: FormModel, ids: Iterable[int]) -> None:
    """Delete the words of records."""
    table = platform.token
    for some in chunks(ids):
        conn.execute(sa.delete(table).where(table.c.form_uid == form.uid, table.c.record_id.in_(some)))


def reindex(conn: sa.Connection, form: FormModel, ids: Sequence[int]) -> None:
    """Make the words of records anew; safe to repeat."""
    forget(conn, form, ids)
    table = form.table
    columns = [each.column.label(each.key) for each in form.searchable]
    statement = sa.select(table.c["_id"], *columns).where(
        table.c["_id"].in_(ids), table.c["_trashed_at"].is_(None)
    )
    add(conn, form, ((row["_id"], dict(row)) for row in conn.execute(statement).mappings()))
