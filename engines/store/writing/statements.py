"""Last phase: one statement per table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

import sqlalchemy as sa

from engines.form import FieldModel
from engines.form.columns import millis
from engines.query import Draft
from engines.store.database import insert_cells, update_cells
from engines.store.encode import RowEncoder, chunks, column_names
from engines.store.writing.batch import Batch

_SYSTEM = (
    "_id",
    "_version",
    "_created_at",
    "_created_by",
    "_updated_at",
    "_updated_by",
    "_cause",
    "_trashed_at",
)


def insert_records(batch: Batch, drafts: Sequence[Draft]) -> None:
    """Insert new records with their links and rows."""
    if not drafts:
        return
    encoder = batch.encoder
    now, actor, cause = millis(batch.context.now), batch.uow.cause.actor, batch.uow.cause_id
    head = map(repeat, (1, now, actor, now, actor, cause, None))
    rows = encoder.cells([each.values for each in drafts], [each.id for each in drafts], *head)
    insert_cells(batch.uow.conn, batch.form.table, (*_SYSTEM, *encoder.columns), list(rows))
    for field in batch.form.linked:
        _insert_links(batch, field, drafts)
    for field in batch.form.subforms:
        _insert_rows(batch, field, [each for each in drafts if each.values.get(field.key)])


def update_records(batch: Batch, drafts: Sequence[Draft]) -> None:
    """Update changed columns; drafts that change the same fields share a statement."""
    groups: dict[tuple[str, ...], list[Draft]] = {}
    stored = [each.key for each in batch.form.stored]
    for each in drafts:
        groups.setdefault(tuple(key for key in stored if key in each.changed), []).append(each)
    now, actor = millis(batch.context.now), batch.uow.cause.actor
    for keys, some in groups.items():
        columns = ("_version", "_updated_at", "_updated_by", *column_names(batch.form, keys))
        rows = [
            (each.version, now, actor, *batch.encoder.changed_cells(each.changed, keys), each.id)
            for each in some
        ]
        update_cells(batch.uow.conn, batch.form.table, columns, rows)
    for field in batch.form.linked:
        some = [each for each in drafts if field.key in each.changed]
        delete_links(batch, field, [each.id for each in some])
        _insert_links(batch, field, some)
    for field in batch.form.subforms:
        some = [each for each in drafts if field.key in each.changed]
        delete_rows(batch, field, [each.id for each in some])
        _insert_rows(batch, field, some)


def _insert_links(batch: Batch, field: FieldModel, drafts: Sequence[Draft]) -> None:
    link = field.link
    rows = [
        row
        for each in drafts
        for row in batch.encoder.link_rows(field.key, each.id, each.values.get(field.key) or ())
    ]
    if link is not None:
        insert_cells(batch.uow.conn, link, tuple(link.c.keys()), rows)


def _insert_rows(batch: Batch, field: FieldModel, drafts: Sequence[Draft]) -> None:
    form = field.rows
    if form is None:
        return
    encoder = RowEncoder.of(form, batch.uow.conn.dialect)
    heads: list[tuple[int, int, int]] = []
    written: list[dict[str, Any]] = []
    links: dict[str, list[tuple[Any, ...]]] = {each.key: [] for each in form.linked}
    for draft in drafts:
        for place, row in enumerate(draft.values.get(field.key) or ()):
            if "_id" not in row:
                row["_id"] = batch.uow.ids.next()
            heads.append((row["_id"], draft.id, place))
            written.append(row)
            for each in form.linked:
                links[each.key] += encoder.link_rows(each.key, row["_id"], row.get(each.key) or ())
    cells = [(*head, *made) for head, made in zip(heads, encoder.cells(written), strict=True)]
    insert_cells(batch.uow.conn, form.table, ("_id", "_parent_id", "_pos", *encoder.columns), cells)
    for each in form.linked:
        if each.link is not None:
            insert_cells(batch.uow.conn, each.link, tuple(each.link.c.keys()), links[each.key])


def delete_links(batch: Batch, field: FieldModel, ids: Sequence[int]) -> None:
    """Delete the link rows of records."""
    if field.link is None:
        return
    for some in chunks(ids):
        batch.uow.conn.execute(sa.delete(field.link).where(field.link.c["_record_id"].in_(some)))


def delete_rows(batch: Batch, field: FieldModel, ids: Sequence[int]) -> None:
    """Delete the subform rows of records, and what is linked to those."""
    form = field.rows
    if form is None:
        return
    for some in chunks(ids):
        rows = sa.select(form.table.c["_id"]).where(form.table.c["_parent_id"].in_(some))
        for each in form.linked:
            if each.link is not None:
                batch.uow.conn.execute(sa.delete(each.link).where(each.link.c["_record_id"].in_(rows)))
        batch.uow.conn.execute(sa.delete(form.table).where(form.table.c["_parent_id"].in_(some)))
