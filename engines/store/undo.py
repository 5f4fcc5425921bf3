"""What one cause did to the records of a form is taken back, as far as nobody has built on it since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel, FormModel
from engines.query import Cause, Change, Op, Uow
from engines.store import platform
from engines.store.store import Store
from engines.store.writing import write

_AT_ONCE = 500  # records in one transaction: others write in between
_history = platform.history


@dataclass(slots=True)
class Undone:
    """``left``: records that others have used since, so that they stay as they are."""

    removed: int = 0
    restored: int = 0
    left: int = 0


@dataclass(slots=True)
class Undoing:
    """Takes back what the cause ``undone`` did. Safe to repeat, and to go on with after a crash.

    Changed fields get their old values unless somebody changed them again; records that were created are
    purged, or go to the trash where somebody has touched them. ``cause``: why it is taken back.
    """

    store: Store
    app: AppModel
    form: FormModel
    undone: int
    cause: Cause
    result: Undone = field(default_factory=Undone)
    _cause_id: int | None = None

    def carry_out(self) -> Undone:
        """Take everything back, the newest first: what came later may lean on what came earlier."""
        for ids in self._pages(self._changed()):
            with self._unit() as uow:
                self._restore(uow, ids)
        for ids in self._pages(self._created()):
            with self._unit() as uow:
                self._remove(uow, ids)
        return self.result

    @contextmanager
    def _unit(self) -> Iterator[Uow]:
        with self.store.unit(self.app, Access(None), self.cause) as uow:
            uow.cause_id = self._cause_id
            yield uow
        self._cause_id = uow.cause_id

    def _pages(self, wanted: tuple[sa.Select[Any], sa.ColumnElement[int]]) -> Iterator[Sequence[int]]:
        """Yield ids, the largest first, each page read when the one before is done with."""
        statement, number = wanted
        some = statement.order_by(number.desc()).limit(_AT_ONCE)
        last: int | None = None
        while True:
            with self.store.db.read() as conn:
                ids = conn.scalars(some if last is None else some.where(number < last)).all()
            if not ids:
                return
            yield ids
            last = ids[-1]

    def _changed(self) -> tuple[sa.Select[Any], sa.ColumnElement[int]]:
        mine = (_history.c.cause == self.undone) & (_history.c.form_uid == self.form.uid)
        number = _history.c.record_id
        return sa.select(number).where(mine, _history.c.op == Op.update).distinct(), number

    def _created(self) -> tuple[sa.Select[Any], sa.ColumnElement[int]]:
        table = self.form.table
        living = (table.c["_cause"] == self.undone) & table.c["_trashed_at"].is_(None)
        return sa.select(table.c["_id"]).where(living), table.c["_id"]

    def _restore(self, uow: Uow, ids: Sequence[int]) -> None:
        fields = self.form.fields.items()
        keys = {
            str(each.uid): key for key, each in fields if each.computed is None and not each.kind.write_once
        }
        changes = []
        for record_id, steps in self._steps(uow, ids).items():
            values = {keys[uid]: old for uid, old in self._before(steps).items() if uid in keys}
            if values:
                changes.append(Change(Op.update, values, record_id))
        results = write(self.store, uow, self.form, changes, "each") if changes else []
        self.result.restored += sum(each.ok for each in results)
        self.result.left += sum(not each.ok for each in results)

    def _before(self, steps: Iterable[tuple[int, Mapping[str, Any]]]) -> dict[str, Any]:
        """Return what stood in the fields before, but for those that others changed afterwards."""
        before: dict[str, Any] = {}
        for cause, old in steps:
            for uid, value in old.items():
                if cause == self.undone:
                    before.setdefault(uid, value)
                else:
                    before.pop(uid, None)
        return before

    def _steps(self, uow: Uow, ids: Sequence[int]) -> dict[int, list[tuple[int, Mapping[str, Any]]]]:
        """Return the history of records, oldest first: the cause of each step and the old values."""
        found: dict[int, list[tuple[int, Mapping[str, Any]]]] = {}
        columns = (_history.c.record_id, _history.c.cause, _history.c.old)
        theirs = (_history.c.form_uid == self.form.uid) & _history.c.record_id.in_(ids)
        for record_id, cause, old in uow.conn.execute(
            sa.select(*columns).where(theirs).order_by(_history.c.version)
        ):
            found.setdefault(record_id, []).append((cause, orjson.loads(old)))
        return found

    def _remove(self, uow: Uow, ids: Sequence[int]) -> None:
        mine = {self.undone, self._cause_id}
        steps = self._steps(uow, ids)
        touched = {each for each, some in steps.items() if any(cause not in mine for cause, _ in some)}
        deleted = write(self.store, uow, self.form, [Change(Op.delete, id=each) for each in ids], "each")
        gone = [each.id for each in deleted if each.ok]
        wanted = [Change(Op.purge, id=each) for each in gone if each not in touched]
        if wanted:
            write(self.store, uow, self.form, wanted, "each")
        self.result.removed += len(gone)
        self.result.left += len(ids) - len(gone)
