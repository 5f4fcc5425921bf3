"""Computed columns that a new version brings: filled beside the old version, and true when it leaves.

The old version does not know them, so what it writes meanwhile is made up for: round by round while it still
writes, and once more in the swap, when it no longer does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engines.form.formulas import FormulaModel
from engines.form.model import AppModel, FormModel
from engines.query import ChangeSet, Op, Touched
from engines.store.derived.dependents import Step, net_of
from engines.store.derived.renewing import Renewal, timeless
from engines.store.derived.wave import Wave
from engines.store.plan import Line
from engines.store.publishing.assign import Assignment, Fate
from engines.store.publishing.journal import Journal

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Fill:
    """Columns of one form to be filled. ``late``: they read what only the swap puts right.

    ``key`` says the same for ever of the same columns with the same meaning.
    """

    form: FormModel
    formulas: tuple[FormulaModel, ...]
    key: str
    late: bool

    @property
    def keys(self) -> frozenset[str]:
        """Return the keys of the fields."""
        return frozenset(each.field.key for each in self.formulas)


def fills(before: AppModel | None, after: AppModel, assignment: Assignment) -> list[Fill]:
    """Return what must be computed to get from one version to the next, in its order."""
    if before is None:
        return []
    found: list[Fill] = []
    late = set(assignment.translations)
    for step in net_of(after).steps:
        if assignment.places[step.form.path].fate is Fate.new:
            continue
        wanted = [each for each in step.formulas if assignment.places[each.field.path].to_compute]
        if wanted:
            found.append(_fill(after, Step(step.form, tuple(wanted)), assignment, late))
    return found


def _fill(after: AppModel, step: Step, assignment: Assignment, late: set[int]) -> Fill:
    shapes = [assignment.places[each.field.path].shape for each in step.formulas]
    names = [f"{each.field.column.table.name}.{each.field.column.name}" for each in step.formulas]
    marks = [f"{name}:{shape.formula if shape else ''}" for name, shape in zip(names, shapes, strict=True)]
    read = {
        after.forms[path].fields[key].uid
        for each in step.formulas
        if each.field.computed is not None
        for path, key in each.field.computed.sources
        if key in after.forms[path].fields
    }
    waits = bool(read & late)
    if waits:
        late.update(each.field.uid for each in step.formulas)
    return Fill(step.form, step.formulas, ",".join(marks), waits)


def lines(conn: sa.Connection, found: Sequence[Fill]) -> Iterator[Line]:
    """Yield how many records will be computed."""
    for fill in found:
        table = fill.form.table
        statement = sa.select(sa.func.count()).select_from(table)
        if "_trashed_at" in table.c:
            statement = statement.where(table.c["_trashed_at"].is_(None))
        if count := int(conn.scalar(statement) or 0):
            for each in fill.formulas:
                params = {"label": each.field.options.label}
                yield Line("field", each.field.path, "plan.field.compute", params, count)


@dataclass(frozen=True, slots=True)
class Filling:
    """Fills columns of a version that is not yet published."""

    after: AppModel
    fills: Sequence[Fill]

    def chunk(self, conn: sa.Connection, fill: Fill, last: int) -> int | None:
        """Fill the next records after ``last``, the trash included; None when none are left."""
        key = fill.form.table.c["_id"]
        ids = conn.scalars(sa.select(key).where(key > last).order_by(key).limit(CHUNK)).all()
        if not ids:
            return None
        self._renewal(conn, fill).run(ids)
        return int(ids[-1])

    def make_up(self, conn: sa.Connection, journal: Journal) -> int:
        """Compute what was written since the journal was last read, and return how many records that were."""
        wave, count = Wave(conn, self.after), 0
        for changes in journal.unseen(conn):
            count += len(changes.touched)
            wave.spread(changes, own=True, act=True)
            entered = [each.id for each in changes.touched if each.op is Op.restore]
            wave.all_of(self.after.forms[changes.form], entered)
        while (work := wave.next()) is not None:
            form, formulas, ids = work
            keys = {each.field.key for each in formulas}
            for fill in self.fills:
                if fill.form is form and fill.keys & keys:
                    self._renewal(conn, fill).run(ids)
            # What the old version keeps true itself is read anew all the same.
            reached = [Touched(each, Op.update, {}, dict.fromkeys(keys)) for each in ids]
            wave.spread(ChangeSet(self.after.key, form.path, reached), own=True, act=False)
        return count

    def finish(self, conn: sa.Connection, journal: Journal) -> None:
        """Make all true that is not yet; nobody else writes meanwhile."""
        if self.fills:
            self.make_up(conn, journal)
        for fill in self.fills:
            last: int | None = -1 if fill.late else None
            while last is not None:
                last = self.chunk(conn, fill, last)

    def _renewal(self, conn: sa.Connection, fill: Fill) -> Renewal:
        return Renewal(conn, self.after, fill.form, fill.formulas, timeless(self.after), trash=True)
