"""What rules read of records: own fields, fields over relations, and values that depend on the clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.expression import Context, Node, compile_python, references, resolve
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.form.formulas import fitted
from engines.store.derived.leaves import Leaves

Path = tuple[str, ...]
Row = dict[str, Any]


def paths_of(form: FormModel, node: Node) -> frozenset[Path]:
    """Return the paths a formula about records of the form reads."""
    return references(resolve(node, form))


@dataclass(frozen=True, slots=True)
class Facts:
    """Reads the records of one form for what is asked about them."""

    app: AppModel
    form: FormModel
    paths: frozenset[Path]

    @classmethod
    def of(cls, app: AppModel, form: FormModel, paths: Iterable[Path]) -> Facts:
        """Prepare; fields that are computed at the moment of reading bring along what they read."""
        wanted = set(paths)
        for path in tuple(wanted):
            field = form.fields.get(path[0])
            if field is not None and _at_the_moment(field) and field.computed is not None:
                wanted |= field.computed.paths
        return cls(app, form, frozenset(wanted))

    def load(self, conn: sa.Connection, ids: Iterable[int], context: Context) -> dict[int, Row]:
        """Return the living records with what is read of them."""
        found = Leaves(conn, self.app).of(self.form, sorted(ids), self.paths)
        self._compute(found.values(), context)
        return found

    def complete(self, conn: sa.Connection, rows: Sequence[Row], context: Context) -> None:
        """Add to records that are not written yet what lies beyond their own fields."""
        far = {path for path in self.paths if len(path) > 1 or self._elsewhere(path[0])}
        if far:
            Leaves(conn, self.app).add(self.form, rows, far)
        self._compute(rows, context)

    def _elsewhere(self, key: str) -> bool:
        field = self.form.fields.get(key)
        return field is not None and field.storage in {Storage.none, Storage.through}

    def _compute(self, rows: Iterable[Row], context: Context) -> None:
        keys = {path[0] for path in self.paths}
        moments = [each for each in self.form.computed if each.key in keys and _at_the_moment(each)]
        for each in moments:
            assert each.computed is not None  # noqa: S101 - those of the form that are
            evaluate = compile_python(each.computed.node)
            for row in rows:
                row[each.key] = fitted(each, evaluate(row, context), context)


def _at_the_moment(field: FieldModel) -> bool:
    return field.storage is Storage.moment


def merged(old: Mapping[str, Any] | None, values: Mapping[str, Any], record_id: int) -> Row:
    """Return a record as it will be."""
    return {**(old or {}), **values, "_id": record_id}
