"""How far an installation has been set up: told from what is there, never from what was once clicked."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engines.form import AppModel
from engines.store.platform import invitation, user
from engines.store.settings import get_setting, set_setting
from runtime.web.call import Call

_SKIPPED = "guide.skipped"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is there: a name, colleagues, an application, a record, somebody who was invited or came."""

    company: bool
    people: bool
    app: bool
    record: bool
    invited: bool

    @property
    def done(self) -> tuple[bool, ...]:
        """Return the steps in their order."""
        return (self.company, self.people, self.app, self.record, self.invited)


def facts(call: Call) -> Facts:
    """Look at what is there."""
    apps = list(call.installation.apps(call.conn, call.epoch).values())
    mine = call.person.id if call.person else 0
    others = sa.select(user.c.id).where(user.c.id != mine, user.c.active).limit(1)
    came = sa.select(user.c.id).where(user.c.id != mine, user.c.password.is_not(None)).limit(1)
    asked = sa.select(invitation.c.user_id).limit(1)
    return Facts(
        bool(get_setting(call.conn, "site")),
        call.conn.scalar(others) is not None,
        bool(apps),
        any(_has_record(call.conn, each) for each in apps),
        call.conn.scalar(asked) is not None or call.conn.scalar(came) is not None,
    )


def _has_record(conn: sa.Connection, app: AppModel) -> bool:
    tables = (form.table for form in app.forms.values() if form.parent is None)
    return any(conn.scalar(sa.select(each.c["_id"]).limit(1)) is not None for each in tables)


def skipped(conn: sa.Connection) -> bool:
    """Tell whether the administrators do without the guide for now."""
    return bool(get_setting(conn, _SKIPPED))


def skip(conn: sa.Connection, *, wanted: bool) -> None:
    """Put the guide away, or take it up again."""
    set_setting(conn, _SKIPPED, wanted)
