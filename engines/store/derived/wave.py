"""A change on its way through the net: which computed fields of which records it reaches, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.form.formulas import FormulaModel
from engines.query import ChangeSet, Op, Touched
from engines.store.derived.dependents import Dependent, net_of
from engines.store.encode import chunks

# What every update changes, and no change set names.
_ALWAYS = frozenset({"_version", "_updated_at", "_updated_by"})
Found = tuple[FormModel, tuple[FormulaModel, ...], set[int]]


@dataclass(slots=True)
class Wave:
    """Spreads from changes to what is made of them. Steps come in an order in which nothing is made twice."""

    conn: sa.Connection
    app: AppModel
    _waiting: dict[int, dict[str, set[int]]] = field(default_factory=dict)

    def spread(self, changes: ChangeSet, *, own: bool, act: bool) -> None:
        """Note what a change reaches. ``own``: also in the changed records themselves.

        ``act``: somebody wrote them, so that versions and dates changed too; else they were renewed.
        """
        found: dict[tuple[str, tuple[str, ...]], tuple[list[Dependent], set[int]]] = {}
        for key in _keys(changes, act=act):
            for each in net_of(self.app).places.get((changes.form, key), ()):
                if own or each.way:
                    dependents, places = found.setdefault((each.form.path, each.way), ([], set()))
                    dependents.append(each)
                    places.update(at for at, some in enumerate(changes.touched) if _matters(some, key))
        for dependents, places in found.values():
            ids = self._back(dependents[0], [changes.touched[at] for at in sorted(places)])
            for each in dependents:
                self._note(each.form, each.formula, ids)

    def all_of(self, form: FormModel, ids: Iterable[int]) -> None:
        """Note every computed field of some records."""
        for each in form.formulas:
            self._note(form, each, ids)

    def next(self) -> Found | None:
        """Return the next form with the fields to compute in some of its records; None at the end."""
        if not self._waiting:
            return None
        turn = min(self._waiting)
        wanted = self._waiting.pop(turn)
        step = net_of(self.app).steps[turn]
        formulas: list[FormulaModel] = []
        for each in step.formulas:
            if each.field.key in wanted or each.starts & {made.field.key for made in formulas}:
                formulas.append(each)
        return step.form, tuple(formulas), set().union(*wanted.values())

    def _note(self, form: FormModel, formula: FormulaModel, ids: Iterable[int]) -> None:
        key = formula.field.key
        if ids:
            turn = net_of(self.app).turns[form.path, key]
            self._waiting.setdefault(turn, {}).setdefault(key, set()).update(ids)

    def _back(self, dependent: Dependent, touched: Sequence[Touched]) -> set[int]:
        """Return the records from which the way leads to what was touched."""
        forms = [dependent.form]
        for key in dependent.way:
            beyond = forms[-1].scope.fields.beyond(forms[-1].path, key)
            forms.append(self.app.forms[str(beyond)])
        hops = [form.fields[key] for form, key in zip(forms, dependent.way, strict=False)]
        ids = {each.id for each in touched}
        left: set[int] = set()
        if hops and hops[-1].storage is Storage.none:
            left = _named(hops[-1], touched)
            ids = {each.id for each in touched if each.op is not Op.create}  # what is new says whom it names
        for form, hop in reversed([*zip(forms, hops, strict=False)]):
            ids, left = self._holders(form, hop, ids) | left, set()
        return ids

    def _holders(self, form: FormModel, field: FieldModel, ids: Iterable[int]) -> set[int]:
        """Return the records of ``form`` whose ``field`` leads to ``ids``."""
        found: set[int] = set()
        for some in chunks(ids):
            rows = self.conn.scalars(self._holding(form, field, some))
            found.update(each for each in rows if each is not None)
        return found

    def _holding(self, form: FormModel, field: FieldModel, ids: list[int]) -> sa.Select[Any]:
        if field.rows is not None:
            rows = field.rows.table
            return sa.select(rows.c["_parent_id"]).where(rows.c["_id"].in_(ids))
        if field.storage is Storage.none:
            target = self.app.forms[str(form.scope.fields.beyond(form.path, field.key))]
            via = target.fields[str(getattr(field.options, "via", ""))]
            key = target.table.c["_id"] if via.link is None else via.link.c["_record_id"]
            return sa.select(via.column).where(key.in_(ids))
        key = form.table.c["_id"] if field.link is None else field.link.c["_record_id"]
        return sa.select(key).where(field.column.in_(ids))


def _keys(changes: ChangeSet, *, act: bool) -> set[str]:
    found = set(changes.fields()) | {"" for each in changes.touched if each.op is not Op.update}
    return found | _ALWAYS if act else found


def _matters(touched: Touched, key: str) -> bool:
    if touched.op is not Op.update:
        return True
    return key in _ALWAYS or key in touched.new or key in touched.old


def _named(field: FieldModel, touched: Sequence[Touched]) -> set[int]:
    """Return the records that touched ones of a related list name, or named before the change."""
    via = str(getattr(field.options, "via", ""))
    found: set[int] = set()
    for each in touched:
        for values in (each.old, each.new):
            value = values.get(via)
            found.update(value if isinstance(value, tuple) else () if value is None else (value,))
    return found
