"""Delete, restore and purge: what refers to a record decides whether it may go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from engines.access import Access
from engines.form import FieldModel, FormModel
from engines.query import Change, Draft, Op, Touched
from engines.store import platform
from engines.store.history import record_event
from engines.store.writing.batch import Batch, chunks, problem
from engines.store.writing.index import forget, reindex
from engines.store.writing.lookups import taken_issues
from engines.store.writing.statements import delete_links, delete_rows


def look_up(batch: Batch) -> None:
    """Refuse to delete what is referred to, and to restore into a taken value."""
    leaving = list(batch.of(Op.delete, Op.purge))
    if leaving:
        for holder, field in _referring(batch):
            if getattr(field.options, "on_delete", "refuse") == "refuse":
                held = _holders(batch, holder, field, [each.id for each in leaving])
                for draft in leaving:
                    if count := len(held.get(draft.id, ())):
                        problem(draft, "", "record.in_use", count=count, form=holder.definition.label)
    for field in batch.form.unique:
        returning = [each for each in batch.of(Op.restore) if each.old and each.old.get(field.key) is not None]
        taken_issues(batch, field, [(each, each.old[field.key]) for each in returning if each.old])


def apply(batch: Batch) -> list[Touched]:
    """Carry out deletes, restores and purges, with what hangs on them."""
    deleted, restored = list(batch.of(Op.delete)), list(batch.of(Op.restore))
    purged = list(batch.of(Op.purge))
    if deleted:
        _mark(batch, deleted, trashed=True)
        record_event(batch.uow, batch.form, Op.delete, [(each.id, each.version) for each in deleted])
        forget(batch.uow.conn, batch.form, [each.id for each in deleted])
        _release(batch, [each.id for each in deleted])
    if restored:
        _mark(batch, restored, trashed=False)
        record_event(batch.uow, batch.form, Op.restore, [(each.id, each.version) for each in restored])
        reindex(batch.uow.conn, batch.form, [each.id for each in restored])
    if purged:
        _purge(batch, [each.id for each in purged])
    return [Touched(each.id, each.change.op, {}, {}) for each in (*deleted, *restored, *purged)]


def _mark(batch: Batch, drafts: Sequence[Draft], *, trashed: bool) -> None:
    table, now = batch.form.table, batch.context.now
    values = {
        "_trashed_at": now if trashed else None, "_version": table.c["_version"] + 1,
        "_updated_at": now, "_updated_by": batch.uow.cause.actor,
    }  # fmt: skip
    for some in chunks(each.id for each in drafts):
        batch.uow.conn.execute(sa.update(table).where(table.c["_id"].in_(some)).values(values))


def _referring(batch: Batch) -> Iterator[tuple[FormModel, FieldModel]]:
    for field in batch.uow.app.referring.get(batch.form.path, ()):
        yield batch.uow.app.forms[field.path.rpartition(".")[0]], field


def _holders(batch: Batch, holder: FormModel, field: FieldModel, ids: Sequence[int]) -> dict[int, set[int]]:
    """Return deleted id -> ids of living records (or subform rows) that refer to it."""
    found: dict[int, set[int]] = {}
    table = holder.table
    for some in chunks(ids):
        if field.link is None:
            statement = sa.select(field.column, table.c["_id"]).where(field.column.in_(some))
        else:
            statement = (
                sa.select(field.column, table.c["_id"])
                .join(table, table.c["_id"] == field.link.c["_record_id"])
                .where(field.column.in_(some))
            )
        if "_trashed_at" in table.c:
            statement = statement.where(table.c["_trashed_at"].is_(None))
        for target, record_id in batch.uow.conn.execute(statement):
            if target != record_id:
                found.setdefault(target, set()).add(record_id)
    return found


def _release(batch: Batch, ids: Sequence[int]) -> None:
    """Clear references, or let their records go too, as each relation says; the platform acts, the cause is kept."""
    from engines.store.writing.path import write  # noqa: PLC0415 - a delete may lead to further writes

    system = batch.store.uow(batch.uow.conn, batch.uow.app, Access(None), batch.uow.cause)
    system.cause_id = batch.uow.cause_id
    for holder, field in _referring(batch):
        policy = getattr(field.options, "on_delete", "refuse")
        if policy == "refuse" or holder.parent is not None:
            continue
        held = _holders(batch, holder, field, ids)
        records = sorted({each for some in held.values() for each in some})
        if policy == "with":
            changes = [Change(Op.delete, id=each) for each in records]
        else:
            changes = [Change(Op.update, {field.key: _without(batch, field, each, ids)}, each) for each in records]
        if changes:
            write(batch.store, system, holder, changes)
    batch.uow.changes.extend(system.changes)
    batch.uow.after_commit.extend(system.after_commit)


def _without(batch: Batch, field: FieldModel, record_id: int, gone: Sequence[int]) -> list[str] | None:
    """Return a to-many value without the deleted ids; None clears a to-one reference."""
    if field.link is None:
        return None
    link = field.link
    statement = sa.select(field.column).where(link.c["_record_id"] == record_id).order_by(link.c["_pos"])
    return [str(each) for each in batch.uow.conn.scalars(statement) if each not in set(gone)]


def _purge(batch: Batch, ids: Sequence[int]) -> None:
    conn, form = batch.uow.conn, batch.form
    for field in form.linked:
        delete_links(batch, field, ids)
    for field in form.subforms:
        delete_rows(batch, field, ids)
    forget(conn, form, ids)
    for some in chunks(ids):
        conn.execute(sa.delete(form.table).where(form.table.c["_id"].in_(some)))
        history = platform.history
        conn.execute(sa.delete(history).where(history.c.form_uid == form.uid, history.c.record_id.in_(some)))
