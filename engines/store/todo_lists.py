"""Who has what to do: lists and counts over the to-dos."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engines.form.columns import millis
from engines.store.platform import todo as _todo
from engines.store.reading.cursor import Key, beyond
from engines.store.shelf import not_away
from engines.store.todos import Doer, KeptTodo, TodoState, kept, source_of

_NEVER = 1 << 62  # without a due date comes last; one expression, so that order and continuation agree
_DUE = sa.func.coalesce(sa.type_coerce(_todo.c.due, sa.BigInteger), sa.literal(_NEVER, sa.BigInteger))
_OPEN_KEYS = (Key(_DUE, descending=False, nullable=False), Key(_todo.c.id, descending=False, nullable=False))
_ENDED = sa.func.coalesce(sa.type_coerce(_todo.c.ended_at, sa.BigInteger), sa.literal(0, sa.BigInteger))
_DONE_KEYS = (Key(_ENDED, descending=True, nullable=False), Key(_todo.c.id, descending=True, nullable=False))

_MADE_KEYS = (Key(_todo.c.id, descending=True, nullable=False),)
# Written as the indexes' own conditions: a bound value would not match their WHERE.
_IS_OPEN = sa.literal_column("weft_todo.state") == sa.literal_column("'open'")
_IS_OWN = sa.literal_column("weft_todo.kind") == sa.literal_column("'own'")

Place = tuple[int, int]
Day = tuple[datetime, datetime]


class Which(StrEnum):
    """The lists a person has.

    ``today``, ``coming``: of the open ones, those due on this day and after it. ``done``: what the person
    finished. ``assigned``: what the person wrote for others, done or not.
    """

    open = "open"
    today = "today"
    overdue = "overdue"
    coming = "coming"
    done = "done"
    assigned = "assigned"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of which list. ``day``: when this day begins and ends where the person is."""

    which: Which = Which.open
    app: str | None = None
    after: Place | None = None
    limit: int = 50
    day: Day | None = None


@dataclass(frozen=True, slots=True)
class TodoPage:
    """One page. ``next``: where the following page begins."""

    todos: Sequence[KeptTodo]
    next: Place | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is to do, how much of it is late, and how much is due on this day."""

    open: int = 0
    overdue: int = 0
    today: int = 0


def list_todos(conn: sa.Connection, doer: Doer, now: datetime, asked: Asked | None = None) -> TodoPage:
    """Return what a person has to do, or may take: the most urgent first; what is over, newest first."""
    asked = asked or Asked()
    keys = _keys(asked.which)
    wanted = sa.select(_todo).where(*_where(doer, now, asked.which, asked.day))
    if asked.app is not None:
        wanted = wanted.where(_todo.c.app == asked.app)
    if asked.after is not None:
        wanted = wanted.where(beyond(keys, asked.after[-len(keys) :], backwards=False))
    order = [key.order(conn.dialect.name, backwards=False) for key in keys]
    rows = conn.execute(wanted.order_by(*order).limit(asked.limit + 1)).all()
    last = rows[asked.limit - 1] if len(rows) > asked.limit else None
    following = None if last is None else _place(last, asked.which)
    return TodoPage([kept(row) for row in rows[: asked.limit]], following)


def todos_between(
    conn: sa.Connection, doer: Doer, first: datetime, end: datetime, limit: int
) -> Sequence[KeptTodo]:
    """Return what a person has to do within a span of time, the earliest first."""
    due = (_todo.c.due >= first) & (_todo.c.due < end)
    wanted = sa.select(_todo).where(*_where(doer, first, Which.open), due)
    return [kept(row) for row in conn.execute(wanted.order_by(_DUE, _todo.c.id).limit(limit))]


def todos_about(conn: sa.Connection, form_uid: int, record_id: int, limit: int = 50) -> Sequence[KeptTodo]:
    """Return the open to-dos about a record, whosever they are."""
    wanted = sa.select(_todo).where(
        _todo.c.form_uid == form_uid, _todo.c.record_id == record_id, _todo.c.state == TodoState.open
    )
    return [kept(row) for row in conn.execute(wanted.order_by(_DUE, _todo.c.id).limit(limit))]


def count_todos(
    conn: sa.Connection, doer: Doer, now: datetime, app: str | None = None, day: Day | None = None
) -> Counts:
    """Count what is open for a person; stands on every page, so it reads the index of open ones only."""
    late, today = _late(now), sa.false() if day is None else _within(Which.today, day)
    sums = [sa.func.sum(sa.case((each, 1), else_=0)) for each in (late, today)]
    counted = sa.select(sa.func.count(), *sums).where(*_where(doer, now, Which.open))
    row = conn.execute(counted if app is None else counted.where(_todo.c.app == app)).one()
    return Counts(row[0], int(row[1] or 0), int(row[2] or 0))


def _keys(which: Which) -> tuple[Key, ...]:
    if which is Which.assigned:
        return _MADE_KEYS
    return _DONE_KEYS if which is Which.done else _OPEN_KEYS


def _where(doer: Doer, now: datetime, which: Which, day: Day | None = None) -> list[sa.ColumnElement[bool]]:
    if which is Which.done:
        return [_todo.c.ended_by == doer.id, _todo.c.state == TodoState.done]
    if which is Which.assigned:
        others = _todo.c.user_id.is_(None) | (_todo.c.user_id != doer.id)
        there = _todo.c.state != TodoState.cancelled
        return [_IS_OWN, _todo.c.source == source_of(doer.id), others, there]
    found = [_IS_OPEN, sa.or_(*_whose(doer)), not_away(_todo.c.app)]
    if which is Which.overdue:
        return [*found, _late(now)]
    return found if day is None else [*found, _within(which, day)]


def _whose(doer: Doer) -> Iterator[sa.ColumnElement[bool]]:
    """Yield what makes a to-do one that the person has, or may take."""
    free = _todo.c.user_id.is_(None)
    yield _todo.c.user_id == doer.id
    if doer.role_uids:
        yield free & _todo.c.role_uid.in_(sorted(doer.role_uids))
    if doer.department_id is not None:
        yield free & (_todo.c.department_id == doer.department_id)


def _within(which: Which, day: Day) -> sa.ColumnElement[bool]:
    if which is Which.today:
        return (_todo.c.due >= day[0]) & (_todo.c.due < day[1])
    return _todo.c.due >= day[1] if which is Which.coming else sa.true()


def _late(now: datetime) -> sa.ColumnElement[bool]:
    return _todo.c.due < now


def _place(row: Any, which: Which) -> Place:
    if which is Which.assigned:
        return (0, row.id)
    if which is Which.done:
        return (millis(row.ended_at), row.id)
    return (_NEVER if row.due is None else millis(row.due), row.id)
