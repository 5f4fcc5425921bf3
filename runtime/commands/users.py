"""People, as the operator adds them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engines.expression import fold
from engines.store.people import Profile, add_key, add_user, check_password, invite, set_roles
from engines.store.platform import user
from runtime.commands.terminal import Terminal
from schemas.errors import Invalid, Issue
from schemas.kinds import unknown_issue

if TYPE_CHECKING:
    from runtime.installation import Installation


def read_password(*, wanted: bool) -> str | None:
    """Read a password from standard input, where no history and no list of processes shows it."""
    return sys.stdin.readline().rstrip("\r\n") if wanted else None


def add(
    terminal: Terminal,
    installation: Installation,
    profile: Profile,
    roles: Sequence[str],
    password: str | None,
) -> None:
    """Add a person, who signs in with the password or chooses one through the link that is printed."""
    stored = None
    if password is not None:
        check_password(password, profile.login)
        stored = installation.passwords.hash(password)
    uids = _role_uids(installation, roles)
    with installation.db.write() as conn:
        added = add_user(conn, installation.ids, installation.clock, profile, stored)
        set_roles(conn, added, uids)
        token = None if stored else invite(conn, added, installation.clock.now())
    terminal.say("user.added", "green", name=profile.name, login=profile.login)
    if token:
        terminal.say("user.invited")
        terminal.out.print(f"{installation.settings.address}/join/{token}", soft_wrap=True)


def key(terminal: Terminal, installation: Installation, login: str, name: str) -> None:
    """Make an API key and print it, this once. Raises Invalid for a login nobody has."""
    with installation.db.write() as conn:
        mine = sa.select(user.c.id).where(user.c.login == fold(login.strip()), user.c.active)
        found = conn.scalar(mine)
        if found is None:
            raise Invalid([Issue("login", "command.no_person", {"login": login})])
        _, secret = add_key(conn, installation.ids, found, name, installation.clock.now())
    terminal.warn("user.key")
    terminal.out.print(secret, soft_wrap=True)


def _role_uids(installation: Installation, roles: Sequence[str]) -> set[int]:
    """Return the uids of ``app.role``. Raises Invalid for what does not exist."""
    with installation.db.read() as conn:
        apps = installation.apps(conn, installation.current(conn))
    known = {f"{app.key}.{role}": uid for app in apps.values() for role, uid in app.roles.items()}
    issues = [unknown_issue("role", "command.no_role", each, known) for each in roles if each not in known]
    if issues:
        raise Invalid(issues)
    return {known[each] for each in roles}
