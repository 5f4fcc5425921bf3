"""What a new record is given by one of another form that says the same: blanks are filled, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.form.matching import Lending, matching
from engines.form.matching.matchers import Core
from engines.query import Draft, Op
from engines.store.matching.finding import equal
from engines.store.matching.refusing import UNASKED, seen_titles
from engines.store.reading.brought import Brought
from engines.store.writing.batch import Batch
from engines.store.writing.lookups import as_ids, existing


def lend(batch: Batch) -> None:
    """Fill blank fields of new records, and of those whose compared fields change, with what may be seen."""
    if batch.uow.cause.door in UNASKED:
        return
    for each in matching(batch.uow.app, batch.form).lendings:
        drafts = {draft.id: draft for draft in batch.written(Op.create, Op.update) if _asks(each, draft)}
        cores: dict[int, Core] = {}
        for number, draft in drafts.items():
            core = each.core(draft.value)
            if core is not None:
                cores[number] = core
        met = equal(batch.uow.conn, each.matcher, cores) if cores else {}
        if met:
            _fill(batch, each, drafts, met)


def _asks(each: Lending, draft: Draft) -> bool:
    """Tell whether what is compared was given, and something is left to fill."""
    own = each.asking.values()
    if draft.old is not None and all(draft.value(key) == draft.old.get(key) for key in own):
        return False
    return any(draft.value(key) in (None, ()) for key in each.paths)


def _fill(batch: Batch, each: Lending, drafts: Mapping[int, Draft], met: Mapping[int, list[int]]) -> None:
    uow = batch.uow
    form, compared = each.matcher.form, sorted(each.matcher.keys_read)
    others = {one for some in met.values() for one in some}
    # What is filled tells that the compared values agree: to those alone who may read them.
    ids = seen_titles(batch.store, uow, form, compared, sorted(others)).keys()
    found = Brought(batch.store, uow.conn, uow.app, uow.access).of(form, ids, each.paths.values())
    for number, some in met.items():
        draft = drafts[number]
        for own, path in each.paths.items():
            # Raw values may be of any type, hashable or not.
            if draft.value(own) not in (None, ()) or draft.change.values.get(own) not in (None, "", (), []):
                continue
            # The latest that says something: records are numbered by time.
            for one in sorted(some, reverse=True):
                value: Any = each.value(uow.app, batch.form, own, found.get(one, {}).get(path))
                if value is not ... and _may_name(batch, own, value):
                    draft.values[own] = value
                    break


def _may_name(batch: Batch, own: str, value: Any) -> bool:
    field = batch.form.fields[own]
    if field.kind.target in {None, "file"}:
        return True
    return existing(batch, field, as_ids(value)).issuperset(as_ids(value))
