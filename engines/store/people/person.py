"""A person as rights see them, kept in memory until anything about people changes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.store.people.departments import load_tree
from engines.store.platform import designer, role_member, user
from engines.store.shares import share
from schemas.errors import NotFound

_KEPT = 1000


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts. ``department_ids``: the main department, if any; ``departments_below``: with all below it.

    ``designs``: the apps an administrator lets this person design, beside what roles say.
    ``shared``: the forms of which records were shared with this person.
    """

    id: int
    login: str
    name: str
    email: str | None
    phone: str | None
    locale: str | None
    theme: str | None
    department_id: int | None
    manager_id: int | None
    admin: bool
    active: bool
    role_uids: frozenset[int]
    department_ids: tuple[int, ...]
    departments_below: tuple[int, ...]
    designs: frozenset[str] = frozenset()
    shared: frozenset[int] = frozenset()


_OWN = tuple(user.c[name] for name in Person.__slots__[:11])


def load_person(conn: sa.Connection, user_id: int) -> Person:
    """Read one person. Raises NotFound."""
    row = conn.execute(sa.select(*_OWN).where(user.c.id == user_id)).first()
    if row is None:
        raise NotFound
    own: dict[str, Any] = dict(row._mapping)
    held = sa.select(role_member.c.role_uid).where(role_member.c.user_id == user_id)
    own["role_uids"] = frozenset(conn.scalars(held))
    own["designs"] = frozenset(conn.scalars(sa.select(designer.c.app).where(designer.c.user_id == user_id)))
    live = sa.select(share.c.form_uid).where(share.c.user_id == user_id, share.c.revoked_at.is_(None))
    own["shared"] = frozenset(conn.scalars(live.distinct()))
    if row.department_id is None:
        return Person(**own, department_ids=(), departments_below=())
    below = load_tree(conn).below(row.department_id)
    return Person(**own, department_ids=(row.department_id,), departments_below=below)


class PersonCache:
    """The last thousand people who acted; one epoch old is too old."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, tuple[int, Person]] = OrderedDict()

    def get(self, conn: sa.Connection, user_id: int, epoch: int) -> Person:
        """Return a person as of ``epoch``, which was read on the same connection before. Raises NotFound."""
        found = self.known(user_id, epoch)
        if found is not None:
            return found
        person = load_person(conn, user_id)
        with self._lock:
            self._kept[user_id] = (epoch, person)
            self._kept.move_to_end(user_id)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return person

    def known(self, user_id: int, epoch: int) -> Person | None:
        """Return a person as of ``epoch`` if the cache holds one."""
        with self._lock:
            kept = self._kept.get(user_id)
            if kept is None or kept[0] != epoch:
                return None
            self._kept.move_to_end(user_id)
            return kept[1]
