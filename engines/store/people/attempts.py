"""Attempts to sign in, counted per login and per address; too many make the next one wait."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from engines.expression import fold
from engines.store.people.secrets import digest
from engines.store.platform import attempt
from engines.store.upsert import upsert
from engines.store.waste import Waste
from schemas.errors import Busy

_FIRST_LOCK = timedelta(minutes=1)
_LOCK_AT_MOST = timedelta(minutes=15)
_FORGET_AFTER = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class _Key:
    """What is counted, how many attempts are free, and after which time one more is."""

    key: str
    free: int
    forgiven: timedelta


def attempt_keys(login: str, address: str) -> tuple[_Key, _Key]:
    """Return the counters of one attempt; an office behind one address has more people than one login."""
    # Digests, because people type their password into the wrong box.
    return (
        _Key("login:" + digest(fold(login.strip())), 5, timedelta(minutes=15)),
        _Key("address:" + digest(address), 50, timedelta(minutes=1)),
    )


def sending_keys(form: int, address: str) -> tuple[_Key, _Key]:
    """Return the counters of what strangers send to a public form; a fair shares one address too."""
    return (
        _Key(f"public:{form}", 600, timedelta(milliseconds=200)),
        _Key(f"public:{form}:{digest(address)}", 30, timedelta(seconds=10)),
    )


def reading_keys(token: str, address: str) -> tuple[_Key, _Key]:
    """Return the counters of what programs read under a secret link; many links share an office's address."""
    return (
        _Key("feed:" + digest(token), 30, timedelta(seconds=30)),
        _Key("feeds:" + digest(address), 300, timedelta(seconds=1)),
    )


def begin_attempt(conn: sa.Connection, keys: Iterable[_Key], now: datetime) -> None:
    """Count an attempt before its password is looked at. Raises Busy while one of the counters is locked.

    Counting first is what stops a thousand guesses that arrive together.
    """
    for each in sorted(keys, key=lambda each: each.key):  # in one order, so that two attempts cannot deadlock
        fresh = upsert(conn, attempt).values(key=each.key, count=0, until=now)
        conn.execute(fresh.on_conflict_do_nothing())
        mine = attempt.c.key == each.key
        kept = sa.select(attempt.c["count"], attempt.c.until).where(mine).with_for_update()
        count, until = conn.execute(kept).one()
        if until > now:
            seconds = int((until - now).total_seconds()) + 1
            raise Busy("sign_in.locked", retry_after=seconds, minutes=-(-seconds // 60))
        count = max(0, count - (now - until) // each.forgiven) + 1
        conn.execute(sa.update(attempt).where(mine).values(count=count, until=now + _lock(count - each.free)))


def forgive_attempt(conn: sa.Connection, keys: Iterable[_Key]) -> None:
    """Take an attempt back that succeeded: the login starts anew, the address loses one."""
    login, address = keys
    conn.execute(sa.delete(attempt).where(attempt.c.key == login.key))
    mine = (attempt.c.key == address.key) & (attempt.c["count"] > 0)
    conn.execute(sa.update(attempt).where(mine).values(count=attempt.c["count"] - 1))


def forgotten_attempts(now: datetime) -> Waste:
    """Return the counters that no longer count."""
    return Waste(attempt, attempt.c.until < now - _FORGET_AFTER)


def _lock(above: int) -> timedelta:
    if above < 0:
        return timedelta(0)
    doubled: int = 2 ** min(above, 10)
    return min(_FIRST_LOCK * doubled, _LOCK_AT_MOST)
