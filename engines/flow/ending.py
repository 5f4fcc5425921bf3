"""Flows of records that are gone end with them, a statement a table."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from engines.flow.rows import LIVING, State, TaskState, TokenState, VisitState
from engines.query import Uow
from engines.store import flows
from engines.store.encode import chunks
from engines.store.platform import todo as _todo
from engines.store.todos import TodoState

_WHY = "record_deleted"


def cancel_about(uow: Uow, form_uid: int, records: Collection[int], stages: Collection[int]) -> None:
    """Cancel what runs for some records. ``stages``: uids of the fields whose stays end with them."""
    conn, now = uow.conn, uow.clock.now()
    for some in chunks(records):
        about = (flows.instance.c.form_uid == form_uid) & flows.instance.c.record_id.in_(some)
        wanted = sa.select(flows.instance.c.id).where(about, flows.instance.c.state == State.running.value)
        if conn.dialect.name == "postgresql":
            wanted = wanted.with_for_update()
        _cancel(uow, list(conn.scalars(wanted.order_by(flows.instance.c.id))))
        table = flows.stage
        here = table.c.field_uid.in_(sorted(stages)) & table.c.record_id.in_(some) & table.c.left_at.is_(None)
        if stages:
            conn.execute(sa.update(table).where(here).values(left_at=now))


def _cancel(uow: Uow, instances: list[int]) -> None:
    if not instances:
        return
    conn, now = uow.conn, uow.clock.now()
    ended = {"state": State.cancelled.value, "locked": False, "ended_at": now}
    revision = {"revision": flows.instance.c.revision + 1}
    conn.execute(
        sa.update(flows.instance).where(flows.instance.c.id.in_(instances)).values({**ended, **revision})
    )
    _set(conn, flows.token, instances, [each.value for each in LIVING], state=TokenState.cancelled.value)
    unfinished = [VisitState.open.value, VisitState.failed.value]
    cancelled = {
        "state": VisitState.cancelled.value,
        "outcome": _WHY,
        "left_at": now,
        "left_by": uow.cause.actor,
    }
    _set(conn, flows.visit, instances, unfinished, **cancelled)
    pending = [TaskState.open.value, TaskState.waiting.value]
    todos = sa.select(flows.task.c.todo_id).where(
        flows.task.c.instance_id.in_(instances), flows.task.c.state.in_(pending)
    )
    is_open = (_todo.c.state == TodoState.open) & _todo.c.id.in_(todos)
    conn.execute(
        sa.update(_todo).where(is_open).values(state=TodoState.cancelled, outcome=_WHY, ended_at=now)
    )
    _set(conn, flows.task, instances, pending, state=TaskState.void.value, outcome=_WHY, closed_at=now)


def _set(
    conn: sa.Connection, table: sa.Table, instances: list[int], states: list[str], **values: Any
) -> None:
    mine = table.c.instance_id.in_(instances) & table.c.state.in_(states)
    conn.execute(sa.update(table).where(mine).values(values))
