"""Views that people kept: their own, and those that others share with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.form import FormModel
from engines.store.platform import first_view, personal_view
from runtime.shared_views import reaches, roles_held
from runtime.web.call import Call


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept view: the parameters of its list. ``shared``: ``all``, or uids of roles, as texts."""

    id: int
    name: str
    detail: Sequence[Any]
    mine: bool = True
    shared: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """Return the view of the definition that it was made of, blank for none."""
        return next((str(value) for name, value in self.detail if name == "view"), "")


def user_of(call: Call) -> int:
    """Return who asks; 0 for nobody."""
    return call.person.id if call.person else 0


def saved_views(call: Call, form: FormModel) -> list[Kept]:
    """Return the reader's own views of a form, then those that are shared with the reader."""
    table, user = personal_view, user_of(call)
    columns = (table.c.id, table.c.name, table.c.detail, table.c.user_id, table.c.shared)
    theirs = table.c.shared.is_not(sa.null())
    statement = (
        sa.select(*columns)
        .where(table.c.form_uid == form.uid, sa.or_(table.c.user_id == user, theirs))
        .order_by(table.c.id)
    )
    held = roles_held(call.access, call.app)
    found = [
        Kept(row[0], row[1], row[2] or [], row[3] == user, tuple(map(str, row[4] or ())))
        for row in call.conn.execute(statement)
    ]
    return [each for each in found if each.mine] + [
        each for each in found if not each.mine and reaches(each.shared, held)
    ]


def may_share(call: Call) -> bool:
    """Tell whether the person may put views before others: who designs or administers the app."""
    return call.access.unlimited(call.app) or call.access.may_design(call.app)


def first_of(call: Call, form: FormModel) -> str:
    """Return the view that the person's list begins with, blank for the usual one."""
    mine = (first_view.c.user_id == user_of(call)) & (first_view.c.form_uid == form.uid)
    return str(call.conn.scalar(sa.select(first_view.c.view).where(mine)) or "")


def set_first(conn: sa.Connection, user: int, form: FormModel, view: str) -> None:
    """Let a person's list begin with a view; blank: with the usual one again."""
    mine = (first_view.c.user_id == user) & (first_view.c.form_uid == form.uid)
    conn.execute(sa.delete(first_view).where(mine))
    if view:
        conn.execute(sa.insert(first_view).values(user_id=user, form_uid=form.uid, view=view))
