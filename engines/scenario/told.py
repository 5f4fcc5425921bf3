"""What somebody has to do and was told, as that person reads it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engines.scenario.world import World
from engines.store.notices import Asked as NoticesAsked
from engines.store.notices import KeptNotice, list_notices
from engines.store.people import load_person
from engines.store.todo_lists import Asked, list_todos
from engines.store.todos import KeptTodo

_MOST = 1_000


def todos_of(
    world: World, conn: sa.Connection, person: int, title: str | None, record: str | None
) -> Sequence[KeptTodo]:
    """Return what a person has to do, or may take: all, or those called so, or about a record."""
    found = list_todos(conn, load_person(conn, person), world.engines.clock.now(), Asked(limit=_MOST)).todos
    read = world.teller(conn, person)
    return [
        each for each in found
        if each.id > world.begun and _about(world, each.todo.record_id, record)
        and (title is None or title in read.text(each.todo.title, each.todo.form_uid, each.todo.record_id))
    ]  # fmt: skip


def notices_of(
    world: World, conn: sa.Connection, person: int, title: str | None, record: str | None
) -> Sequence[KeptNotice]:
    """Return what a person was told: all, or what is called so, or about a record; oldest first."""
    read = world.teller(conn, person)
    return [
        each for each in reversed(list_notices(conn, person, NoticesAsked(limit=_MOST)).notices)
        if each.id > world.begun and _about(world, each.notice.record_id, record)
        and (
            title is None
            or title in read.text(each.notice.title, each.notice.form_uid, each.notice.record_id)
        )
    ]  # fmt: skip


def _about(world: World, record_id: int | None, record: str | None) -> bool:
    return record is None or record_id == world.record_id(record)
