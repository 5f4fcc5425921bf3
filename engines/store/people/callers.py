"""Who is calling: one query for every request, compiled once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa

from engines.form.columns import millis
from engines.store.people.secrets import digest
from engines.store.platform import api_key, session, state, user

KEY_PREFIX = "weft_"
TOUCH_AFTER = timedelta(hours=1)
_TOUCH_MS = TOUCH_AFTER // timedelta(milliseconds=1)


class Caller(NamedTuple):
    """An active person; ``csrf`` is blank for keys; ``stale`` asks for ``touch_session``."""

    user_id: int
    epoch: int
    csrf: str
    stale: bool


def by_session(conn: sa.Connection, token: str, now: datetime) -> Caller | None:
    """Return who holds a session that has not expired, if active."""
    at = millis(now)
    row = _BY_SESSION.first(conn, digest=digest(token), now=at)
    return None if row is None else Caller(row[0], row[1], row[2], row[3] + _TOUCH_MS <= at)


def by_key(conn: sa.Connection, secret: str) -> Caller | None:
    """Return who holds an API key that was not revoked, if active."""
    if not secret.startswith(KEY_PREFIX):
        return None
    row = _BY_KEY.first(conn, digest=digest(secret))
    return None if row is None else Caller(row[0], row[1], "", stale=False)


class _Prepared:
    """A statement compiled once per kind of database, whose parameters need no conversion."""

    def __init__(self, statement: sa.Select[Any]) -> None:
        self._statement = statement
        self._texts: dict[str, tuple[str, list[str] | None]] = {}

    def first(self, conn: sa.Connection, **values: object) -> tuple[Any, ...] | None:
        name = conn.dialect.name
        if name not in self._texts:
            compiled: Any = self._statement.compile(dialect=conn.dialect)
            self._texts[name] = str(compiled), compiled.positiontup
        text, order = self._texts[name]
        given: Any = values if order is None else tuple(values[each] for each in order)
        row = conn.exec_driver_sql(text, given).first()
        return None if row is None else tuple(row)


_DIGEST = sa.bindparam("digest", type_=sa.Text())
_NOW = sa.bindparam("now", type_=sa.BigInteger())
_EPOCH = sa.func.coalesce(
    sa.select(state.c.value).where(state.c.name == sa.literal_column("'epoch'")).scalar_subquery(),
    sa.literal_column("0"),
)
_BY_SESSION = _Prepared(
    sa.select(session.c.user_id, _EPOCH, session.c.csrf, session.c.seen_at)
    .join(user, user.c.id == session.c.user_id)
    .where(session.c.digest == _DIGEST, session.c.expires_at > _NOW, user.c.active)
)
_BY_KEY = _Prepared(
    sa.select(api_key.c.user_id, _EPOCH)
    .join(user, user.c.id == api_key.c.user_id)
    .where(api_key.c.digest == _DIGEST, api_key.c.revoked_at.is_(None), user.c.active)
)
