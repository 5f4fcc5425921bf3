"""Likely duplicates in the way of a write: refused, or told to who can be asked back.

What is told is no more than the person may see, and what the rule says of the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.form import FormModel
from engines.form.matching import matching
from engines.form.matching.matchers import Core, Ruled
from engines.query import Op, Uow
from engines.store import platform
from engines.store.encode import chunks
from engines.store.matching.finding import dismissed, equal, lock, similar
from engines.store.store import Store
from engines.store.writing.batch import Batch
from schemas.errors import Issue

# A stranger would be told by a refusal what is there. A merge, and what takes it back, is written with the
# eyes of the platform, and brings together or back what stood there before.
UNASKED = frozenset({"public", "merge", "unmerge"})
_COMPARED_AT_MOST = 200  # drafts of one write that are looked at for likeness
_NAMED = 3


def heed_duplicates(batch: Batch, *, writing: bool = True) -> None:
    """Refuse what may not be there twice; where the writer can be asked back, point at what it resembles."""
    rules = matching(batch.uow.app, batch.form).rules
    if not rules or batch.uow.cause.door in UNASKED:
        return
    for each in rules:
        refusing = each.rule.policy == "refuse"
        if refusing or (each.rule.policy == "warn" and batch.uow.wary):
            cores = dict(_cores(batch, each))
            if refusing and writing:
                lock(batch.uow.conn, each.matcher, list(cores.values()))
            _point_out(batch, each, cores)


def _cores(batch: Batch, each: Ruled) -> Iterator[tuple[int, Core]]:
    """Yield what is compared of the drafts in which something of it changes."""
    read = each.matcher.keys_read
    for draft in batch.written(Op.create, Op.update, Op.restore):
        if draft.change.op is Op.restore or not read.isdisjoint(draft.changed):
            core = each.matcher.core(draft.value)
            if core is not None:
                yield draft.id, core


def _point_out(batch: Batch, each: Ruled, cores: Mapping[int, Core]) -> None:
    conn, rule = batch.uow.conn, each.rule
    if each.matcher.fuzzy is None:
        found = equal(conn, each.matcher, cores)
    else:
        few = list(cores.items())[:_COMPARED_AT_MOST]
        near = ((own, similar(conn, each.matcher, rule.alike, own, core)) for own, core in few)
        found = {own: others for own, others in near if others}
    if not found and len(set(cores.values())) == len(cores):
        return
    known = dismissed(conn, batch.form.uid, [own for own, others in found.items() if others])
    first: set[Core] = set()
    drafts = {draft.id: draft for draft in batch.drafts}
    others = {one for some in found.values() for one in some}
    sight = Sight.of(batch.store, batch.uow, batch.form, each, others)
    for own, core in cores.items():
        met = [one for one in found.get(own, ()) if (min(own, one), max(own, one)) not in known]
        twice = each.matcher.fuzzy is None and core in first
        issue = sight.issue(met, twice=twice)
        if issue is not None:
            drafts[own].issues.append(issue)
        elif not drafts[own].issues:
            first.add(core)


@dataclass(frozen=True, slots=True)
class Sight:
    """What may be told of records that a rule found. ``titles``: of those seen; ``owners``: of the others."""

    rule: Ruled
    place: str
    titles: Mapping[int, str]
    owners: Mapping[int, str]

    @classmethod
    def of(cls, store: Store, uow: Uow, form: FormModel, rule: Ruled, ids: Iterable[int]) -> Sight:
        """Look at records with the eyes of who writes."""
        wanted = sorted(set(ids))
        titles = seen_titles(store, uow, form, sorted(rule.matcher.keys_read), wanted)
        unseen = [each for each in wanted if each not in titles]
        owners = _owners(uow, form, unseen) if rule.rule.unseen == "owner" else {}
        return cls(rule, rule.rule.fields[0], titles, owners)

    def issue(self, ids: Sequence[int], *, twice: bool) -> Issue | None:
        """Return what is said of a draft that resembles some records, or one before it in the list."""
        refusing = self.rule.rule.policy == "refuse"
        seen = [each for each in ids if each in self.titles]
        said: dict[str, Any] = {"rule": self.rule.rule.label or "", "fields": self.rule.rule.fields}
        code = "duplicate.refused" if refusing else "duplicate.likely"
        if seen:
            said["records"] = [{"id": str(each), "title": self.titles[each]} for each in seen[:_NAMED]]
            return Issue(self.place, code, said)
        if twice:
            return Issue(self.place, f"{code}_twice", said)
        if not ids or (self.rule.rule.unseen == "silent" and not refusing):
            return None
        owner = next((self.owners[each] for each in ids if each in self.owners), "")
        return Issue(self.place, f"{code}_{'owned' if owner else 'unseen'}", said | {"owner": owner})


def seen_titles(
    store: Store, uow: Uow, form: FormModel, fields: Sequence[str], ids: Sequence[int]
) -> dict[int, str]:
    """Return id -> title of those living records whose row and fields the reader may see."""
    lens = store.lens(uow.app, uow.access, form)
    if not ids or not all(lens.access.usable(key) for key in fields):
        return {}
    title, table = form.title, form.table
    shown: Any = sa.literal("")
    if title is not None and lens.access.usable(title.key):
        shown = lens.selected(title.key)
    where = [where for key in fields if (where := lens.partial(key)) is not None]
    found: dict[int, str] = {}
    for some in chunks(ids):
        statement = sa.select(table.c["_id"], shown).where(
            table.c["_id"].in_(some), table.c["_trashed_at"].is_(None), lens.rows(), *where
        )
        found |= {number: "" if text is None else str(text) for number, text in uow.conn.execute(statement)}
    return found


def _owners(uow: Uow, form: FormModel, ids: Sequence[int]) -> dict[int, str]:
    """Return who is in charge of records."""
    owner, user = form.owner, platform.user
    found: dict[int, str] = {}
    if owner is None:
        return found
    for some in chunks(ids):
        statement = (
            sa.select(form.table.c["_id"], user.c.name)
            .join(user, user.c.id == owner.column)
            .where(form.table.c["_id"].in_(some))
        )
        found.update((number, name) for number, name in uow.conn.execute(statement))
    return found
