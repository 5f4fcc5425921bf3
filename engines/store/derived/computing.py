"""The computed values of records that are written: made before checks look at them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.form.formulas import FormulaModel
from engines.query import Draft, Op
from engines.store.derived.leaves import Leaves
from engines.store.writing.batch import Batch


def compute(batch: Batch) -> None:
    """Give new records all computed values, and changed ones those that read what changes."""
    if not batch.form.formulas:
        return
    drafts = list(batch.written(Op.create, Op.update))
    wanted = [(each, _touched(batch, each)) for each in drafts]
    rows: list[dict[str, Any]] = [{**(each.old or {}), **each.values, "_id": each.id} for each in drafts]
    paths = {path for _, some in wanted for formula in some for path in formula.paths}
    if any(len(path) > 1 or path[0] not in batch.blank for path in paths):
        Leaves(batch.uow.conn, batch.uow.app).add(batch.form, rows, paths)
    for row, (draft, some) in zip(rows, wanted, strict=True):
        for formula in some:
            key = formula.field.key
            row[key] = draft.values[key] = formula.value(row, batch.context)


def _touched(batch: Batch, draft: Draft) -> Sequence[FormulaModel]:
    """Return what must be computed for a draft, in order."""
    if draft.old is None:
        return batch.form.formulas
    old, changed = draft.old, set[str]()
    for key, value in draft.values.items():
        if value != old.get(key):
            changed.add(key)
    found = []
    for each in batch.form.formulas:
        if each.starts & changed:
            found.append(each)
            changed.add(each.field.key)
    return found
