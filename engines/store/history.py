"""Causes and history: who changed what, when, through which door, and what stood there before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from engines.form import AppModel, FormModel
from engines.form.columns import millis
from engines.query import Draft, Op, Uow
from engines.store import platform
from engines.store.database import insert_cells

_CAUSE = (
    "id", "at", "door", "actor", "on_behalf_of", "parent", "app", "version", "note",
)  # fmt: skip
_RULES = "rules"  # beside the uids of fields: which rule set them


@dataclass(frozen=True, slots=True)
class Entry:
    """One step in a record's life, newest first in lists. ``old``: JSON of the changed fields, by key.

    ``at``: None where the reader may not know when. ``rules``: of the fields that rules set, the rule's uid.
    """

    at: datetime | None
    actor: int | None
    door: str
    note: str | None
    op: Op
    version: int
    old: dict[str, Any]
    rules: Mapping[str, int] = field(default_factory=dict)


def ensure_cause(uow: Uow) -> int:
    """Write the unit's cause once, before the first thing it causes."""
    if uow.cause_id is None:
        uow.cause_id = uow.ids.next()
        cause = uow.cause
        row = (uow.cause_id, millis(uow.clock.now()), cause.door, cause.actor, cause.on_behalf_of,
               cause.parent, uow.app.key, uow.app.version, cause.note)  # fmt: skip
        insert_cells(uow.conn, platform.cause, _CAUSE, [row])
    return uow.cause_id


def record_history(uow: Uow, form: FormModel, drafts: Sequence[Draft]) -> None:
    """Keep the old values of what changed: one row per record."""
    rows = [
        (form.uid, each.id, each.version, uow.cause_id, Op.update.value, _old(form, each)) for each in drafts
    ]
    insert_cells(uow.conn, platform.history, ("form_uid", "record_id", "version", "cause", "op", "old"), rows)


def record_event(uow: Uow, form: FormModel, op: Op, versions: Sequence[tuple[int, int]]) -> None:
    """Keep that records were deleted or restored; ``versions``: record id and its new version."""
    rows = [(form.uid, record, version, uow.cause_id, op.value, "{}") for record, version in versions]
    insert_cells(uow.conn, platform.history, ("form_uid", "record_id", "version", "cause", "op", "old"), rows)


def _old(form: FormModel, draft: Draft) -> str:
    """Return the changed fields' old values by field uid, which a rename does not touch."""
    old = draft.old or {}
    found = {str(form.fields[key].uid): form.fields[key].to_json(old.get(key)) for key in draft.changed}
    if draft.set_by and (kept := draft.set_by.keys() & draft.changed.keys()):
        found[_RULES] = {str(form.fields[key].uid): draft.set_by[key] for key in kept}
    return orjson.dumps(found).decode()


def as_seen(entry: Entry, visible: Collection[str]) -> Entry:
    """Return a step as somebody reads it who sees some fields and system keys of the record."""
    what = "_created" if entry.op is Op.create else "_updated"
    return replace(
        entry,
        at=entry.at if f"{what}_at" in visible else None,
        actor=entry.actor if f"{what}_by" in visible else None,
        old={key: value for key, value in entry.old.items() if key in visible},
        rules={key: rule for key, rule in entry.rules.items() if key in visible},
    )


def entries(
    conn: sa.Connection,
    app: AppModel,  # noqa: ARG001 - what every reader of records is given
    form: FormModel,
    record_id: int,
    limit: int = 200,
) -> list[Entry]:
    """Return a record's history, newest first, its creation last; rights are the reader's business."""
    history, cause = platform.history, platform.cause
    keys = {str(each.uid): key for key, each in form.fields.items()}
    statement = (
        sa.select(
            cause.c.at,
            cause.c.actor,
            cause.c.door,
            cause.c.note,
            history.c.op,
            history.c.version,
            history.c.old,
        )
        .join(cause, cause.c.id == history.c.cause)
        .where(history.c.form_uid == form.uid, history.c.record_id == record_id)
        .order_by(history.c.version.desc())
        .limit(limit)
    )
    found = []
    for at, actor, door, note, op, version, old in conn.execute(statement):
        kept = orjson.loads(old)
        rules = {keys[uid]: rule for uid, rule in kept.get(_RULES, {}).items() if uid in keys}
        values = {keys[uid]: value for uid, value in kept.items() if uid in keys}
        found.append(Entry(at, actor, door, note, Op(op), version, values, rules))
    created = (
        sa.select(cause.c.at, cause.c.actor, cause.c.door, cause.c.note)
        .join(form.table, form.table.c["_cause"] == cause.c.id)
        .where(form.table.c["_id"] == record_id)
    )
    for at, actor, door, note in conn.execute(created):
        found.append(Entry(at, actor, door, note, Op.create, 1, {}))
    return found
