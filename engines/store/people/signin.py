"""Signing in: slow to guess at, silent about who exists."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from engines.expression import fold
from engines.form.readers.texts import one_line
from engines.ports import Clock
from engines.store.database import Database
from engines.store.people.attempts import attempt_keys, begin_attempt, forgive_attempt
from engines.store.people.passwords import Passwords, check_password
from engines.store.people.sessions import Opened, open_session
from engines.store.people.users import set_password
from engines.store.platform import user
from schemas.errors import Invalid, Issue, NotFound, Unauthenticated


def sign_in(
    db: Database, passwords: Passwords, clock: Clock, login: str, password: str, address: str
) -> Opened:
    """Open a session. Raises Unauthenticated (``sign_in.wrong``), and Busy (``sign_in.locked``).

    Opens its own transactions, because no password is hashed inside one.
    """
    keys = attempt_keys(login, address)
    with db.write() as conn:
        begin_attempt(conn, keys, clock.now())
    with db.read() as conn:
        found = conn.execute(_holder(login)).first()
    if not passwords.verify(found and found.password, password) or found is None:
        raise Unauthenticated("sign_in.wrong")
    renewed = passwords.hash(password) if passwords.outdated(found.password) else found.password
    with db.write() as conn:
        # Somebody may have changed the password or shut the person out while it was verified.
        unchanged = (user.c.id == found.id) & (user.c.password == found.password) & user.c.active
        if not conn.execute(sa.update(user).where(unchanged).values(password=renewed)).rowcount:
            raise Unauthenticated("sign_in.wrong")
        forgive_attempt(conn, keys)
        return open_session(conn, found.id, clock.now())


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A new password for one's own account; ``token`` is that of the session that stays open."""

    user_id: int
    current: str
    new: str
    token: str
    address: str


def change_password(db: Database, passwords: Passwords, clock: Clock, change: NewPassword) -> None:
    """Change one's own password and end every other session. Raises Invalid, and Busy (``sign_in.locked``).

    Whoever finds an open session guesses the current password no faster than at the door.
    """
    with db.read() as conn:
        found = conn.execute(
            sa.select(user.c.login, user.c.password).where(user.c.id == change.user_id)
        ).first()
    if found is None:
        raise NotFound
    check_password(change.new, found.login)
    keys = attempt_keys(found.login, change.address)
    with db.write() as conn:
        begin_attempt(conn, keys, clock.now())
    if not passwords.verify(found.password, change.current):
        raise Invalid([Issue("current", "password.wrong")])
    stored = passwords.hash(change.new)
    with db.write() as conn:
        unchanged = (user.c.id == change.user_id) & (user.c.password == found.password) & user.c.active
        if conn.scalar(sa.select(user.c.id).where(unchanged).with_for_update()) is None:
            raise Invalid([Issue("current", "password.wrong")])
        set_password(conn, change.user_id, stored, but=change.token)
        forgive_attempt(conn, keys)


def _holder(login: str) -> sa.Select[tuple[int, str]]:
    """Select an active person; an inactive one is nobody."""
    return sa.select(user.c.id, user.c.password).where(user.c.login == fold(one_line(login)), user.c.active)
