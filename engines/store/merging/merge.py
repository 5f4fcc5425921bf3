"""A merge: relations re-pointed, the others in the trash, the survivor changed, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel, FieldModel, FormModel
from engines.query import Cause, Change, Op, Uow
from engines.store import flows
from engines.store.history import ensure_cause
from engines.store.matching import tables
from engines.store.merging.places import Moved, Renamed, count_rows, holders, move_files, move_rows
from engines.store.merging.proposal import AT_MOST, Eyes, Proposal, propose
from engines.store.store import Store
from engines.store.writing import write
from schemas.errors import Invalid, Issue, LimitReached

MOVED_AT_MOST = 10_000
DOOR = "merge"


@dataclass(frozen=True, slots=True)
class Moves:
    """What a merge re-points: records by form and rows of the platform by table, with counts."""

    records: Mapping[str, int]
    rows: Mapping[str, int]


@dataclass
class Merge:
    """Several records of a form on their way to become one. ``access``: of the person who merges."""

    store: Store
    app: AppModel
    form: FormModel
    access: Access
    ids: Sequence[int]
    survivor: int | None = None
    choices: Mapping[str, int | str] = field(default_factory=dict)

    @property
    def eyes(self) -> Eyes:
        """Return who merges."""
        return Eyes(self.store, self.app, self.access, self.form)

    def proposal(self, conn: sa.Connection) -> Proposal:
        """Return the records side by side. Raises NotFound, Forbidden and Invalid."""
        if len(set(self.ids)) < 2 or (self.survivor is not None and self.survivor not in self.ids):
            raise Invalid([Issue("ids", "merge.count", {"max": AT_MOST})])
        self.eyes.require_rights(conn, self.ids)
        return propose(self.form, self.eyes.load(conn, self.ids), self.survivor)

    def moves(self, conn: sa.Connection, proposal: Proposal) -> Moves:
        """Count what would be re-pointed."""
        absorbed = self._absorbed(proposal)
        records: dict[str, set[int]] = {}
        for each in holders(self.app, self.form):
            found = each.records(conn, absorbed) - set(self.ids)
            if found:
                records.setdefault(each.top.path, set()).update(found)
        counts = {path: len(found) for path, found in records.items()}
        return Moves(counts, count_rows(conn, self.form.uid, absorbed))

    def carry_out(self, uow: Uow, versions: Mapping[int, int] | None = None) -> int:
        """Merge in the person's unit, and return the id of the merge; the caller commits.

        ``versions``: what the person saw of each record. Raises Invalid with what stands in the way.
        """
        proposal = self.proposal(uow.conn)
        self._refuse(uow.conn, proposal, versions or {})
        self.eyes.refuse_choices(uow.conn, proposal, self.choices)
        work = _Work(self, uow.conn, proposal, {**proposal.choices, **self.choices})
        made = work.do()
        uow.after_commit.extend(work.uow.after_commit)
        return made

    def _refuse(self, conn: sa.Connection, proposal: Proposal, versions: Mapping[int, int]) -> None:
        for each in proposal.records:
            if versions.get(int(each["_id"]), each["_version"]) != each["_version"]:
                raise Invalid([Issue("", "record.stale", {"version": each["_version"]})], "merge.stale")
        instance = flows.instance
        locked = sa.select(sa.func.count()).where(
            instance.c.form_uid == self.form.uid, instance.c.record_id.in_(self.ids), instance.c.locked
        )
        if conn.scalar(locked):
            raise Invalid([Issue("", "flow.locked")])
        moves = self.moves(conn, proposal)
        if sum(moves.records.values()) + sum(moves.rows.values()) > MOVED_AT_MOST:
            raise LimitReached("merge.too_much", limit=MOVED_AT_MOST)

    def _absorbed(self, proposal: Proposal) -> list[int]:
        return [each for each in self.ids if each != proposal.survivor]


@dataclass
class _Work:
    """The steps of one merge, each of them a write by the platform in the person's name."""

    merge: Merge
    conn: sa.Connection
    proposal: Proposal
    choices: Mapping[str, int | str]

    @property
    def _absorbed(self) -> list[int]:
        return sorted(set(self.merge.ids) - {self.proposal.survivor})

    @cached_property
    def uow(self) -> Uow:
        """Return the platform's own unit in the person's transaction."""
        merge = self.merge
        cause = Cause(DOOR, merge.access.user_id)
        return merge.store.uow(self.conn, merge.app, Access(None), cause)

    def do(self) -> int:
        merge, form = self.merge, self.merge.form
        ensure_cause(self.uow)
        values = dict(self._values())
        for form_path, changes in self._repointed():
            self._write(merge.app.forms[form_path], changes, "merge.not_moved")
        moved: Moved = move_rows(self.conn, form.uid, self._absorbed, self.proposal.survivor)
        self._write(form, [Change(Op.delete, id=each) for each in self._absorbed], "merge.not_deleted")
        self._write(form, [Change(Op.update, values, self.proposal.survivor)], "")
        moved |= move_files(self.conn, form.uid, self._files(values), self.proposal.survivor)
        return self._note(moved)

    def _values(self) -> Iterator[tuple[str, Any]]:
        """Yield what the survivor gets where it differs from what it holds, as JSON."""
        stays = self.proposal.records[0]
        for key, choice in self.choices.items():
            value = self._others(self.merge.form.fields[key], self.proposal.value(key, choice))
            if value != stays[key]:
                yield key, self.merge.form.fields[key].to_json(value)

    def _others(self, field: FieldModel, value: Any) -> Any:
        """Return a value that names none of the records that become one."""
        if field.target != self.merge.form.path:
            return value
        if isinstance(value, tuple):
            return tuple(each for each in value if each not in self.merge.ids)
        return None if value in self.merge.ids else value

    def _files(self, values: Mapping[str, Any]) -> set[int]:
        form = self.merge.form
        files = (key for key in values if form.fields[key].target == "file")
        return {int(each) for key in files for each in values[key]}

    def _repointed(self) -> Iterator[tuple[str, list[Change]]]:
        """Yield form and changes that let every reference lead to the survivor."""
        stays = self.proposal.survivor
        for each in holders(self.merge.app, self.merge.form):
            found = each.records(self.conn, self._absorbed) - set(self._absorbed)
            # The one that stays does not come to name itself.
            own = found & {stays} if each.top is self.merge.form else set()
            for records, to in ((sorted(found - own), stays), (sorted(own), None)):
                if records:
                    new: Renamed = dict.fromkeys(self._absorbed, to)
                    values = each.values(self.conn, records, new)
                    yield each.top.path, [Change(Op.update, values[one], one) for one in records]

    def _write(self, form: FormModel, changes: Sequence[Change], code: str) -> None:
        results = write(self.merge.store, self.uow, form, changes)
        wrong = [issue for each in results for issue in each.issues]
        if wrong and code:
            first = wrong[0]
            label = form.definition.label
            raise Invalid(
                [Issue("", code, {"form": label, "count": len(wrong)}), Issue("", first.code, first.params)]
            )
        if wrong:
            raise Invalid(wrong)

    def _note(self, moved: Moved) -> int:
        uow, form = self.uow, self.merge.form
        number = uow.ids.next()
        row = {
            "id": number, "app": self.merge.app.key, "form_uid": form.uid, "survivor": self.proposal.survivor,
            "cause": uow.cause_id, "actor": self.merge.access.user_id, "at": uow.clock.now(), "moved": moved,
        }  # fmt: skip
        self.conn.execute(sa.insert(tables.merge).values(row))
        rows = [{"merge_id": number, "absorbed": each, "form_uid": form.uid} for each in self._absorbed]
        self.conn.execute(sa.insert(tables.merged), rows)
        pair = tables.pair
        gone = sa.or_(pair.c.low.in_(self._absorbed), pair.c.high.in_(self._absorbed))
        self.conn.execute(sa.delete(pair).where(pair.c.form_uid == form.uid, pair.c.state == "open", gone))
        return number
