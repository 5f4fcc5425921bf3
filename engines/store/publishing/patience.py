"""Short transactions that wait for others only briefly, and try again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from engines.store.database import Database
from schemas.errors import Busy

T = TypeVar("T")
_ATTEMPTS = 6
_PATIENCE = "5s"
# PostgreSQL: a lock was not granted in time; two transactions waited for each other.
_PASSING = frozenset({"55P03", "40P01"})


def patiently(
    db: Database, work: Callable[[sa.Connection], T], *, patience: str = "", attempts: int = _ATTEMPTS
) -> T:
    """Do ``work`` in a transaction. Whoever waits behind a waiting ALTER TABLE waits seconds, not minutes.

    Raises Busy when the locks were not to be had.
    """
    for _ in range(attempts):
        try:
            with db.write() as conn:
                if not db.sqlite:
                    conn.execute(sa.select(sa.func.set_config("lock_timeout", patience or _PATIENCE, True)))
                return work(conn)
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in _PASSING:
                raise
    raise Busy(retry_after=10)
