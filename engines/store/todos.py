"""To-dos: one list for approvals, tasks of stages and rules, and what people write for themselves."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

import sqlalchemy as sa

from engines.form.columns import iso
from engines.ports import Clock, Ids
from engines.store.platform import todo as _todo
from engines.store.said import Said, said_of
from engines.store.upsert import upsert
from schemas.errors import Conflict, Forbidden, NotFound

_PERSON = "person:"


class TodoKind(StrEnum):
    """Where a to-do comes from."""

    approve = "approve"
    fill = "fill"
    stage = "stage"
    incident = "incident"
    rule = "rule"
    own = "own"


class TodoState(StrEnum):
    """What became of it."""

    open = "open"
    done = "done"
    cancelled = "cancelled"


class Doer(Protocol):
    """A person, as far as to-dos are concerned."""

    @property
    def id(self) -> int:
        """Return the person's id."""

    @property
    def role_uids(self) -> frozenset[int]:
        """Return the uids of the roles the person holds."""

    @property
    def department_id(self) -> int | None:
        """Return the department the person is in."""


@dataclass(frozen=True, slots=True)
class Todo:
    """A thing one person must do: ``user_id``, or the first of ``role_uid`` or ``department_id`` to take it.

    ``source`` says what made it (``rule:12``, ``flow:77:visit:3``), so that it can be cancelled from there.
    ``unique``: a second to-do of the same key is not made, whatever became of the first.
    ``link``: where it is worked on, when that is not the page of its record. ``detail``: notes of its maker.
    ``remind``: when somebody is told that it falls due; nobody is where that is past when it is said.
    """

    app: str
    kind: TodoKind
    title: Said
    body: Said | None = None
    form_uid: int | None = None
    record_id: int | None = None
    user_id: int | None = None
    role_uid: int | None = None
    due: datetime | None = None
    source: str = ""
    unique: str | None = None
    cause_id: int | None = None
    link: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    department_id: int | None = None
    remind: datetime | None = None

    @property
    def maker(self) -> int | None:
        """Return who wrote it, None where no person did."""
        number = self.source.removeprefix(_PERSON)
        return int(number) if self.kind is TodoKind.own and number.isdecimal() else None

    def meant_for(self, doer: Doer) -> bool:
        """Tell whether it was given to a role or department of this person."""
        there = self.department_id is not None and self.department_id == doer.department_id
        return there or self.role_uid in doer.role_uids


@dataclass(frozen=True, slots=True)
class KeptTodo:
    """A to-do that was made. ``steps``: who took it or handed it over, oldest first."""

    id: int
    todo: Todo
    state: TodoState
    outcome: str | None
    created_at: datetime
    ended_at: datetime | None
    ended_by: int | None
    steps: tuple[Mapping[str, Any], ...]

    def offered_to(self, doer: Doer) -> bool:
        """Tell whether it is one that anybody of its role or department may still take, this person too."""
        return self.todo.user_id is None and self.todo.meant_for(doer)

    def may_be_done_by(self, doer: Doer) -> bool:
        """Tell whether this person may finish or hand it over."""
        return self.todo.user_id == doer.id or self.offered_to(doer)


def source_of(user_id: int) -> str:
    """Return what is noted as the source of what a person writes."""
    return f"{_PERSON}{user_id}"


def add_todo(conn: sa.Connection, ids: Ids, clock: Clock, todo: Todo) -> int:
    """Make a to-do and return its id; that of the first, when there is one of the same ``unique`` key."""
    row = {
        "id": ids.next(), "app": todo.app, "kind": todo.kind, "title": todo.title.to_json(),
        "body": None if todo.body is None else todo.body.to_json(), "link": todo.link,
        "form_uid": todo.form_uid, "record_id": todo.record_id, "user_id": todo.user_id,
        "role_uid": todo.role_uid, "department_id": todo.department_id, "due": todo.due,
        "source": todo.source, "unique_key": todo.unique,
        "cause_id": todo.cause_id, "detail": dict(todo.detail), "state": TodoState.open,
        "created_at": clock.now(), "steps": [], "remind": _ahead(clock, todo.remind),
    }  # fmt: skip
    made = conn.scalar(upsert(conn, _todo).values(row).on_conflict_do_nothing().returning(_todo.c.id))
    if made is None:
        made = conn.scalar(sa.select(_todo.c.id).where(_todo.c.unique_key == todo.unique))
    return int(made or 0)


def get_todo(conn: sa.Connection, todo_id: int) -> KeptTodo:
    """Return one to-do, whosever it is. Raises NotFound."""
    row = conn.execute(sa.select(_todo).where(_todo.c.id == todo_id)).first()
    if row is None:
        raise NotFound
    return kept(row)


def finish_todo(conn: sa.Connection, clock: Clock, todo_id: int, outcome: str, by: int | None) -> None:
    """Say that it is done. Raises NotFound, and Conflict where it is not open any more."""
    ended = {"state": TodoState.done, "outcome": outcome, "ended_at": clock.now(), "ended_by": by}
    _while_open(conn, todo_id, ended)


def cancel_todo(conn: sa.Connection, clock: Clock, todo_id: int, outcome: str) -> None:
    """Say that it need not be done. Raises NotFound, and Conflict where it is not open any more."""
    _while_open(conn, todo_id, {"state": TodoState.cancelled, "outcome": outcome, "ended_at": clock.now()})


def cancel_todos(
    conn: sa.Connection, clock: Clock, outcome: str, source: str, records: Collection[int] | None = None
) -> int:
    """Cancel the open to-dos that a source made, or those among them that are about some records."""
    wanted = (_todo.c.state == TodoState.open) & (_todo.c.source == source)
    if records is not None:
        wanted &= _todo.c.record_id.in_(records)
    return _cancel(conn, clock, outcome, wanted)


def cancel_about(
    conn: sa.Connection, clock: Clock, outcome: str, form_uid: int, records: Collection[int]
) -> int:
    """Cancel the open to-dos about some records, whoever made them."""
    about = (_todo.c.form_uid == form_uid) & _todo.c.record_id.in_(records)
    return _cancel(conn, clock, outcome, (_todo.c.state == TodoState.open) & about)


def _cancel(conn: sa.Connection, clock: Clock, outcome: str, wanted: sa.ColumnElement[bool]) -> int:
    values = {"state": TodoState.cancelled, "outcome": outcome, "ended_at": clock.now()}
    return conn.execute(sa.update(_todo).where(wanted).values(values)).rowcount


def claim_todo(conn: sa.Connection, clock: Clock, todo_id: int, doer: Doer) -> None:
    """Take a to-do that is offered to several. Raises NotFound, Forbidden, and Conflict when it is gone."""
    found = get_todo(conn, todo_id)
    if found.todo.user_id == doer.id and found.state is TodoState.open:
        return
    if not found.todo.meant_for(doer):
        raise Forbidden
    step = {"what": "taken", "by": doer.id, "at": iso(clock.now())}
    free = (_todo.c.id == todo_id) & (_todo.c.state == TodoState.open) & _todo.c.user_id.is_(None)
    taken = {"user_id": doer.id, "steps": [*found.steps, step]}
    if not conn.execute(sa.update(_todo).where(free).values(taken)).rowcount:
        raise Conflict("todo.taken")


def transfer_todo(
    conn: sa.Connection, clock: Clock, todo_id: int, to: int, by: int | None, comment: str = ""
) -> None:
    """Hand a to-do to somebody else. Raises NotFound, and Conflict where it is not there to be handed on."""
    found = get_todo(conn, todo_id)
    step = {"what": "transferred", "by": by, "from": found.todo.user_id, "to": to, "at": iso(clock.now())}
    step |= {"comment": comment} if comment else {}
    # Of two who hand it on at once, the second is told that it is somebody else's by now.
    holder = (
        _todo.c.user_id.is_(None) if found.todo.user_id is None else _todo.c.user_id == found.todo.user_id
    )
    _while_open(conn, todo_id, {"user_id": to, "steps": [*found.steps, step]}, holder)


def reword_todo(conn: sa.Connection, clock: Clock, todo_id: int, anew: Todo) -> None:
    """Say anew what is to be done and until when; what is due as it was is told of as it was, once.

    Raises NotFound, and Conflict where it is not open any more.
    """
    before = get_todo(conn, todo_id).todo
    remind = before.remind if anew.due == before.due else _ahead(clock, anew.remind)
    body = None if anew.body is None else anew.body.to_json()
    told = {"title": anew.title.to_json(), "body": body, "due": anew.due, "remind": remind}
    _while_open(conn, todo_id, told)


def reopen_todo(conn: sa.Connection, clock: Clock, todo_id: int, by: int) -> None:
    """Take back that one's own to-do is done. Raises NotFound, and Conflict where it is not done."""
    found = get_todo(conn, todo_id)
    step = {"what": "reopened", "by": by, "at": iso(clock.now())}
    values = {
        "state": TodoState.open, "outcome": None, "ended_at": None, "ended_by": None,
        "user_id": found.todo.user_id or by, "steps": [*found.steps, step],
    }  # fmt: skip
    done = (_todo.c.id == todo_id) & (_todo.c.state == TodoState.done) & (_todo.c.ended_by == by)
    if not conn.execute(sa.update(_todo).where(done).values(values)).rowcount:
        raise Conflict("todo.not_done")


def hand_over(
    conn: sa.Connection, clock: Clock, user_id: int, to: int | None, by: int | None, *, share: bool = False
) -> int:
    """Move everything a person still has to do, but what a flow asks for: that the flow moves.

    ``share``: what was offered to a role or department is offered to it again.
    """
    mine = sa.select(_todo.c.id).where(
        _todo.c.user_id == user_id, _todo.c.state == TodoState.open, _todo.c.source.not_like("flow:%")
    )
    moved = [int(each) for each in conn.scalars(mine)]
    for each in moved:
        found = get_todo(conn, each)
        shared = found.todo.role_uid is not None or found.todo.department_id is not None
        heir = None if share and shared else to
        step = {"what": "transferred", "by": by, "from": user_id, "to": heir, "at": iso(clock.now())}
        values = {"user_id": heir, "steps": [*found.steps, step]}
        conn.execute(sa.update(_todo).where(_todo.c.id == each).values(values))
    return len(moved)


def _ahead(clock: Clock, moment: datetime | None) -> datetime | None:
    return moment if moment is not None and moment > clock.now() else None


def _while_open(
    conn: sa.Connection, todo_id: int, values: Mapping[str, Any], where: sa.ColumnElement[bool] | None = None
) -> None:
    still = (_todo.c.id == todo_id) & (_todo.c.state == TodoState.open)
    still = still if where is None else still & where
    if not conn.execute(sa.update(_todo).where(still).values(values)).rowcount:
        get_todo(conn, todo_id)
        raise Conflict("todo.not_open")


def kept(row: Any) -> KeptTodo:
    """Return a row as a to-do."""
    title = said_of(row.title)
    assert title is not None  # noqa: S101 - every to-do has one
    made = Todo(
        row.app, TodoKind(row.kind), title, said_of(row.body), row.form_uid, row.record_id, row.user_id,
        row.role_uid, row.due, row.source, row.unique_key, row.cause_id, row.link, row.detail,
        row.department_id, row.remind,
    )  # fmt: skip
    return KeptTodo(
        row.id, made, TodoState(row.state), row.outcome, row.created_at, row.ended_at, row.ended_by,
        tuple(row.steps),
    )  # fmt: skip
