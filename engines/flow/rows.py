"""The rows of one running flow: what they hold, read and written a statement a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar

import orjson
import sqlalchemy as sa

from engines.form.columns import millis
from engines.store import flows
from engines.store.database import insert_cells, update_cells


class State(StrEnum):
    """Where an instance is: ``running``, or how it ended. ``done``: a pipeline that leads no further."""

    running = "running"
    approved = "approved"
    rejected = "rejected"
    cancelled = "cancelled"
    withdrawn = "withdrawn"
    done = "done"


class TokenState(StrEnum):
    """``divided``: its children are under way. ``arrived``, ``bad``: it waits for its siblings."""

    active = "active"
    divided = "divided"
    arrived = "arrived"
    bad = "bad"
    ended = "ended"
    cancelled = "cancelled"


LIVING = (TokenState.active, TokenState.divided, TokenState.arrived, TokenState.bad)


class VisitState(StrEnum):
    """``failed``: an incident, which somebody must look at."""

    open = "open"
    done = "done"
    failed = "failed"
    cancelled = "cancelled"


class TaskState(StrEnum):
    """``waiting``: its turn will come. ``void``: need not be done. ``moved``: somebody else has it.

    ``told``: a copy for information.
    """

    waiting = "waiting"
    open = "open"
    done = "done"
    void = "void"
    moved = "moved"
    told = "told"


@dataclass(slots=True)
class Instance:
    """One run of one record through one flow."""

    id: int
    app: str
    flow_uid: int
    form_uid: int
    record_id: int
    version: int
    revision: int
    state: State
    locked: bool
    decided: bool
    started_by: int | None
    started_at: datetime
    ended_at: datetime | None = None
    counts: dict[str, int] = field(default_factory=dict)
    once: str | None = None

    @property
    def running(self) -> bool:
        """Tell whether anything may still happen."""
        return self.state is State.running


@dataclass(slots=True)
class Token:
    """One place at which an instance is."""

    id: int
    instance_id: int
    parent_id: int | None
    node: str
    visit_id: int | None = None
    state: TokenState = TokenState.active


@dataclass(slots=True)
class Visit:
    """One entry into one node; the ``number``-th of it. ``detail``: what only this visit knows."""

    id: int
    instance_id: int
    token_id: int
    previous_id: int | None
    node: str
    number: int
    state: VisitState
    outcome: str | None
    record_version: int | None
    entered_at: datetime
    left_at: datetime | None = None
    left_by: int | None = None
    due: datetime | None = None
    reminded: int = 0
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Task:
    """What one person must do at one visit. ``place``: whose turn it is, in order."""

    id: int
    instance_id: int
    visit_id: int
    kind: str
    user_id: int
    place: int
    state: TaskState
    outcome: str | None = None
    moved_from: int | None = None
    todo_id: int | None = None
    opened_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(slots=True)
class Decision:
    """What somebody did, for the trail. ``button``: its key in the graph, where there is one."""

    id: int
    instance_id: int
    visit_id: int | None
    task_id: int | None
    user_id: int | None
    act: str
    button: str | None
    comment: str | None
    detail: dict[str, Any]
    cause: int | None
    at: datetime


@dataclass(slots=True)
class Stay:
    """One stay of a record in a stage; ``stage`` is the uid of the option."""

    id: int
    form_uid: int
    record_id: int
    field_uid: int
    stage: int
    how: str
    entered_at: datetime
    entered_by: int | None
    left_at: datetime | None = None


Row = Instance | Token | Visit | Task | Decision | Stay
R = TypeVar("R", bound=Row)
TABLES: Mapping[type[Any], sa.Table] = {
    Instance: flows.instance, Token: flows.token, Visit: flows.visit, Task: flows.task,
    Decision: flows.decision, Stay: flows.stage,
}  # fmt: skip
_COLUMNS = {kind: tuple(each.name for each in fields(kind)) for kind in TABLES}
_STATES: Mapping[type[Any], type[StrEnum]] = {
    Instance: State, Token: TokenState, Visit: VisitState, Task: TaskState,
}  # fmt: skip
_JSON = frozenset({"counts", "detail"})


def of_row(kind: type[R], row: Any) -> R:
    """Return a row of the database as what it is."""
    cells = dict(row._mapping)
    for name in _JSON & cells.keys():
        cells[name] = orjson.loads(cells[name] or "{}")
    if kind in _STATES:
        cells["state"] = _STATES[kind](cells["state"])
    return kind(**cells)


def insert(conn: sa.Connection, kind: type[R], rows: Sequence[R]) -> None:
    """Add rows, in one statement."""
    columns = _COLUMNS[kind]
    insert_cells(
        conn, TABLES[kind], columns, [tuple(_cell(getattr(row, name)) for name in columns) for row in rows]
    )


def update(conn: sa.Connection, kind: type[R], rows: Iterable[R]) -> None:
    """Write rows over what stands there, in one statement."""
    columns = _COLUMNS[kind][1:]
    cells = [(*(_cell(getattr(row, name)) for name in columns), row.id) for row in rows]
    update_cells(conn, TABLES[kind], columns, cells, "id")


def select(conn: sa.Connection, kind: type[R], *where: sa.ColumnElement[bool], lock: bool = False) -> list[R]:
    """Return rows in the order in which they were made; ``lock`` keeps others from changing them."""
    table = TABLES[kind]
    statement = sa.select(table).where(*where).order_by(table.c.id)
    if lock:
        statement = statement.with_for_update()
    return [of_row(kind, row) for row in conn.execute(statement)]


def find(conn: sa.Connection, kind: type[R], *, lock: bool = False, **wanted: Any) -> list[R]:
    """Return the rows whose columns hold what is wanted, one of several where that is a list.

    For what every transition asks: the statement is put together once.
    """
    listed = frozenset(name for name, value in wanted.items() if isinstance(value, list))
    statement = _statement(TABLES[kind], tuple(wanted), listed, lock=lock)
    return [of_row(kind, row) for row in conn.execute(statement, wanted)]


@cache
def _statement(
    table: sa.Table, names: tuple[str, ...], listed: frozenset[str], *, lock: bool
) -> sa.Select[Any]:
    where = [
        table.c[name].in_(sa.bindparam(name, expanding=True)) if name in listed
        else table.c[name] == sa.bindparam(name)
        for name in names
    ]  # fmt: skip
    statement = sa.select(table).where(*where).order_by(table.c.id)
    return statement.with_for_update() if lock else statement


def by_id(conn: sa.Connection, kind: type[R], ids: Collection[int], *, lock: bool = False) -> list[R]:
    """Return some rows by their ids."""
    if len(ids) == 1:
        return find(conn, kind, lock=lock, id=next(iter(ids)))
    return find(conn, kind, lock=lock, id=list(ids)) if ids else []


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return millis(value)
    if isinstance(value, StrEnum):
        return value.value
    return orjson.dumps(value).decode() if isinstance(value, dict) else value
