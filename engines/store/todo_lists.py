"""Who has what to do: lists and counts over the to-dos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engines.form.columns import millis
from engines.store.platform import todo as _todo
from engines.store.reading.cursor import Key, beyond
from engines.store.shelf import not_away
from engines.store.todos import Doer, KeptTodo, TodoState, kept

_NEVER = 1 << 62  # without a due date comes last; one expression, so that order and continuation agree
_DUE = sa.func.coalesce(sa.type_coerce(_todo.c.due, sa.BigInteger), sa.literal(_NEVER, sa.BigInteger))
_OPEN_KEYS = (Key(_DUE, descending=False, nullable=False), Key(_todo.c.id, descending=False, nullable=False))
_ENDED = sa.func.coalesce(sa.type_coerce(_todo.c.ended_at, sa.BigInteger), sa.literal(0, sa.BigInteger))
_DONE_KEYS = (Key(_ENDED, descending=True, nullable=False), Key(_todo.c.id, descending=True, nullable=False))

Place = tuple[int, int]


class Which(StrEnum):
    """The lists a person has: open ones, those among them that are late, and what the person finished."""

    open = "open"
    overdue = "overdue"
    done = "done"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of which list."""

    which: Which = Which.open
    app: str | None = None
    after: Place | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class TodoPage:
    """One page. ``next``: where the following page begins."""

    todos: Sequence[KeptTodo]
    next: Place | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is to do, and how much of it is late."""

    open: int = 0
    overdue: int = 0


def list_todos(conn: sa.Connection, doer: Doer, now: datetime, asked: Asked | None = None) -> TodoPage:
    """Return what a person has to do, or may take: the most urgent first; or what was done, newest first."""
    asked = asked or Asked()
    keys = _DONE_KEYS if asked.which is Which.done else _OPEN_KEYS
    wanted = sa.select(_todo).where(*_where(doer, now, asked.which))
    if asked.app is not None:
        wanted = wanted.where(_todo.c.app == asked.app)
    if asked.after is not None:
        wanted = wanted.where(beyond(keys, asked.after, backwards=False))
    order = [key.order(conn.dialect.name, backwards=False) for key in keys]
    rows = conn.execute(wanted.order_by(*order).limit(asked.limit + 1)).all()
    last = rows[asked.limit - 1] if len(rows) > asked.limit else None
    following = None if last is None else _place(last, asked.which)
    return TodoPage([kept(row) for row in rows[: asked.limit]], following)


def todos_about(conn: sa.Connection, form_uid: int, record_id: int, limit: int = 50) -> Sequence[KeptTodo]:
    """Return the open to-dos about a record, whosever they are."""
    wanted = sa.select(_todo).where(
        _todo.c.form_uid == form_uid, _todo.c.record_id == record_id, _todo.c.state == TodoState.open
    )
    return [kept(row) for row in conn.execute(wanted.order_by(_DUE, _todo.c.id).limit(limit))]


def count_todos(conn: sa.Connection, doer: Doer, now: datetime, app: str | None = None) -> Counts:
    """Count what is open for a person; stands on every page, so it reads the index of open ones only."""
    late = sa.func.sum(sa.case((_late(now), 1), else_=0))
    counted = sa.select(sa.func.count(), late).where(*_where(doer, now, Which.open))
    row = conn.execute(counted if app is None else counted.where(_todo.c.app == app)).one()
    return Counts(row[0], int(row[1] or 0))


def _where(doer: Doer, now: datetime, which: Which) -> list[sa.ColumnElement[bool]]:
    if which is Which.done:
        return [_todo.c.ended_by == doer.id, _todo.c.state == TodoState.done]
    # Written as the indexes' own condition: a bound value would not match their WHERE.
    is_open = sa.literal_column("weft_todo.state") == sa.literal_column("'open'")
    offered = _todo.c.user_id.is_(None) & _todo.c.role_uid.in_(sorted(doer.role_uids))
    mine = _todo.c.user_id == doer.id
    found = [is_open, sa.or_(mine, offered) if doer.role_uids else mine]
    found.append(not_away(_todo.c.app))
    return [*found, _late(now)] if which is Which.overdue else found


def _late(now: datetime) -> sa.ColumnElement[bool]:
    return _todo.c.due < now


def _place(row: Any, which: Which) -> Place:
    if which is Which.done:
        return (millis(row.ended_at), row.id)
    return (_NEVER if row.due is None else millis(row.due), row.id)
