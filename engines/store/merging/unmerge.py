"""A merge taken back: what it changed gets its old values, but where somebody has changed it since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa

from engines.access import Access
from engines.form import FieldModel, FormModel
from engines.query import Cause, Change, Op, Uow
from engines.store import platform
from engines.store.encode import chunks
from engines.store.linked import load_rows
from engines.store.matching.tables import merge as merges
from engines.store.merging.book import Merged
from engines.store.merging.places import move_back
from engines.store.merging.proposal import Eyes
from engines.store.writing import write
from schemas.errors import Conflict, Invalid, NotFound

DOOR = "unmerge"
_history = platform.history
Steps = Mapping[int, Sequence[tuple[int, Mapping[str, Any]]]]


@dataclass(slots=True)
class Unmerged:
    """``left``: form path, record and fields that stay as they are, because somebody changed them since."""

    restored: int = 0
    returned: int = 0
    left: list[tuple[str, int, tuple[str, ...]]] = field(default_factory=list)


def unmerge(uow: Uow, eyes: Eyes, made: Merged) -> Unmerged:
    """Take a merge back in the person's unit; the caller commits.

    Raises NotFound and Forbidden as a merge does, Conflict where it was taken back already, Invalid where
    a record it put into the trash is there no more or cannot come back.
    """
    eyes.require_rights(uow.conn, [made.survivor])
    if made.form_uid != eyes.form.uid:
        raise NotFound
    if made.undone_at is not None:
        raise Conflict("merge.undone_already")
    system = eyes.store.uow(uow.conn, uow.app, Access(None), Cause(DOOR, eyes.access.user_id))
    work = _Back(eyes, system, made)
    done = work.do()
    uow.after_commit.extend(system.after_commit)
    values = {"undone_at": uow.clock.now(), "undone_by": eyes.access.user_id}
    uow.conn.execute(sa.update(merges).where(merges.c.id == made.id).values(values))
    return done


@dataclass
class _Back:
    eyes: Eyes
    uow: Uow
    made: Merged
    result: Unmerged = field(default_factory=Unmerged)

    def do(self) -> Unmerged:
        form = self.eyes.form
        # The survivor first: what it took must be free before its former owner claims it again.
        self._restore(form, [self.made.survivor])
        absorbed = [Change(Op.restore, id=each) for each in self.made.absorbed]
        wrong = [issue for each in write(self.eyes.store, self.uow, form, absorbed) for issue in each.issues]
        if wrong:
            raise Invalid(wrong, "merge.cannot_undo")
        self.result.restored = len(absorbed)
        for other, ids in self._touched():
            self.result.returned += self._restore(other, ids)
        move_back(self.uow.conn, form.uid, self.made.moved, self.made.survivor)
        return self.result

    def _touched(self) -> Iterator[tuple[FormModel, list[int]]]:
        """Yield the records that the merge re-pointed, by form."""
        statement = sa.select(_history.c.form_uid, _history.c.record_id).where(
            _history.c.cause == self.made.cause, _history.c.op == Op.update.value
        )
        found: dict[int, set[int]] = {}
        for uid, record_id in self.uow.conn.execute(statement):
            found.setdefault(uid, set()).add(record_id)
        forms = {each.uid: each for each in self.uow.app.forms.values()}
        for uid, ids in found.items():
            if uid in forms:
                mine = ids - ({self.made.survivor} if uid == self.made.form_uid else set())
                yield forms[uid], sorted(mine)

    def _restore(self, form: FormModel, ids: Sequence[int]) -> int:
        changes, keys = [], {str(each.uid): key for key, each in form.fields.items() if _given(each)}
        for record_id, steps in self._steps(form, ids).items():
            values, since = self._before(steps)
            if left := tuple(keys[uid] for uid in since if uid in keys):
                self.result.left.append((form.path, record_id, left))
            known = {keys[uid]: old for uid, old in values.items() if uid in keys}
            if known:
                changes.append(Change(Op.update, self._with_rows(form, record_id, known), record_id))
        results = write(self.eyes.store, self.uow, form, changes, "each") if changes else []
        for each in results:
            if each.issues:
                named = tuple(dict.fromkeys(issue.path.partition(".")[0] for issue in each.issues))
                self.result.left.append((form.path, each.id or 0, named))
        return sum(each.ok for each in results)

    def _steps(self, form: FormModel, ids: Sequence[int]) -> Steps:
        """Return the history of records since the merge, oldest first: cause and old values of each step."""
        step = _history.alias()
        first = sa.select(sa.func.min(step.c.version)).where(
            step.c.form_uid == form.uid,
            step.c.record_id == _history.c.record_id,
            step.c.cause == self.made.cause,
        )
        found: dict[int, list[tuple[int, Mapping[str, Any]]]] = {}
        for some in chunks(ids):
            theirs = (_history.c.form_uid == form.uid) & _history.c.record_id.in_(some)
            theirs &= _history.c.version >= first.scalar_subquery()
            statement = sa.select(_history.c.record_id, _history.c.cause, _history.c.old).where(theirs)
            for record_id, cause, old in self.uow.conn.execute(statement.order_by(_history.c.version)):
                found.setdefault(record_id, []).append((cause, orjson.loads(old)))
        return found

    def _before(self, steps: Sequence[tuple[int, Mapping[str, Any]]]) -> tuple[dict[str, Any], list[str]]:
        """Return what stood there before the merge, and which of it others have changed since."""
        before: dict[str, Any] = {}
        since: list[str] = []
        for cause, old in steps:
            for uid, value in old.items():
                if cause == self.made.cause:
                    before.setdefault(uid, value)
                elif uid in before:
                    del before[uid]
                    since.append(uid)
        return before, since

    def _with_rows(self, form: FormModel, record_id: int, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values whose rows are known by an id only where a row of that id still stands."""
        found = dict(values)
        for key in values:
            each = form.fields[key]
            if each.rows is not None:
                stand = load_rows(self.uow.conn, each, [record_id]).get(record_id, ())
                ids = {str(row["_id"]) for row in stand}
                found[key] = [
                    row
                    if row.get("_id") in ids
                    else {name: one for name, one in row.items() if name != "_id"}
                    for row in values[key] or ()
                ]
        return found


def _given(each: FieldModel) -> bool:
    return each.computed is None and not each.kind.write_once
