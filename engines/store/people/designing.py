"""Who may design an app beside what its own roles say: given by an administrator, app by app."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from engines.form import AppModel
from engines.store.models import bump_epoch
from engines.store.people.directory import Entry, holders
from engines.store.platform import designer, role_member, user
from engines.store.upsert import upsert


def let_design(conn: sa.Connection, app: str, user_id: int) -> None:
    """Let a person design an app."""
    bump_epoch(conn)
    added = upsert(conn, designer).values(app=app, user_id=user_id)
    conn.execute(added.on_conflict_do_nothing())


def forbid_design(conn: sa.Connection, app: str, user_id: int) -> None:
    """Take back that a person may design an app; what a role says stays."""
    bump_epoch(conn)
    conn.execute(sa.delete(designer).where(designer.c.app == app, designer.c.user_id == user_id))


def given(conn: sa.Connection, app: str) -> list[Entry]:
    """Return the active people who were given the design of an app, by name."""
    chosen = sa.select(*(user.c[name] for name in Entry.__slots__)).join(
        designer, designer.c.user_id == user.c.id
    )
    found = chosen.where(designer.c.app == app, user.c.active).order_by(user.c.name_fold, user.c.id)
    return [Entry(*row) for row in conn.execute(found)]


def by_role(conn: sa.Connection, app: AppModel) -> list[tuple[Entry, str]]:
    """Return the active people who design an app by a role, with its key."""
    return [
        (each, role.key)
        for role in app.definition.roles
        if role.design or role.admin
        for each in holders(conn, app.roles[role.key])
    ]


def designers(conn: sa.Connection, app: AppModel) -> Collection[int]:
    """Return who designs an app; where nobody does, those who administer the installation."""
    uids = [app.roles[role.key] for role in app.definition.roles if role.design or role.admin]
    held = sa.select(role_member.c.user_id).where(role_member.c.role_uid.in_(uids))
    named = sa.select(designer.c.user_id).where(designer.c.app == app.key)
    mine = sa.or_(user.c.id.in_(held), user.c.id.in_(named))
    found = conn.scalars(sa.select(user.c.id).where(mine, user.c.active)).all()
    return found or conn.scalars(sa.select(user.c.id).where(user.c.admin, user.c.active)).all()
