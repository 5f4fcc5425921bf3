"""People and departments as expressions ask about them, at the moment of one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import sqlalchemy as sa

from engines.form import AppModel
from engines.store.people.departments import Tree, load_tree
from engines.store.platform import role_member, user


@dataclass(eq=False)
class House:
    """Implements ``Directory``. ``app``: whose roles are meant. Asks each question once."""

    conn: sa.Connection
    app: AppModel | None = None
    _above: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)

    @cached_property
    def tree(self) -> Tree:
        """Return the departments."""
        return load_tree(self.conn)

    def roles(self, user_id: int) -> tuple[str, ...]:
        """Return the keys of the roles a person has in the app."""
        if self.app is None:
            return ()
        held = sa.select(role_member.c.role_uid).where(role_member.c.user_id == user_id)
        uids = set(self.conn.scalars(held))
        return tuple(key for key, uid in self.app.roles.items() if uid in uids)

    def department(self, user_id: int) -> int | None:
        """Return the main department of a person."""
        return self._person(user_id)[0]

    def manager(self, user_id: int, levels: int) -> int | None:
        """Return the manager so many levels up; none above means none."""
        here: int | None = user_id
        for _ in range(levels):
            if here is None:
                return None
            here = self._person(here)[1]
        return here

    def head(self, department_id: int, levels: int) -> int | None:
        """Return the head of the department so many levels above."""
        above = self.tree.above(department_id)
        return above[levels].head_id if levels < len(above) else None

    def members(self, department_id: int) -> tuple[int, ...]:
        """Return the active people of a department."""
        wanted = sa.select(user.c.id).where(user.c.department_id == department_id, user.c.active)
        return tuple(self.conn.scalars(wanted.order_by(user.c.id)))

    def _person(self, user_id: int) -> tuple[int | None, int | None]:
        if user_id not in self._above:
            wanted = sa.select(user.c.department_id, user.c.manager_id).where(user.c.id == user_id)
            row = self.conn.execute(wanted).first()
            self._above[user_id] = (None, None) if row is None else (row[0], row[1])
        return self._above[user_id]
