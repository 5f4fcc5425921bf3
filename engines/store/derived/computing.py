"""The computed values of records that are written: made before checks look at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.expression import Context
from engines.form import FormModel, Storage
from engines.form.formulas import FormulaModel
from engines.query import Draft, Op, Uow
from engines.store.derived.leaves import Leaves
from engines.store.writing.batch import Batch


def compute(batch: Batch) -> None:
    """Give new records all computed values, and changed ones those that read what changes."""
    if batch.form.formulas:
        computed(batch.uow, batch.form, list(batch.written(Op.create, Op.update)), batch.context)


def computed(uow: Uow, form: FormModel, drafts: Sequence[Draft], context: Context) -> None:
    """Compute the stored values of some drafts; again, once more of them is known, does no harm."""
    wanted = [(each, _touched(form, each)) for each in drafts]
    paths = {path for _, some in wanted for formula in some for path in formula.paths}
    if not paths and not any(some for _, some in wanted):
        return
    rows: list[dict[str, Any]] = [{**(each.old or {}), **each.values, "_id": each.id} for each in drafts]
    if any(len(path) > 1 or not _own(form, path[0]) for path in paths):
        Leaves(uow.conn, uow.app).add(form, rows, paths)
    for row, (draft, some) in zip(rows, wanted, strict=True):
        for formula in some:
            key = formula.field.key
            row[key] = draft.values[key] = formula.value(row, context)


def _own(form: FormModel, key: str) -> bool:
    field = form.fields.get(key)
    return field is not None and field.storage is not Storage.none


def _touched(form: FormModel, draft: Draft) -> Sequence[FormulaModel]:
    """Return what must be computed for a draft, in order."""
    if draft.old is None:
        return form.formulas
    old, changed = draft.old, set[str]()
    for key, value in draft.values.items():
        if value != old.get(key):
            changed.add(key)
    found = []
    for each in form.formulas:
        if each.starts & changed:
            found.append(each)
            changed.add(each.field.key)
    return found
