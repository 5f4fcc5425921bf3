"""First phase: which records stand there, and may this person do that to them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engines.access import NONE
from engines.form.field import shown
from engines.form.model import FieldModel
from engines.query import Draft, Op
from engines.store.encode import chunks
from engines.store.linked import load_plural
from engines.store.writing.batch import Batch, problem
from schemas.elements import Action
from schemas.errors import Issue, NotFound

_ACTION = {
    Op.create: Action.create, Op.update: Action.edit, Op.delete: Action.delete, Op.restore: Action.delete,
    Op.purge: Action.delete,
}  # fmt: skip
_PREFIX = "_may_"


def load_old(batch: Batch) -> None:
    """Load what stands there, locked, with the actor's rights to each row; an unseen row is an absent one."""
    if not batch.access.may(Action.view) and not batch.access.may(Action.create):
        raise NotFound
    wanted = {each.id: each for each in batch.drafts if each.change.op is not Op.create}
    if not wanted:
        return
    found: dict[int, dict[str, Any]] = {}
    one = len(wanted) == 1  # a list of ids is written into the text of the statement each time
    statement = _kept_statement(batch, one=one)
    for some in chunks(wanted):
        rows = batch.uow.conn.execute(statement, {"ids": some[0] if one else some}).mappings()
        found |= {row["_id"]: dict(row) for row in rows}
    # Checks and hooks look at the whole record, whatever of it is sent.
    updated = [each.id for each in wanted.values() if each.change.op is Op.update and each.id in found]
    for field in (*batch.form.linked, *batch.form.subforms):
        values = load_plural(batch.uow.conn, field, updated)
        for record_id in updated:
            found[record_id][field.key] = values.get(record_id, ())
    seen: set[int] = set()
    for each in batch.drafts:
        if each.change.op is not Op.create:
            _check_old(each, found.get(each.id), twice=each.id in seen)
            seen.add(each.id)


def _kept_statement(batch: Batch, *, one: bool) -> sa.Select[Any]:
    """Return the statement; for an actor without limits it is the same every time and kept with the table."""
    if not batch.uow.access.unlimited(batch.uow.app):
        return _old_statement(batch, one=one)
    cache: dict[Any, sa.Select[Any]] = batch.form.table.info.setdefault("old", {})
    strict = all(each.change.op in {Op.create, Op.update} for each in batch.drafts)
    key = (batch.uow.conn.dialect.name, strict, one)
    if key not in cache:
        cache[key] = _old_statement(batch, one=one)
    return cache[key]


def _old_statement(batch: Batch, *, one: bool) -> sa.Select[Any]:
    """Select every column, and for a limited actor one flag per right in question."""
    form, access = batch.form, batch.access
    names = (
        "_id",
        "_version",
        "_created_at",
        "_created_by",
        "_updated_at",
        "_updated_by",
        "_cause",
        "_trashed_at",
    )
    columns: list[Any] = [form.table.c[name] for name in names]
    columns += [each.column.label(each.key) for each in form.stored]
    flags: dict[str, Any] = {}
    lens = batch.store.lens(batch.uow.app, batch.uow.access, form)
    if not access.rows.everything:
        flags["view"] = access.rows
    for op in {each.change.op for each in batch.drafts} - {Op.create}:
        if not access.act.get(_ACTION[op], NONE).everything:
            flags[op.value] = access.act.get(_ACTION[op], NONE)
    for key, scope in access.edit.items():
        if not scope.everything:
            flags[f"edit_{key}"] = scope
    columns += [lens.within(scope).label(_PREFIX + name) for name, scope in flags.items()]
    ids: sa.BindParameter[Any] = sa.bindparam("ids", expanding=not one)
    wanted = form.table.c["_id"] == ids if one else form.table.c["_id"].in_(ids)
    statement = sa.select(*columns).where(wanted).order_by(form.table.c["_id"])
    if batch.uow.conn.dialect.name != "postgresql":
        return statement
    # Who only refers to a record need not wait for its update, but for its deletion.
    return statement.with_for_update(
        key_share=all(each.change.op in {Op.create, Op.update} for each in batch.drafts)
    )


def _check_old(draft: Draft, old: dict[str, Any] | None, *, twice: bool) -> None:
    """Refuse what is absent, unseen, in the wrong place, forbidden, stale or named twice."""
    trashed = draft.change.op in {Op.restore, Op.purge}
    if old is None or not old.get(_PREFIX + "view", True) or (old["_trashed_at"] is not None) != trashed:
        problem(draft, "", "record.not_found")
        return
    draft.old = old
    if not old.get(_PREFIX + draft.change.op.value, True):
        problem(draft, "", "record.forbidden")
    elif twice:
        problem(draft, "", "record.twice")
    elif draft.change.version is not None and draft.change.version != old["_version"]:
        problem(draft, "", "record.stale", version=old["_version"])


def authorise(batch: Batch) -> None:
    """Check the action and every field that is sent; a hidden field is refused as an unknown one is."""
    free = {op: batch.free(op) for op in {each.change.op for each in batch.drafts} & {Op.create, Op.update}}
    may_create = batch.access.may(Action.create)
    for draft in batch.drafts:
        op = draft.change.op
        if draft.issues:
            continue
        if op is Op.create and not may_create:
            problem(draft, "", "record.forbidden")
            continue
        if op not in free or draft.change.values.keys() <= free[op]:
            continue
        for key in draft.change.values:
            field = batch.form.fields.get(key)
            if (
                field is not None and (issue := _field_issue(batch, draft, field)) is not None
            ):  # unknown: see coerce
                draft.issues.append(issue)


def _field_issue(batch: Batch, draft: Draft, field: FieldModel) -> Issue | None:
    if batch.system:
        return None
    key, access = field.key, batch.access
    if not access.readable(key) and not access.editable(key):
        return Issue(key, "field.unknown", {"value": shown(draft.change.values[key])})
    if draft.old is None:
        may = key in access.fill
    else:
        may = key in access.edit and draft.old.get(f"{_PREFIX}edit_{key}", True)
    return None if may and not field.options.read_only else Issue(key, "field.read_only")
