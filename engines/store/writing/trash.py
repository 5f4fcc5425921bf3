"""Delete, restore and purge: what refers to a record decides whether it may go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engines.access import Access
from engines.form import FieldModel, FormModel
from engines.query import Change, Draft, Op, Touched, Uow
from engines.store import comments, platform, shares
from engines.store.encode import chunks
from engines.store.history import record_event
from engines.store.linked import load_links, load_rows
from engines.store.matching.keys import keys_gone, keys_restored
from engines.store.publishing.marks import unfinished
from engines.store.writing.batch import Batch, problem
from engines.store.writing.index import forget, index_restored
from engines.store.writing.statements import delete_links, delete_rows
from schemas.errors import Busy

_RELEASED_AT_ONCE = 5000


class Held(Exception):
    """A reference could not be released; the drafts say so, and the statements must be rolled back."""


def look_up(batch: Batch) -> None:
    """Refuse to delete what is referred to, unless what refers to it leaves too."""
    leaving = {each.id: each for each in batch.of(Op.delete, Op.purge)}
    if not leaving:
        return
    held: dict[FormModel, dict[int, set[int]]] = {}
    for holder, field in _referring(batch):
        if _policy(field) == "refuse":
            known = held.setdefault(holder, {})
            for target, records in _holders(batch, holder, field, list(leaving)).items():
                known[target] = known.get(target, set()) | records
    kept = True
    while kept:  # whoever must stay holds others in turn
        kept = False
        for holder, by_target in held.items():
            for target, records in by_target.items():
                staying = {each for each in records if holder is not batch.form or each not in leaving}
                if staying and (draft := leaving.pop(target, None)) is not None:
                    _refuse(batch, draft, holder, staying)
                    kept = True


def cascades(batch: Batch) -> bool:
    """Tell whether a deletion leads to further writes, which may be refused."""
    leaving = any(True for _ in batch.of(Op.delete, Op.purge))
    return leaving and any(_policy(field) != "refuse" for _, field in _referring(batch))


def _policy(field: FieldModel) -> str:
    return str(getattr(field.options, "on_delete", "refuse"))


def _refuse(batch: Batch, draft: Draft, holder: FormModel, records: set[int]) -> None:
    """Say how many records are in the way, unless some of them are none of the actor's business."""
    form = batch.uow.app.forms[holder.parent or holder.path]
    if len(_seen(batch, form, records)) == len(records):
        problem(draft, "", "record.in_use", count=len(records), form=form.definition.label)
    else:
        problem(draft, "", "record.in_use_elsewhere")


def _seen(batch: Batch, form: FormModel, records: set[int]) -> set[int]:
    lens = batch.store.lens(batch.uow.app, batch.uow.access, form)
    if lens.access.rows.everything:
        return records
    number, found = form.table.c["_id"], set[int]()
    for some in chunks(records):
        found.update(batch.uow.conn.scalars(sa.select(number).where(number.in_(some), lens.rows())))
    return found


def apply(batch: Batch) -> list[Touched]:
    """Carry out deletes, restores and purges, with what hangs on them."""
    deleted, restored = list(batch.of(Op.delete)), list(batch.of(Op.restore))
    purged = list(batch.of(Op.purge))
    if deleted:
        _mark(batch, deleted, trashed=True)
        record_event(batch.uow, batch.form, Op.delete, [(each.id, each.version) for each in deleted])
        forget(batch.uow.conn, batch.form, [each.id for each in deleted])
        keys_gone(batch, [each.id for each in deleted])
        _release(batch, [each.id for each in deleted])
    if restored:
        _mark(batch, restored, trashed=False)
        record_event(batch.uow, batch.form, Op.restore, [(each.id, each.version) for each in restored])
        index_restored(batch, [each.id for each in restored])
        keys_restored(batch, [each.id for each in restored])
    if purged:
        _release(batch, [each.id for each in purged])
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
    """Return deleted id -> ids of living records that refer to it, themselves or in a row of theirs."""
    found: dict[int, set[int]] = {}
    table, top = holder.table, batch.uow.app.forms[holder.parent or holder.path].table
    statement = sa.select(field.column, top.c["_id"]).select_from(top)
    if top is not table:
        statement = statement.join(table, table.c["_parent_id"] == top.c["_id"])
    if field.link is not None:
        statement = statement.join(field.link, field.link.c["_record_id"] == table.c["_id"])
    for some in chunks(ids):
        living = statement.where(field.column.in_(some), top.c["_trashed_at"].is_(None))
        for target, record_id in batch.uow.conn.execute(living):
            if target != record_id:
                found.setdefault(target, set()).add(record_id)
    return found


def _release(batch: Batch, ids: Sequence[int]) -> None:
    """Clear references, or let their records go too, as each relation says; the platform acts."""
    system = batch.store.uow(batch.uow.conn, batch.uow.app, Access(None), batch.uow.cause)
    system.cause_id, system.notes = batch.uow.cause_id, batch.uow.notes
    for holder, field in _referring(batch):
        if _policy(field) != "refuse":
            held = _holders(batch, holder, field, ids)
            for some in chunks((each for records in held.values() for each in records), _RELEASED_AT_ONCE):
                _release_some(batch, system, (holder, field), held, some)
    batch.uow.changes.extend(system.changes)
    batch.uow.after_commit.extend(system.after_commit)


def _release_some(
    batch: Batch,
    system: Uow,
    place: tuple[FormModel, FieldModel],
    held: Mapping[int, set[int]],
    records: list[int],
) -> None:
    holder, field = place
    form = batch.uow.app.forms[holder.parent or holder.path]
    if holder.parent is None and _policy(field) == "with":
        changes = [Change(Op.delete, id=each) for each in records]
    else:
        values = _released(batch, place, records, set(held))
        changes = [Change(Op.update, values[each], each) for each in records]
    failed = {each.id for each in batch.write(batch.store, system, form, changes) if each.issues}
    if failed:
        for draft in batch.of(Op.delete, Op.purge):
            if staying := held.get(draft.id, set()) & failed:
                _refuse(batch, draft, form, staying)
        raise Held


def _released(
    batch: Batch, place: tuple[FormModel, FieldModel], records: Sequence[int], gone: set[int]
) -> dict[int, dict[str, Any]]:
    """Return what each record shall hold instead of references to what is gone."""
    holder, field = place
    conn = batch.uow.conn
    if holder.parent is not None:
        owner = next(each for each in batch.uow.app.forms[holder.parent].subforms if each.rows is holder)
        found = load_rows(conn, owner, records)
        return {each: {owner.key: _released_rows(field, found.get(each, ()), gone)} for each in records}
    links = load_links(conn, field, records) if field.link is not None else {}
    return {each: {field.key: _without(links.get(each), gone)} for each in records}


def _released_rows(field: FieldModel, rows: Sequence[dict[str, Any]], gone: set[int]) -> list[dict[str, Any]]:
    def refers(row: Mapping[str, Any]) -> bool:
        value = row[field.key]
        return bool(gone & set(value)) if isinstance(value, tuple) else value in gone

    if _policy(field) == "with":
        return [row for row in rows if not refers(row)]
    return [{**row, field.key: _without(row[field.key], gone)} if refers(row) else row for row in rows]


def _without(value: Any, gone: set[int]) -> list[int] | None:
    """Return a to-many value without what is gone; None clears a to-one reference."""
    return [each for each in value if each not in gone] if isinstance(value, tuple) else None


def _purge(batch: Batch, ids: Sequence[int]) -> None:
    conn, form = batch.uow.conn, batch.form
    if unfinished(conn):  # which computes new columns, and finds by their history what it must compute anew
        raise Busy(retry_after=10)
    for field in form.linked:
        delete_links(batch, field, ids)
    for field in form.subforms:
        delete_rows(batch, field, ids)
    forget(conn, form, ids)
    keys_gone(batch, ids)
    comments.forget(conn, form.uid, ids)
    shares.forget(conn, form.uid, ids)
    for some in chunks(ids):
        conn.execute(sa.delete(form.table).where(form.table.c["_id"].in_(some)))
        file, history = platform.file, platform.history
        conn.execute(sa.delete(file).where(file.c.form_uid == form.uid, file.c.record_id.in_(some)))
        conn.execute(sa.delete(history).where(history.c.form_uid == form.uid, history.c.record_id.in_(some)))
