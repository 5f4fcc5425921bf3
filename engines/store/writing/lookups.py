"""Look-up phase: what values point at, one query a field, and values that must be unique."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from engines.form import FieldModel
from engines.query import Draft, Op
from engines.store import platform
from engines.store.encode import RowEncoder
from engines.store.writing.batch import Batch, chunks, problem
from schemas.errors import Issue


def look_up(batch: Batch) -> None:
    """Refuse ids that name nothing the actor may see, and values that another record already has."""
    for field in batch.form.fields.values():
        if field.kind.target is not None:
            _references(batch, field)
        elif field.rows is not None:
            for inner in field.rows.fields.values():
                if inner.kind.target is not None:
                    _row_references(batch, field, inner)
            _row_ids(batch, field)
    for field in batch.form.unique:
        _unique(batch, field)


def _new_ids(draft: Draft, field: FieldModel) -> list[int]:
    """Return the ids a draft adds; what already stood there is not looked up again."""
    if field.key not in draft.changed:
        return []
    old = set() if draft.old is None else set(_as_ids(draft.old.get(field.key)))
    return [each for each in _as_ids(draft.changed[field.key]) if each not in old]


def _as_ids(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _references(batch: Batch, field: FieldModel) -> None:
    asked = {id(draft): _new_ids(draft, field) for draft in batch.written(Op.create, Op.update)}
    known = existing(batch, field, (each for ids in asked.values() for each in ids))
    for draft in batch.written(Op.create, Op.update):
        missing = [each for each in asked[id(draft)] if each not in known]
        if missing:
            problem(draft, field.key, "field.no_such_record", value=str(missing[0]))


def _row_references(batch: Batch, field: FieldModel, inner: FieldModel) -> None:
    places = list(_row_values(batch, field, inner))
    known = existing(batch, inner, (each for *_, ids in places for each in ids))
    for draft, index, ids in places:
        missing = [each for each in ids if each not in known]
        if missing:
            problem(draft, f"{field.key}.{index}.{inner.key}", "field.no_such_record", value=str(missing[0]))


def _row_values(batch: Batch, field: FieldModel, inner: FieldModel) -> Iterator[tuple[Draft, int, tuple[int, ...]]]:
    for draft in batch.written(Op.create, Op.update):
        for index, row in enumerate(draft.changed.get(field.key) or ()):
            if ids := _as_ids(row.get(inner.key)):
                yield draft, index, ids


def _row_ids(batch: Batch, field: FieldModel) -> None:
    """Let a row keep its id only where it is a row of this very record."""
    for draft in batch.written(Op.create, Op.update):
        old = () if draft.old is None else draft.old.get(field.key) or ()
        mine = {row["_id"] for row in old}
        for index, row in enumerate(draft.changed.get(field.key) or ()):
            if "_id" in row and (not str(row["_id"]).isdigit() or int(row["_id"]) not in mine):
                problem(draft, f"{field.key}.{index}._id", "field.no_such_record", value=str(row["_id"])[:40])


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
    if field.target == "file":
        rows = sa.select(platform.file.c.id).where(platform.file.c.id.in_(ids))
        # A file not yet attached belongs to whoever uploaded it.
        return rows if batch.system else rows.where(platform.file.c.user_id == batch.uow.access.user_id)
    target = batch.uow.app.form(str(field.target))
    lens = batch.store.lens(batch.uow.app, batch.uow.access, target)
    table = target.table
    rows = sa.select(table.c["_id"]).where(table.c["_id"].in_(ids), table.c["_trashed_at"].is_(None), lens.rows())
    # Whoever wants to delete the target waits until the reference is committed.
    return rows.with_for_update(read=True, key_share=True) if batch.uow.conn.dialect.name == "postgresql" else rows


def _unique(batch: Batch, field: FieldModel) -> None:
    drafts = [
        each for each in batch.written(Op.create, Op.update)
        if each.changed.get(field.key) is not None and field.kind.name != "serial"
        or (field.kind.name == "serial" and each.old is None and each.values.get(field.key) is not None)
    ]  # fmt: skip
    taken_issues(batch, field, [(each, each.changed[field.key]) for each in drafts])


def taken_issues(batch: Batch, field: FieldModel, wanted: list[tuple[Draft, Any]]) -> None:
    """Note every value that stands in the list twice or in another record already."""
    if not wanted:
        return
    makers = RowEncoder.of(batch.form, batch.uow.conn.dialect).makers[field.key]
    compared = field.fold if field.fold is not None else field.column
    make = makers[field.columns.index(compared)]  # type: ignore[arg-type]  # the fold is a column of the field
    cells = [(draft, value, make(value)) for draft, value in wanted]
    holders = _holders(batch, compared, {cell for *_, cell in cells})
    first: dict[Any, Draft] = {}
    for draft, value, cell in cells:
        held = holders.get(cell)
        if first.setdefault(cell, draft) is not draft or (held is not None and held != draft.id):
            draft.issues.append(Issue(field.key, "field.taken", {"value": str(value)[:40]}))


def _holders(batch: Batch, compared: sa.Column[Any], cells: set[Any]) -> dict[Any, int]:
    """Return cell -> id of the record that holds it."""
    table = batch.form.table
    raw = sa.type_coerce(compared, sa.types.NullType())
    found: dict[Any, int] = {}
    ordered = list(cells)
    for start in range(0, len(ordered), 5000):
        statement = sa.select(raw, table.c["_id"]).where(
            sa.type_coerce(compared, _cell_type(compared)).in_(ordered[start : start + 5000]),
            table.c["_trashed_at"].is_(None),
        )
        found |= {row[0]: row[1] for row in batch.uow.conn.execute(statement)}
    return found


def _cell_type(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    """Return the plain type of a column's cells, without its conversion."""
    return column.type.impl_instance if isinstance(column.type, sa.types.TypeDecorator) else column.type
