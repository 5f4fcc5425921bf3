"""Looking people up: by name, pinyin, login or phone; lists, counts and names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.store.platform import role_member, token, user
from engines.store.search import matches, token_rows
from schemas.errors import NotFound


@dataclass(frozen=True, slots=True)
class Entry:
    """One person in a list or a picker."""

    id: int
    login: str
    name: str
    email: str | None
    phone: str | None
    department_id: int | None
    manager_id: int | None
    admin: bool
    active: bool
    demo: str | None


@dataclass(frozen=True, slots=True)
class _Element:
    uid: int


# People are no form of an app; their tokens live under a number that no element gets.
PEOPLE = _Element(0)
_ENTRY = sa.select(*(user.c[name] for name in Entry.__slots__))


def search_people(conn: sa.Connection, text: str, limit: int = 20) -> list[Entry]:
    """Return active people who match what somebody typed, by name; everybody when nothing was typed."""
    wanted = _ENTRY.where(user.c.active).order_by(user.c.name_fold, user.c.id).limit(limit)
    if text.strip():
        wanted = wanted.where(matches(user.c.id, PEOPLE.uid, text))
    return [Entry(*row) for row in conn.execute(wanted)]


def list_people(
    conn: sa.Connection, department_ids: Collection[int] | None = None, *, active: bool | None = None
) -> list[Entry]:
    """Return people by name: of some departments, or all; ``active`` None means both."""
    wanted = _ENTRY.order_by(user.c.name_fold, user.c.id)
    if department_ids is not None:
        wanted = wanted.where(user.c.department_id.in_(department_ids))
    if active is not None:
        wanted = wanted.where(user.c.active == active)
    return [Entry(*row) for row in conn.execute(wanted)]


def page_people(
    conn: sa.Connection,
    department_ids: Collection[int] | None = None,
    search: str = "",
    *,
    offset: int = 0,
    limit: int = 50,
) -> tuple[list[Entry], int]:
    """Return one page of people and how many there are, those who may sign in first, then by name."""
    wanted: list[sa.ColumnElement[bool]] = []
    if department_ids is not None:
        wanted.append(user.c.department_id.in_(department_ids))
    if search.strip():
        wanted.append(matches(user.c.id, PEOPLE.uid, search))
    found: sa.Select[Any] = _ENTRY.where(*wanted).order_by(user.c.active.desc(), user.c.name_fold, user.c.id)
    total = conn.scalar(sa.select(sa.func.count()).select_from(user).where(*wanted)) or 0
    return [Entry(*row) for row in conn.execute(found.offset(offset).limit(limit))], total


def get_person(conn: sa.Connection, user_id: int) -> Entry:
    """Return one person, active or not. Raises NotFound."""
    row = conn.execute(_ENTRY.where(user.c.id == user_id)).first()
    if row is None:
        raise NotFound
    return Entry(*row)


def count_members(conn: sa.Connection) -> dict[int | None, int]:
    """Return how many active people each department has by itself; None counts those without one."""
    counted = sa.select(user.c.department_id, sa.func.count()).where(user.c.active)
    return {row[0]: row[1] for row in conn.execute(counted.group_by(user.c.department_id))}


def roles_held(conn: sa.Connection, user_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Return the roles that each of these people holds; whoever holds none is left out."""
    found: dict[int, set[int]] = {}
    wanted = sa.select(role_member.c.user_id, role_member.c.role_uid)
    for row in conn.execute(wanted.where(role_member.c.user_id.in_(user_ids))):
        found.setdefault(row.user_id, set()).add(row.role_uid)
    return {user_id: frozenset(uids) for user_id, uids in found.items()}


def holders(conn: sa.Connection, role_uid: int) -> list[Entry]:
    """Return the active people who hold a role, by name."""
    held = _ENTRY.join(role_member, role_member.c.user_id == user.c.id)
    wanted = held.where(role_member.c.role_uid == role_uid, user.c.active)
    return [Entry(*row) for row in conn.execute(wanted.order_by(user.c.name_fold, user.c.id))]


def demo_people(conn: sa.Connection) -> list[Entry]:
    """Return the people visitors may act as, in the order in which they were added."""
    wanted = _ENTRY.where(user.c.active, user.c.demo.is_not(None)).order_by(user.c.id)
    return [Entry(*row) for row in conn.execute(wanted)]


def names(conn: sa.Connection, user_ids: Collection[int]) -> dict[int, str]:
    """Return the names of those that exist, active or not."""
    wanted = sa.select(user.c.id, user.c.name).where(user.c.id.in_(user_ids))
    return {row.id: row.name for row in conn.execute(wanted)}


def index_person(conn: sa.Connection, user_id: int) -> None:
    """Make what a person is found by anew."""
    mine = (token.c.form_uid == PEOPLE.uid) & (token.c.record_id == user_id)
    conn.execute(sa.delete(token).where(mine))
    row = conn.execute(_ENTRY.where(user.c.id == user_id)).one()
    text = " ".join(part for part in (row.name, row.login, row.email, row.phone) if part)
    columns = [column.name for column in token.c]
    rows = [dict(zip(columns, each, strict=True)) for each in token_rows(PEOPLE, PEOPLE, user_id, text)]
    conn.execute(sa.insert(token), rows)
