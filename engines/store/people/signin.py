"""Signing in: slow to guess at, silent about who exists."""

from __future__ import annotations

import sqlalchemy as sa

from engines.expression import fold
from engines.ports import Clock
from engines.store.database import Database
from engines.store.people.attempts import attempt_keys, begin_attempt, forgive_attempt
from engines.store.people.passwords import Passwords
from engines.store.people.sessions import Opened, open_session
from engines.store.platform import user
from schemas.errors import Unauthenticated


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


def _holder(login: str) -> sa.Select[tuple[int, str]]:
    """Select an active person; an inactive one is nobody."""
    return sa.select(user.c.id, user.c.password).where(user.c.login == fold(login.strip()), user.c.active)
