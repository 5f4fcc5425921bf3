"""API keys: programs act with the rights of the person who made the key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engines.form.readers.texts import one_line
from engines.ports import Ids
from engines.store.models import bump_epoch
from engines.store.people.callers import KEY_PREFIX
from engines.store.people.secrets import digest, secret
from engines.store.platform import api_key
from schemas.errors import NotFound


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key as its owner sees it: ``hint`` is the end of the secret."""

    id: int
    name: str
    hint: str
    created_at: datetime
    revoked_at: datetime | None


def add_key(conn: sa.Connection, ids: Ids, user_id: int, name: str, now: datetime) -> tuple[int, str]:
    """Make a key and return its id and secret, which is shown this once."""
    made, key_id = KEY_PREFIX + secret(), ids.next()
    row = {"id": key_id, "digest": digest(made), "user_id": user_id, "name": one_line(name)}
    conn.execute(sa.insert(api_key).values(row | {"hint": made[-4:], "created_at": now}))
    return key_id, made


def list_keys(conn: sa.Connection, user_id: int) -> list[KeyView]:
    """Return a person's keys, the newest first."""
    columns = (api_key.c[name] for name in KeyView.__slots__)
    mine = sa.select(*columns).where(api_key.c.user_id == user_id).order_by(api_key.c.id.desc())
    return [KeyView(*row) for row in conn.execute(mine)]


def revoke_key(conn: sa.Connection, user_id: int, key_id: int, now: datetime) -> None:
    """End one of a person's keys. Raises NotFound."""
    bump_epoch(conn)
    mine = (api_key.c.id == key_id) & (api_key.c.user_id == user_id) & api_key.c.revoked_at.is_(None)
    if not conn.execute(sa.update(api_key).where(mine).values(revoked_at=now)).rowcount:
        raise NotFound


def revoke_keys(conn: sa.Connection, user_id: int, now: datetime) -> None:
    """End all of a person's keys."""
    bump_epoch(conn)
    mine = (api_key.c.user_id == user_id) & api_key.c.revoked_at.is_(None)
    conn.execute(sa.update(api_key).where(mine).values(revoked_at=now))
