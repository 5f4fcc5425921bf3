"""Look-up phase: what values point at, one query a field, and values that must be unique."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from engines.form import FieldModel
from engines.query import Draft, Op
from engines.store import platform
from engines.store.encode import chunks
from engines.store.writing.attaching import look_up_files
from engines.store.writing.batch import Batch, problem


def look_up(batch: Batch) -> None:
    """Refuse ids that name nothing the actor may see."""
    for field, inside in batch.shape.naming:
        if field.rows is None:
            _references(batch, field)
            continue
        for inner in inside:
            _row_references(batch, field, inner)
        _row_ids(batch, field)
    look_up_files(batch)


def _new_ids(draft: Draft, field: FieldModel) -> list[int]:
    """Return the ids a draft adds; what already stood there is not looked up again."""
    old = set() if draft.old is None else set(as_ids(draft.old.get(field.key)))
    return [each for each in as_ids(draft.changed[field.key]) if each not in old]


def as_ids(value: Any) -> tuple[int, ...]:
    """Return the ids in the value of a field that names one or several."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _references(batch: Batch, field: FieldModel) -> None:
    naming = [each for each in batch.written(Op.create, Op.update) if each.changed.get(field.key)]
    asked = [(draft, ids) for draft in naming if (ids := _new_ids(draft, field))]
    known = existing(batch, field, (each for _, ids in asked for each in ids))
    for draft, ids in asked:
        missing = [each for each in ids if each not in known]
        if missing:
            problem(draft, field.key, "field.no_such_record", value=str(missing[0]))


def _row_references(batch: Batch, field: FieldModel, inner: FieldModel) -> None:
    places = list(_row_values(batch, field, inner))
    known = existing(batch, inner, (each for *_, ids in places for each in ids))
    for draft, index, ids in places:
        missing = [each for each in ids if each not in known]
        if missing:
            problem(draft, f"{field.key}.{index}.{inner.key}", "field.no_such_record", value=str(missing[0]))


def _row_values(
    batch: Batch, field: FieldModel, inner: FieldModel
) -> Iterator[tuple[Draft, int, tuple[int, ...]]]:
    """Yield the ids each row adds; what already stood in the row is not looked up again."""
    for draft in batch.written(Op.create, Op.update):
        old = {row["_id"]: row for row in (draft.old or {}).get(field.key, ())}
        for index, row in enumerate(draft.changed.get(field.key) or ()):
            known = as_ids(old.get(row.get("_id"), {}).get(inner.key))
            if ids := tuple(each for each in as_ids(row.get(inner.key)) if each not in known):
                yield draft, index, ids


def _row_ids(batch: Batch, field: FieldModel) -> None:
    """Let a row keep its id only where it is a row of this very record, and only once."""
    for draft in batch.written(Op.create, Op.update):
        free = {row["_id"] for row in (draft.old or {}).get(field.key, ())}
        for index, row in enumerate(draft.changed.get(field.key) or ()):
            if "_id" in row:
                if row["_id"] not in free:
                    problem(draft, f"{field.key}.{index}._id", "field.no_such_record", value=str(row["_id"]))
                free.discard(row["_id"])


def existing(batch: Batch, field: FieldModel, ids: Iterable[int]) -> set[int]:
    """Return those of ``ids`` that exist and that the actor may see."""
    wanted = set(ids)
    if not wanted:
        return set()
    found: set[int] = set()
    for some in chunks(wanted):
        found.update(batch.uow.conn.scalars(_target_statement(batch, field, some)))
    return found


def _target_statement(batch: Batch, field: FieldModel, ids: list[int]) -> sa.Select[Any]:
    if field.target == "user":
        return sa.select(platform.user.c.id).where(platform.user.c.id.in_(ids), platform.user.c.active)
    if field.target == "department":
        return sa.select(platform.department.c.id).where(platform.department.c.id.in_(ids))
    target = batch.uow.app.form(str(field.target))
    lens = batch.store.lens(batch.uow.app, batch.uow.access, target)
    table = target.table
    rows = sa.select(table.c["_id"]).where(
        table.c["_id"].in_(ids), table.c["_trashed_at"].is_(None), lens.rows()
    )
    # Whoever wants to delete the target waits until the reference is committed.
    return (
        rows.with_for_update(read=True, key_share=True)
        if batch.uow.conn.dialect.name == "postgresql"
        else rows
    )


def refuse_taken(batch: Batch) -> None:
    """Refuse values of unique fields that another record holds, or an earlier change of the list claims."""
    for field in batch.form.unique:
        wanted = [(each, value) for each, value in _claims(batch, field) if value is not None]
        holders = _holders(batch, field, {value for _, value in wanted})
        first: set[Any] = set()
        for draft, value in wanted:
            if holders.get(value, draft.id) != draft.id or value in first:
                said = draft.values.get(field.key) or (draft.old or {}).get(field.key)
                problem(draft, field.key, "field.taken", value=str(said)[:40])
            elif not draft.issues:
                first.add(value)


def _claims(batch: Batch, field: FieldModel) -> Iterator[tuple[Draft, Any]]:
    """Yield what is compared: the key or fold of a text, else the value; of a restored record the old one."""
    compared = comparer(field)
    for draft in batch.written(Op.create, Op.update, Op.restore):
        source = draft.changed if draft.change.op is not Op.restore else draft.old or {}
        value = source.get(field.key)
        yield draft, None if value is None else compared(value)


def comparer(field: FieldModel) -> Callable[[Any], Any]:
    """Return what makes of a value that by which two are the same: the key or fold of a text, or it."""
    pairs = zip(field.derives, field.columns, strict=True)
    derive = next((make for make, column in pairs if column is field.identity), None)
    return derive or (lambda value: value)


def _holders(batch: Batch, field: FieldModel, values: set[Any]) -> dict[Any, int]:
    """Return value -> id of the living record that holds it."""
    table = batch.form.table
    compared = field.identity
    found: dict[Any, int] = {}
    ordered = list(values)
    for start in range(0, len(ordered), 5000):
        statement = sa.select(compared, table.c["_id"]).where(
            compared.in_(ordered[start : start + 5000]), table.c["_trashed_at"].is_(None)
        )
        found |= {row[0]: row[1] for row in batch.uow.conn.execute(statement)}
    return found
