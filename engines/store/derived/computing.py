"""The computed values of records that are written: made before checks look at them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from engines.form import FieldModel, FormModel
from engines.form.formulas import FormulaModel
from engines.query import Draft, Op
from engines.store.derived.leaves import Leaves
from engines.store.writing.batch import Batch

_BESIDE = frozenset({"_version", "_updated_at", "_updated_by"})  # what changes with anything else


def compute(batch: Batch) -> None:
    """Give new records all computed values, and changed ones those that read what changes."""
    drafts = list(batch.written(Op.create, Op.update))
    for field in batch.form.subforms:
        _compute_rows(batch, field, drafts)
    if not batch.form.formulas:
        return
    wanted = [(each, _touched(batch, each)) for each in drafts]
    if not any(some for _, some in wanted):
        return
    rows = [_record(batch, each) for each in drafts]
    _run(batch, batch.form, rows, [some for _, some in wanted])
    for row, (draft, some) in zip(rows, wanted, strict=True):
        draft.values.update((each.field.key, row[each.field.key]) for each in some)


def _compute_rows(batch: Batch, field: FieldModel, drafts: Sequence[Draft]) -> None:
    """Compute the rows of a subform where they are written."""
    form = field.rows
    if form is not None and form.formulas:
        rows = [row for each in drafts for row in each.values.get(field.key) or ()]
        _run(batch, form, rows, [form.formulas] * len(rows))
        for row in rows:  # what was read over relations is no value of the row
            for key in [key for key in row if "." in key]:
                del row[key]


def _run(
    batch: Batch, form: FormModel, rows: Sequence[dict[str, Any]], wanted: Sequence[Iterable[FormulaModel]]
) -> None:
    some = {each.field.key: each for formulas in wanted for each in formulas}
    Leaves(batch.uow.conn, batch.uow.app, batch.context, hold=True).supply(form, rows, some.values())
    for row, formulas in zip(rows, wanted, strict=True):
        for each in formulas:
            row[each.field.key] = each.assembled(row, batch.context)


def _record(batch: Batch, draft: Draft) -> dict[str, Any]:
    """Return a record as it will be, who wrote it and when included."""
    now, actor, old = batch.context.now, batch.uow.cause.actor, draft.old
    made = (now, actor) if old is None else (old["_created_at"], old["_created_by"])
    found = {**(old or {}), **draft.values, "_version": draft.version}
    names = {"_id", *(key for key, column in batch.shape.shadows if column == "_id")}
    if old is not None or any(not names.isdisjoint(each.starts) for each in batch.form.formulas):
        found["_id"] = draft.id  # of a new one it is left out: nothing names it yet
    found["_created_at"], found["_created_by"] = made
    found["_updated_at"], found["_updated_by"] = now, actor
    for key, column in batch.shape.shadows:
        found[key] = found.get(column)
    return found


def _touched(batch: Batch, draft: Draft) -> Sequence[FormulaModel]:
    """Return what must be computed for a draft, in order."""
    if draft.old is None:
        return batch.form.formulas
    old, changed = draft.old, set[str]()
    for key, value in draft.values.items():
        if value != old.get(key):
            changed.add(key)
    if changed:
        changed |= _BESIDE | {key for key, column in batch.shape.shadows if column in _BESIDE}
    found = []
    for each in batch.form.formulas:
        if each.starts & changed:
            found.append(each)
            changed.add(each.field.key)
    return found
