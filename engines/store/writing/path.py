"""The phases of a write, over the whole list: nothing skips one, whatever door the wish came through."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

import sqlalchemy as sa

from engines.form import FormModel
from engines.query import Change, ChangeSet, Draft, Op, Result, Touched, Uow
from engines.store.derived.computing import compute
from engines.store.derived.moments import complete as complete_record
from engines.store.derived.refreshing import refresh
from engines.store.history import ensure_cause, record_history
from engines.store.matching.keys import index_keys
from engines.store.matching.lending import lend
from engines.store.matching.refusing import heed_duplicates
from engines.store.store import Store
from engines.store.writing import trash
from engines.store.writing.attaching import attach_files
from engines.store.writing.authorise import authorise, load_old
from engines.store.writing.batch import Batch
from engines.store.writing.complete import add_defaults, coerce, find_changes, run_checks
from engines.store.writing.filling import fill
from engines.store.writing.heeding import heed
from engines.store.writing.index import index_words
from engines.store.writing.lookups import look_up, refuse_taken
from engines.store.writing.narrowing import narrow
from engines.store.writing.serials import number, take_back
from engines.store.writing.statements import insert_records, update_records
from schemas.errors import Busy, LimitReached

MAX_CHANGES = 10_000
_ATTEMPTS = 5


def write(
    store: Store, uow: Uow, form: FormModel, changes: Sequence[Change], mode: Literal["all", "each"] = "all"
) -> list[Result]:
    """Write a list of changes; one record is a list of one. Results keep the order of the list.

    ``all``: any issue and nothing is written. ``each``: what is right is written, the rest is reported.
    The caller commits. Raises NotFound where the actor may not even see the form.
    """
    batch = _batch(store, uow, form, changes)
    _validate(batch)
    heed_duplicates(batch)
    touched = _settle(batch, all_or_nothing=mode == "all")
    if touched:
        sets = refresh(store, uow, form, ChangeSet(uow.app.key, form.path, touched))
        _take_over(batch, sets[0])
        for each in sets:
            uow.changes.append(each)
            for hook in store.hooks:
                hook.after(uow, each)
    written = mode == "each" or not any(each.issues for each in batch.drafts)
    return [
        _result(batch, each) if written else Result(each.change.id, None, tuple(each.issues))
        for each in batch.drafts
    ]


def check(store: Store, uow: Uow, form: FormModel, changes: Sequence[Change]) -> list[Result]:
    """Answer what ``write`` would in ``each`` mode, and write nothing: a connection for reading will do.

    The unit's change set says what creations and updates would do.
    """
    batch = _batch(store, uow, form, changes)
    _validate(batch)
    heed_duplicates(batch, writing=False)
    right = [each for each in batch.of(Op.create, Op.update) if each.old is None or each.changed]
    uow.changes.append(ChangeSet(uow.app.key, form.path, [_touched(each) for each in right]))
    return [_result(batch, each) for each in batch.drafts]


def _batch(store: Store, uow: Uow, form: FormModel, changes: Sequence[Change]) -> Batch:
    if len(changes) > MAX_CHANGES:
        raise LimitReached("limit.batch", limit=MAX_CHANGES)
    ids = iter(uow.ids.many(sum(each.op is Op.create for each in changes)))
    drafts = [
        Draft(index, each, next(ids) if each.op is Op.create else each.id or 0, {})
        for index, each in enumerate(changes)
    ]
    return Batch(store, uow, form, drafts, write)


def _validate(batch: Batch) -> None:
    load_old(batch)
    authorise(batch)
    coerce(batch)
    fill(batch)
    add_defaults(batch)
    lend(batch)
    heed(batch)
    for hook in batch.store.hooks:
        hook.before(batch.uow, batch.form.path, [each for each in batch.drafts if not each.issues])
    compute(batch)
    find_changes(batch)
    look_up(batch)
    narrow(batch)
    run_checks(batch)
    trash.look_up(batch)
    refuse_taken(batch)


def _settle(batch: Batch, *, all_or_nothing: bool) -> list[Touched]:
    """Write what is right. What turns out to be in the way is noted, and what is left is tried again."""
    for attempt in range(_ATTEMPTS):
        if all_or_nothing and any(each.issues for each in batch.drafts):
            return []
        if not _contested(batch):
            return _apply(batch)
        uow, noted = batch.uow, _noted(batch)
        before = uow.cause_id, len(uow.changes), len(uow.after_commit)
        try:
            with uow.conn.begin_nested():
                return _apply(batch)
        except (trash.Held, sa.exc.IntegrityError) as error:
            uow.cause_id = before[0]
            del uow.changes[before[1] :], uow.after_commit[before[2] :]
            take_back(batch)
            if isinstance(error, sa.exc.IntegrityError):
                # Somebody else committed the same value since it was looked up; by now it can be seen.
                refuse_taken(batch)
                if noted == _noted(batch) and attempt == _ATTEMPTS - 1:
                    raise
    raise Busy(retry_after=1)


def _contested(batch: Batch) -> bool:
    """Tell whether the statements may still fail. On SQLite nobody else writes after the look-ups."""
    if trash.cascades(batch):
        return True
    claiming = batch.form.unique and any(True for _ in batch.of(Op.create, Op.update, Op.restore))
    return bool(claiming) and batch.uow.conn.dialect.name == "postgresql"


def _noted(batch: Batch) -> int:
    return sum(len(each.issues) for each in batch.drafts)


def _apply(batch: Batch) -> list[Touched]:
    """Write what is right: one statement per table and kind of change."""
    creates = list(batch.of(Op.create))
    updates = [each for each in batch.of(Op.update) if each.changed]
    if not creates and not updates and not any(True for _ in batch.of(Op.delete, Op.restore, Op.purge)):
        return []
    ensure_cause(batch.uow)
    number(batch, creates)
    insert_records(batch, creates)
    update_records(batch, updates)
    record_history(batch.uow, batch.form, updates)
    attach_files(batch, [*creates, *updates])
    index_words(batch, creates, updates)
    index_keys(batch, creates, updates)
    return [*(_touched(each) for each in (*creates, *updates)), *trash.apply(batch)]


def _touched(draft: Draft) -> Touched:
    if draft.old is None:
        return Touched(draft.id, Op.create, {}, draft.values)
    return Touched(draft.id, Op.update, {key: draft.old.get(key) for key in draft.changed}, draft.changed)


def _take_over(batch: Batch, changes: ChangeSet) -> None:
    """Let the answer hold what was computed after the write."""
    keys = [each.field.key for each in batch.form.formulas]
    if not keys:
        return
    new = {each.id: each.new for each in changes.touched}
    for draft in batch.of(Op.create, Op.update):
        made = new.get(draft.id, {})
        draft.values.update((key, made[key]) for key in keys if key in made)


def _result(batch: Batch, draft: Draft) -> Result:
    if draft.issues:
        return Result(draft.change.id, None, tuple(draft.issues))
    if draft.change.op in {Op.delete, Op.restore, Op.purge}:
        return Result(draft.id, draft.version)
    version = draft.version if draft.old is None or draft.changed else draft.version - 1
    return Result(draft.id, version, (), partial(_record, batch, draft, version))


def _record(batch: Batch, draft: Draft, version: int) -> dict[str, Any]:
    """Return the whole record as a later read would."""
    now, actor, old = batch.context.now, batch.uow.cause.actor, draft.old
    record = (
        {**batch.shape.blank, **draft.values}
        if old is None
        else {key: draft.value(key) for key in batch.shape.blank}
    )
    record["_id"], record["_version"] = draft.id, version
    record["_created_at"], record["_created_by"] = (
        (now, actor) if old is None else (old["_created_at"], old["_created_by"])
    )
    record["_updated_at"], record["_updated_by"] = (
        (now, actor) if old is None or draft.changed else (old["_updated_at"], old["_updated_by"])
    )
    for key, column in batch.shape.shadows:
        record[key] = record[column]
    complete_record(batch.uow.conn, batch.uow.app, batch.form, batch.context, [record])
    return record
