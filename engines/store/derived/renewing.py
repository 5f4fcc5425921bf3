"""Stored computed values made anew from what they read now.

A renewed value is no act of a person: version, history and "updated by" of its record stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.expression import Context
from engines.form import AppModel, FormModel
from engines.form.formulas import FormulaModel
from engines.query import Op, Touched
from engines.store.database import update_cells
from engines.store.derived.leaves import Leaves
from engines.store.derived.sums import Sums
from engines.store.encode import RowEncoder, chunks, column_names

AT_ONCE = 1_000
_ANY = datetime(2026, 1, 1, tzinfo=UTC)


def timeless(app: AppModel) -> Context:
    """Return what stored values are computed with: none of them asks for the moment or the person."""
    return Context(None, None, _ANY, _ANY.date(), ZoneInfo(app.definition.time_zone))


@dataclass(frozen=True, slots=True)
class Renewal:
    """Makes some fields of one form. ``trash``: of records in the trash, too."""

    conn: sa.Connection
    app: AppModel
    form: FormModel
    formulas: Sequence[FormulaModel]
    context: Context
    trash: bool = False

    def run(self, ids: Iterable[int]) -> list[Touched]:
        """Compute, write what differs, and return it. Locks the records in the order of their ids."""
        keys = [each.field.key for each in self.formulas]
        touched: list[Touched] = []
        for some in chunks(ids, AT_ONCE):
            self._lock(some)
            found = list(self.differing(some, hold=True))
            encoder = RowEncoder.of(self.form, self.conn.dialect)
            # All of them, changed or not: one statement, whatever differs in which record.
            cells = [(*encoder.changed_cells(row, keys), record_id) for record_id, _, row in found]
            update_cells(self.conn, self.form.table, column_names(self.form, keys), cells)
            for record_id, old, row in found:
                new = {key: row[key] for key in old}
                touched.append(Touched(record_id, Op.update, old, new))
        return touched

    def differing(
        self, ids: list[int], *, hold: bool = False
    ) -> Iterator[tuple[int, dict[str, Any], dict[str, Any]]]:
        """Yield each record in which values are not right: its id, the wrong ones, all as they should be."""
        keys = [each.field.key for each in self.formulas]
        paths = {(key,) for key in keys} | {path for each in self.formulas for path in each.near}
        leaves = Leaves(self.conn, self.app, trash=self.trash, hold=hold)
        found = leaves.of(self.form, ids, paths)
        parts = {part.key: part for each in self.formulas for part in each.parts}
        Sums(self.conn, self.app, self.context).add(self.form, list(found.values()), parts.values())
        for record_id, row in found.items():
            old = {key: row.get(key) for key in keys}
            for each in self.formulas:
                row[each.field.key] = each.assembled(row, self.context)
            wrong = {key: value for key, value in old.items() if row[key] != value}
            if wrong:
                yield record_id, wrong, row

    def _lock(self, ids: list[int]) -> None:
        if self.conn.dialect.name != "postgresql":
            return
        # Whoever comes second waits here, and sums what the first has written. Children hold a share of the
        # key, which does not stand in the way.
        table = self.form.table
        lock = sa.select(table.c["_id"]).where(table.c["_id"].in_(ids)).order_by(table.c["_id"])
        self.conn.execute(lock.with_for_update(key_share=True))
