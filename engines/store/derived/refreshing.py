"""What a write changes elsewhere: computed values over relations are renewed in the same transaction.

A renewed value is no act of a person: version, history and "updated by" of its record stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from engines.form import FieldModel, FormModel, Storage
from engines.form.formulas import FormulaModel
from engines.query import ChangeSet, Op, Touched, Uow
from engines.store.database import update_cells
from engines.store.derived.dependents import Dependent, dependents_of
from engines.store.derived.leaves import Leaves
from engines.store.encode import RowEncoder, chunks, column_names
from engines.store.store import Store

_AT_ONCE = 1_000


def refresh(store: Store, uow: Uow, changes: ChangeSet) -> list[ChangeSet]:
    """Renew what depends on a change, and what depends on that; return the change sets of other records."""
    dependents = uow.app.kept("dependents", dependents_of)
    if not dependents:
        return []
    found: list[ChangeSet] = []
    waiting = [changes]
    while waiting:  # it ends: no computed field leads back to itself
        for form, formulas, ids in _reached(uow, waiting.pop(), dependents):
            made = _renew(store, uow, form, formulas, ids)
            if made.touched:
                found.append(made)
                waiting.append(made)
    return found


def _reached(uow: Uow, changes: ChangeSet, dependents: Any) -> Iterator[tuple[FormModel, set[str], set[int]]]:
    """Yield the forms that a change reaches, with the computed fields and the records."""
    fields: dict[str, set[str]] = {}
    records: dict[str, set[int]] = {}
    keys = set(changes.fields()) | {"" for each in changes.touched if each.op is not Op.update}
    for key in keys:
        for each in dependents.get((changes.form, key), ()):
            touched = [some for some in changes.touched if _matters(some, key)]
            ids = _back(uow, each, touched)
            if ids:
                fields.setdefault(each.form.path, set()).add(each.formula.field.key)
                records.setdefault(each.form.path, set()).update(ids)
    for path, some in fields.items():
        yield uow.app.forms[path], some, records[path]


def _matters(touched: Touched, key: str) -> bool:
    if key == "":
        return touched.op is not Op.update
    return touched.op is not Op.update or key in touched.new or key in touched.old


def _back(uow: Uow, dependent: Dependent, touched: Sequence[Touched]) -> set[int]:
    """Return the records from which the way leads to what was touched."""
    forms = [dependent.form]
    for key in dependent.way:
        beyond = forms[-1].scope.fields.beyond(forms[-1].path, key)
        forms.append(uow.app.forms[str(beyond)])
    ids = {each.id for each in touched}
    for index in range(len(dependent.way) - 1, -1, -1):
        form, field = forms[index], forms[index].fields[dependent.way[index]]
        left = _named_before(field, touched) if index == len(dependent.way) - 1 else set()
        ids = _holders(uow, form, field, ids) | left
    return ids


def _named_before(field: FieldModel, touched: Sequence[Touched]) -> set[int]:
    """Return the records that touched ones of a related list named before the change."""
    if field.storage is not Storage.none:
        return set()
    via = str(getattr(field.options, "via", ""))
    found: set[int] = set()
    for each in touched:
        for values in (each.old, each.new):
            value = values.get(via)
            found.update(value if isinstance(value, tuple) else () if value is None else (value,))
    return found


def _holders(uow: Uow, form: FormModel, field: FieldModel, ids: Iterable[int]) -> set[int]:
    """Return the records of ``form`` whose ``field`` leads to ``ids``."""
    found: set[int] = set()
    for some in chunks(ids):
        found.update(each for each in uow.conn.scalars(_holding(uow, form, field, some)) if each is not None)
    return found


def _holding(uow: Uow, form: FormModel, field: FieldModel, ids: list[int]) -> sa.Select[Any]:
    if field.rows is not None:
        rows = field.rows.table
        return sa.select(rows.c["_parent_id"]).where(rows.c["_id"].in_(ids))
    if field.storage is Storage.none:
        target = uow.app.forms[str(form.scope.fields.beyond(form.path, field.key))]
        via = target.fields[str(getattr(field.options, "via", ""))]
        key = target.table.c["_id"] if via.link is None else via.link.c["_record_id"]
        return sa.select(via.column).where(key.in_(ids))
    key = form.table.c["_id"] if field.link is None else field.link.c["_record_id"]
    return sa.select(key).where(field.column.in_(ids))


def _renew(store: Store, uow: Uow, form: FormModel, keys: set[str], ids: Iterable[int]) -> ChangeSet:
    """Compute some fields of some records anew, and what their own form makes of them."""
    formulas = _with_own(form, keys)
    context = store.context(uow.app, uow.access)
    touched: list[Touched] = []
    for some in chunks(ids, _AT_ONCE):
        touched += _renew_some(uow, form, formulas, some, context)
    return ChangeSet(uow.app.key, form.path, touched)


def _with_own(form: FormModel, keys: set[str]) -> list[FormulaModel]:
    wanted = set(keys)
    found = []
    for each in form.formulas:
        if each.field.key in wanted or each.starts & wanted:
            wanted.add(each.field.key)
            found.append(each)
    return found


def _renew_some(
    uow: Uow, form: FormModel, formulas: Sequence[FormulaModel], ids: list[int], context: Any
) -> list[Touched]:
    table = form.table
    if uow.conn.dialect.name == "postgresql":
        # Whoever comes second waits here, and sums what the first has written.
        lock = sa.select(table.c["_id"]).where(table.c["_id"].in_(ids)).order_by(table.c["_id"])
        uow.conn.execute(lock.with_for_update(key_share=True))  # its children hold a share of its key
    own = {(each.field.key,) for each in formulas}
    rows = Leaves(uow.conn, uow.app).of(form, ids, own | {path for each in formulas for path in each.paths})
    groups: dict[tuple[str, ...], list[int]] = {}
    touched = []
    for record_id, row in rows.items():
        old = {each.field.key: row.get(each.field.key) for each in formulas}
        for each in formulas:
            row[each.field.key] = each.value(row, context)
        changed = tuple(key for key, value in old.items() if row[key] != value)
        if changed:
            groups.setdefault(changed, []).append(record_id)
            new = {key: row[key] for key in changed}
            touched.append(Touched(record_id, Op.update, {key: old[key] for key in changed}, new))
    encoder = RowEncoder.of(form, uow.conn.dialect)
    for keys, some in groups.items():
        cells = [(*encoder.changed_cells(rows[each], keys), each) for each in some]
        update_cells(uow.conn, table, column_names(form, keys), cells)
    return touched
