"""What somebody has to do and was told, as that person reads it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engines.scenario.world import World
from engines.store.notices import Asked as NoticesAsked
from engines.store.notices import KeptNotice, Notice, list_notices
from engines.store.people import load_person
from engines.store.todo_lists import Asked, list_todos
from engines.store.todos import KeptTodo, Todo
from schemas.elements import LOCALES

_MOST = 1_000


def todos_of(
    world: World, conn: sa.Connection, person: int, title: str | None, record: str | None
) -> Sequence[KeptTodo]:
    """Return what a person has to do, or may take: all, or those called so, or about a record."""
    found = list_todos(conn, load_person(conn, person), world.engines.clock.now(), Asked(limit=_MOST)).todos
    called = _Called(world, conn, person, title)
    return [
        each for each in found
        if each.id > world.begun and _about(world, each.todo.record_id, record) and called(each.todo)
    ]  # fmt: skip


def notices_of(
    world: World, conn: sa.Connection, person: int, title: str | None, record: str | None
) -> Sequence[KeptNotice]:
    """Return what a person was told: all, or what is called so, or about a record; oldest first."""
    called = _Called(world, conn, person, title)
    return [
        each for each in reversed(list_notices(conn, person, NoticesAsked(limit=_MOST)).notices)
        if each.id > world.begun and _about(world, each.notice.record_id, record) and called(each.notice)
    ]  # fmt: skip


class _Called:
    """Tells whether a title says something, in whichever language: a scenario does not depend on it."""

    def __init__(self, world: World, conn: sa.Connection, person: int, title: str | None) -> None:
        self._title = title
        self._tellers = [world.teller(conn, person, each) for each in LOCALES]

    def __call__(self, told: Todo | Notice) -> bool:
        if self._title is None:
            return True
        texts = (each.text(told.title, told.form_uid, told.record_id) for each in self._tellers)
        return any(self._title in each for each in texts)


def _about(world: World, record_id: int | None, record: str | None) -> bool:
    return record is None or record_id == world.record_id(record)
