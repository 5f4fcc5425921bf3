"""One publish at a time, over all processes; a process that dies lets go."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from engines.store.database import LOCK_SECONDS, Database
from schemas.errors import Busy

_KEY = 0x77656675  # one more than the key of migrations
_in_memory: WeakKeyDictionary[Database, threading.Lock] = WeakKeyDictionary()


@contextmanager
def publish_lock(db: Database) -> Iterator[None]:
    """Hold the lock. Raises Busy when another publish does not end in time."""
    if not db.sqlite:
        with _on_postgres(db):
            yield
    elif db.reader is db.writer:
        with _in_memory.setdefault(db, threading.Lock()):
            yield
    else:
        # A second small database, because the first must stay free for everybody's writes meanwhile.
        with closing(
            sqlite3.connect(f"{db.url.database}-publish", LOCK_SECONDS, isolation_level=None)
        ) as held:
            try:
                held.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                raise Busy(retry_after=10) from None
            yield


@contextmanager
def _on_postgres(db: Database) -> Iterator[None]:
    with db.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.execute(sa.select(sa.func.set_config("lock_timeout", f"{LOCK_SECONDS:.0f}s", False)))
        try:
            conn.execute(sa.select(sa.func.pg_advisory_lock(_KEY)))
        except OperationalError:
            raise Busy(retry_after=10) from None
        finally:
            conn.execute(sa.select(sa.func.set_config("lock_timeout", "0", False)))
        try:
            yield
        finally:
            conn.execute(sa.select(sa.func.pg_advisory_unlock(_KEY)))
