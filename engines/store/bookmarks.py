"""What a person starred, and the records they looked at last."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from engines.store.database import Database
from engines.store.platform import bookmark
from engines.store.upsert import upsert

MOST_STARS = 50
MOST_RECENT = 30
_ROUND = timedelta(seconds=15)


class Mark(StrEnum):
    """Why it is kept."""

    star = "star"
    recent = "recent"


def marked(conn: sa.Connection, user_id: int, kind: Mark, limit: int) -> list[str]:
    """Return what a person marked, the newest first."""
    mine = (bookmark.c.user_id == user_id) & (bookmark.c.kind == kind)
    newest = bookmark.c.at.desc(), bookmark.c.target
    return [*conn.scalars(sa.select(bookmark.c.target).where(mine).order_by(*newest).limit(limit))]


def star(conn: sa.Connection, user_id: int, target: str, at: datetime, *, wanted: bool) -> None:
    """Star something, or take the star away; of too many the oldest goes."""
    if not wanted:
        one = (bookmark.c.kind == Mark.star) & (bookmark.c.target == target)
        conn.execute(sa.delete(bookmark).where(bookmark.c.user_id == user_id, one))
        return
    _keep(conn, user_id, Mark.star, {target: at}, MOST_STARS)


def _keep(conn: sa.Connection, user_id: int, kind: Mark, targets: Mapping[str, datetime], most: int) -> None:
    rows = [{"user_id": user_id, "kind": kind, "target": each, "at": at} for each, at in targets.items()]
    made = upsert(conn, bookmark).values(rows)
    keys = ["user_id", "kind", "target"]
    conn.execute(made.on_conflict_do_update(index_elements=keys, set_={"at": made.excluded.at}))
    mine = (bookmark.c.user_id == user_id) & (bookmark.c.kind == kind)
    newest = sa.select(bookmark.c.target).where(mine).order_by(bookmark.c.at.desc()).limit(most)
    conn.execute(sa.delete(bookmark).where(mine, bookmark.c.target.not_in(newest)))


class Visits:
    """What people looked at since it was last written down: looking writes nothing, a round later does.

    A process that dies forgets the last round; who looks at their own list meanwhile sees both.
    """

    def __init__(self, db: Database) -> None:
        self._db, self._lock = db, threading.Lock()
        self._seen: dict[int, dict[str, datetime]] = {}

    def note(self, user_id: int, target: str, at: datetime) -> None:
        """Remember that somebody looked at something."""
        with self._lock:
            mine = self._seen.setdefault(user_id, {})
            mine.pop(target, None)
            mine[target] = at
            while len(mine) > MOST_RECENT:
                del mine[next(iter(mine))]

    def latest(self, conn: sa.Connection, user_id: int, limit: int) -> list[str]:
        """Return what a person looked at, the latest first."""
        with self._lock:
            fresh = [*reversed(self._seen.get(user_id, {}))]
        kept = marked(conn, user_id, Mark.recent, limit)
        return [*dict.fromkeys([*fresh, *kept])][:limit]

    def settle(self, now: datetime) -> None:
        """Write down what was seen, once a round."""
        with self._lock:
            waits = min((at for mine in self._seen.values() for at in mine.values()), default=now)
        if now - waits >= _ROUND:
            self.write_down()

    def write_down(self) -> None:
        """Keep what was seen since, in one transaction."""
        with self._lock:
            seen, self._seen = self._seen, {}
        if seen:
            with self._db.write() as conn:
                for user_id, targets in sorted(seen.items()):
                    _keep(conn, user_id, Mark.recent, targets, MOST_RECENT)
