"""The slot from which a process makes ids: leased, renewed by a timer, taken over when the process died."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

import sqlalchemy as sa

from engines.form.columns import instant, millis
from engines.ports import Clock
from engines.store.database import Database
from engines.store.platform import lease
from engines.store.upsert import upsert
from schemas.errors import Busy, WeftError

SLOTS = 63  # the 64th is for ids as of another moment, see ``ids.id_at``
LEASE = timedelta(seconds=60)
GRACE = timedelta(seconds=30)  # how far the clocks of two machines may differ
_RENEW_SECONDS = 20.0
_log = logging.getLogger(__name__)


class Lease:
    """One process's slot. Raises Busy when all are taken."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="weft-lease", daemon=True)
        self.slot, self._until = self._acquire()
        self.good_until = _good(self._until)

    def renew(self) -> None:
        """Prolong; a lease that somebody took over in the meantime is replaced by another slot's."""
        until = max(self._until, _until(self._clock))
        with self._db.write() as conn:
            kept = _swap(conn, self.slot, self._until, until)
        if not kept:
            self.slot, until = self._acquire()
        self._until, self.good_until = until, _good(until)

    def keep(self) -> None:
        """Renew from now on, on a thread of its own."""
        self._thread.start()

    def hurry(self) -> None:
        """Renew now: the machine slept, or could not write for a while."""
        self._wake.set()

    def release(self) -> None:
        """Give the slot back; ids made so far stay out of reach of its next holder."""
        self._stopped.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self.good_until = 0
        with self._db.write() as conn:
            _swap(conn, self.slot, self._until, self._clock.now() + timedelta(seconds=1))

    def _keep(self) -> None:
        while True:
            self._wake.wait(_RENEW_SECONDS)
            self._wake.clear()
            if self._stopped.is_set():
                return
            try:
                self.renew()
            except (sa.exc.SQLAlchemyError, WeftError):
                _log.warning("The lease of slot %s was not renewed; trying again.", self.slot, exc_info=True)

    def _acquire(self) -> tuple[int, datetime]:
        until = _until(self._clock)
        with self._db.write() as conn:
            known = {row.slot: row.until for row in conn.execute(sa.select(lease))}
            for slot in range(SLOTS):
                if slot not in known:
                    taken = _insert(conn, slot, until)
                else:
                    taken = known[slot] < self._clock.now() and _swap(conn, slot, known[slot], until)
                if taken:
                    return slot, until
        raise Busy(retry_after=int(LEASE.total_seconds()))


def acquire_lease(db: Database, clock: Clock) -> Lease:
    """Take a slot and keep it until ``release``. Raises Busy when all are taken."""
    taken = Lease(db, clock)
    taken.keep()
    return taken


def _until(clock: Clock) -> datetime:
    return instant(millis(clock.now() + LEASE + GRACE))


def _good(until: datetime) -> int:
    return millis(until - GRACE)


def _insert(conn: sa.Connection, slot: int, until: datetime) -> bool:
    statement = upsert(conn, lease).values(slot=slot, until=until).on_conflict_do_nothing()
    return conn.execute(statement.returning(lease.c.slot)).first() is not None


def _swap(conn: sa.Connection, slot: int, old: datetime, new: datetime) -> bool:
    """Change the end of a lease, unless it is no longer what the caller knows."""
    held = (lease.c.slot == slot) & (lease.c.until == old)
    return bool(conn.execute(sa.update(lease).where(held).values(until=new)).rowcount)
