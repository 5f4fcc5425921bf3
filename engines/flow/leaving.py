"""Whoever leaves hands everything on: to somebody named, the manager, or whoever looks after the flow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engines.access import Access
from engines.flow.pressing import move_task
from engines.flow.rows import Task, TaskState, select
from engines.flow.step import Step
from engines.flow.tasks import close_task
from engines.flow.waiting import admins
from engines.form import AppModel
from engines.query import Cause
from engines.store import flows as tables
from engines.store.people.heirs import heir
from schemas.errors import NotFound

if TYPE_CHECKING:
    from engines.flow.flows import Flows
    from engines.flow.run import Run

_TASK = tables.task
_PENDING = (TaskState.open, TaskState.waiting)


@dataclass(frozen=True, slots=True)
class Leaver:
    """Who leaves, who says so, and who is to take over, if that was said."""

    id: int
    by: int | None
    to: int | None = None


def leave(flows: Flows, conn: sa.Connection, app_of: Callable[[str], AppModel], leaver: Leaver) -> int:
    """Move every task a person still has, and return how many that were.

    In the transaction in which the person is shut out. ``app_of``: raises NotFound for an app that is gone.
    """
    pending = _TASK.c.state.in_([each.value for each in _PENDING])
    mine: list[Task] = select(conn, Task, _TASK.c.user_id == leaver.id, pending)
    moved = 0
    for instance_id in sorted({each.instance_id for each in mine}):
        moved += _hand_on(flows, conn, app_of, (instance_id, leaver))
    return moved


def _hand_on(
    flows: Flows,
    conn: sa.Connection,
    app_of: Callable[[str], AppModel],
    about: tuple[int, Leaver],
) -> int:
    instance_id, leaver = about
    key = conn.scalar(sa.select(tables.instance.c.app).where(tables.instance.c.id == instance_id))
    try:
        app = app_of(str(key))
        uow = flows.store.uow(conn, app, Access(None), Cause("people", leaver.by))
        run = flows.open_any(uow, instance_id)
    except NotFound:
        return 0
    visits = {each.visit_id for each in run.book.living() if each.visit_id is not None}
    mine = [each for each in run.book.open_tasks(visits) if each.user_id == leaver.id]
    for task in mine:
        _move(run, task, _heir(run, task, leaver))
    run.work()
    return len(mine)


def _heir(run: Run, task: Task, leaver: Leaver) -> int | None:
    """Return who takes over; unless somebody is named, a failure is for those who look after the flow."""
    if leaver.to is not None:
        return leaver.to
    above = None if task.kind == "incident" else heir(run.uow.conn, leaver.id)
    if above is not None:
        return above
    visit = run.book.visit(task.visit_id)
    step = Step(run, run.graph.node(visit.node), run.book.tokens[visit.token_id], visit)
    return next((each for each in admins(step) if each != leaver.id), None)


def _move(run: Run, task: Task, to: int | None) -> None:
    visit = run.book.visit(task.visit_id)
    if to is None:  # nobody is left who could; it stays where administrators find it
        return
    others = [each for each in run.book.of_visit(visit.id) if each.state in _PENDING]
    run.note("reassign", visit, task=task.id, of=str(task.user_id), to=str(to))
    if all(each.user_id != to for each in others):
        move_task(run, task, to)
        return
    close_task(run, task, "left", TaskState.void)
    if task.kind != "incident":
        run.settle(run.book.tokens[visit.token_id], visit)
