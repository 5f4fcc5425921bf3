"""The first administrator: made with a code that only whoever started the installation can read."""

from __future__ import annotations

import hmac

import sqlalchemy as sa

from engines.ports import Clock, Ids
from engines.store.people.secrets import secret
from engines.store.people.users import Profile, add_user
from engines.store.platform import setting, user
from engines.store.upsert import upsert
from schemas.errors import Forbidden

_MARK = "first_admin"


class FirstAdmin:
    """Holds the code of one start of the installation; it is shown where the server was started."""

    def __init__(self) -> None:
        self.code = secret()[:20]

    def create(
        self, conn: sa.Connection, ids: Ids, clock: Clock, code: str, profile: Profile, password: str
    ) -> int:
        """Add the administrator; ``password`` is a hash. Raises Forbidden once there was one, and Invalid."""
        right = hmac.compare_digest(code.encode(), self.code.encode())
        if not right or not setup_open(conn):
            raise Forbidden("setup.closed")
        # Of two who come together with the code, the second meets the first one's mark.
        mark = upsert(conn, setting).values(name=_MARK, value=True).on_conflict_do_nothing()
        if conn.execute(mark.returning(setting.c.name)).first() is None:
            raise Forbidden("setup.closed")
        admin = Profile(profile.login, profile.name, profile.email, profile.phone, admin=True)
        return add_user(conn, ids, clock, admin, password)


def setup_open(conn: sa.Connection) -> bool:
    """Tell whether the installation still has no administrator."""
    return conn.scalar(sa.select(user.c.id).where(user.c.admin).limit(1)) is None
