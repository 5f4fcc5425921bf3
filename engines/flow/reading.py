"""What a reader of a record may know of its flows, and a person of the tasks that are theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engines.flow.graph import Graph, Graphs
from engines.flow.rows import Decision, Instance, Stay, Task, TaskState, Visit, select
from engines.form import AppModel, FormModel
from engines.store import flows
from schemas.errors import NotFound

SHOWN = 20
_INSTANCE, _TASK, _STAGE = flows.instance, flows.task, flows.stage
_SEEING = (TaskState.open.value, TaskState.done.value, TaskState.told.value)


@dataclass(frozen=True, slots=True)
class Trail:
    """One instance as it went: every visit with its tasks and decisions, oldest first."""

    graph: Graph
    instance: Instance
    visits: Sequence[Visit]
    tasks: Mapping[int, Sequence[Task]]
    decisions: Mapping[int | None, Sequence[Decision]]


def trails(
    conn: sa.Connection, graphs: Graphs, app: AppModel, form: FormModel, record_id: int
) -> list[Trail]:
    """Return the approvals of a record, the newest first; of pipelines the stays tell more."""
    mine = (_INSTANCE.c.form_uid == form.uid) & (_INSTANCE.c.record_id == record_id)
    newest = sa.select(_INSTANCE.c.id).where(mine).order_by(_INSTANCE.c.id.desc()).limit(SHOWN)
    found = select(conn, Instance, _INSTANCE.c.id.in_(newest))
    return [each for instance in reversed(found) if (each := trail(conn, graphs, app, instance)) is not None]


def trail(conn: sa.Connection, graphs: Graphs, app: AppModel, instance: Instance) -> Trail | None:
    """Return one instance as it went, None where its flow cannot be read any more."""
    try:
        graph = graphs.pinned(conn, app, instance.flow_uid, instance.version)
    except NotFound:
        return None
    tasks: dict[int, list[Task]] = {}
    for task in select(conn, Task, _TASK.c.instance_id == instance.id):
        tasks.setdefault(task.visit_id, []).append(task)
    decisions: dict[int | None, list[Decision]] = {}
    for decision in select(conn, Decision, flows.decision.c.instance_id == instance.id):
        decisions.setdefault(decision.visit_id, []).append(decision)
    visits = select(conn, Visit, flows.visit.c.instance_id == instance.id)
    return Trail(graph, instance, visits, tasks, decisions)


def started_by(
    conn: sa.Connection, user_id: int, app: str | None, limit: int, before: int | None = None
) -> list[Instance]:
    """Return what a person began, the newest first."""
    mine = sa.select(_INSTANCE.c.id).where(_INSTANCE.c.started_by == user_id)
    mine = mine if app is None else mine.where(_INSTANCE.c.app == app)
    mine = mine if before is None else mine.where(_INSTANCE.c.id < before)
    newest = mine.order_by(_INSTANCE.c.id.desc()).limit(limit)
    return select(conn, Instance, _INSTANCE.c.id.in_(newest))[::-1]


def stays(conn: sa.Connection, field_uid: int, record_id: int) -> list[Stay]:
    """Return the stages a record was in, oldest first."""
    mine = (_STAGE.c.field_uid == field_uid) & (_STAGE.c.record_id == record_id)
    return select(conn, Stay, mine)


def task_of(conn: sa.Connection, user_id: int, task_id: int) -> Task:
    """Return a task that lets its person see something: open, done, or a copy. Raises NotFound."""
    mine = (_TASK.c.id == task_id) & (_TASK.c.user_id == user_id)
    for task in select(conn, Task, mine):
        return task
    raise NotFound


def open_tasks(conn: sa.Connection, user_id: int, limit: int, after: int = 0) -> list[Task]:
    """Return what a person is asked for, oldest first."""
    is_open = sa.literal_column("weft_flow_task.state") == sa.literal_column("'open'")
    wanted = sa.select(_TASK.c.id).where(_TASK.c.user_id == user_id, is_open, _TASK.c.id > after)
    return select(conn, Task, _TASK.c.id.in_(wanted.order_by(_TASK.c.id).limit(limit)))


def task_about(conn: sa.Connection, user_id: int, form: FormModel, record_id: int) -> Task | None:
    """Return a person's open task about a record, the oldest."""
    is_open = sa.literal_column("weft_flow_task.state") == sa.literal_column("'open'")
    mine = sa.select(_TASK.c.id).join(_INSTANCE, _INSTANCE.c.id == _TASK.c.instance_id)
    mine = mine.where(
        _TASK.c.user_id == user_id,
        is_open,
        _INSTANCE.c.form_uid == form.uid,
        _INSTANCE.c.record_id == record_id,
    )
    return next(iter(select(conn, Task, _TASK.c.id.in_(mine))), None)


def sees(conn: sa.Connection, user_id: int, form_uid: int, record_id: int) -> list[Task]:
    """Return the tasks that let a person see a record."""
    mine = sa.select(_TASK.c.id).join(_INSTANCE, _INSTANCE.c.id == _TASK.c.instance_id)
    mine = mine.where(
        _TASK.c.user_id == user_id, _TASK.c.state.in_(_SEEING), _INSTANCE.c.form_uid == form_uid,
        _INSTANCE.c.record_id == record_id,
    )  # fmt: skip
    return select(conn, Task, _TASK.c.id.in_(mine))
