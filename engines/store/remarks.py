"""Remarks: what people say about the elements of a definition, open until somebody settles them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engines.ports import Clock, Ids
from engines.store.platform import remark as _remark
from schemas.errors import Invalid, Issue, LimitReached, NotFound

LONGEST = 2_000
_OPEN_OF_ONE = 100  # open remarks of one person about one app


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark about the element at ``place``, or about the app where that is blank.

    ``named``: what the element was called then, for the time when it is no more.
    """

    id: int
    place: str
    named: str
    body: str
    author: int
    at: datetime
    settled_at: datetime | None = None
    settled_by: int | None = None

    @property
    def open(self) -> bool:
        """Tell whether nobody settled it yet."""
        return self.settled_at is None


@dataclass(frozen=True, slots=True)
class New:
    """A remark to be added."""

    app: str
    place: str
    named: str
    body: str
    author: int


def add_remark(conn: sa.Connection, ids: Ids, clock: Clock, new: New) -> int:
    """Keep a remark and return its id. Raises Invalid, and LimitReached for one person's very many."""
    body = new.body.replace("\r\n", "\n").strip()
    if not body:
        raise Invalid([Issue("body", "field.required")])
    if len(body) > LONGEST:
        raise Invalid([Issue("body", "field.too_long", {"max_length": LONGEST})])
    mine = (_remark.c.app == new.app) & (_remark.c.author == new.author) & _remark.c.settled_at.is_(None)
    if (conn.scalar(sa.select(sa.func.count()).where(mine)) or 0) >= _OPEN_OF_ONE:
        raise LimitReached("limit.reached", limit=_OPEN_OF_ONE)
    row = {"id": ids.next(), "app": new.app, "place": new.place, "named": new.named[:200], "body": body}
    conn.execute(sa.insert(_remark).values(**row, author=new.author, at=clock.now()))
    return int(str(row["id"]))


def remarks(conn: sa.Connection, app: str, *, settled: bool = False, limit: int = 500) -> list[Remark]:
    """Return the open remarks about an app, or those that were settled, newest first."""
    columns = [_remark.c[name] for name in Remark.__slots__]
    wanted = _remark.c.settled_at.is_not(None) if settled else _remark.c.settled_at.is_(None)
    chosen = sa.select(*columns).where(_remark.c.app == app, wanted)
    return [Remark(*row) for row in conn.execute(chosen.order_by(_remark.c.id.desc()).limit(limit))]


def get_remark(conn: sa.Connection, app: str, remark_id: int) -> Remark:
    """Return one remark about an app. Raises NotFound."""
    columns = [_remark.c[name] for name in Remark.__slots__]
    row = conn.execute(sa.select(*columns).where(_remark.c.app == app, _remark.c.id == remark_id)).first()
    if row is None:
        raise NotFound
    return Remark(*row)


def settle(conn: sa.Connection, clock: Clock, app: str, remark_id: int, by: int | None) -> None:
    """Settle a remark in somebody's name; by nobody: open it again. Raises NotFound."""
    get_remark(conn, app, remark_id)
    at = None if by is None else clock.now()
    changed = sa.update(_remark).where(_remark.c.app == app, _remark.c.id == remark_id)
    conn.execute(changed.values(settled_at=at, settled_by=by))


def moved(conn: sa.Connection, app: str, old: str, new: str) -> None:
    """Let the remarks about an element, and about what stands in it, follow it to its new place."""
    place = _remark.c.place
    inside = sa.or_(place == old, place.startswith(f"{old}/", autoescape=True))
    after = sa.func.substr(place, len(old) + 1)
    conn.execute(sa.update(_remark).where(_remark.c.app == app, inside).values(place=new + after))
