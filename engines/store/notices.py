"""Notices: what people are told inside the application; some must be acknowledged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from engines.ports import Clock, Ids
from engines.store.platform import notice as _notice
from engines.store.said import Said, said_of
from engines.store.shelf import not_away
from engines.store.upsert import upsert
from engines.store.wishes import Way, Wishes, kind_of, wishes_of
from schemas.errors import NotFound

_USUAL = Wishes()


class Level(StrEnum):
    """``must``: shown in front of everything until the person says that it was read."""

    normal = "normal"
    must = "must"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told. ``unique``: whoever was told under this key is not told again.

    ``copy``: for information only; others are asked to act.
    """

    app: str
    title: Said
    body: Said | None = None
    level: Level = Level.normal
    form_uid: int | None = None
    record_id: int | None = None
    cause_id: int | None = None
    unique: str | None = None
    source: str = ""
    link: str | None = None
    copy: bool = False


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """A notice as one person has it. A ``must`` that was read was acknowledged."""

    id: int
    user_id: int
    notice: Notice
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticePage:
    """One page, newest first. ``next``: the id after which the following page begins."""

    notices: Sequence[KeptNotice]
    next: int | None = None


def notify(conn: sa.Connection, ids: Ids, clock: Clock, users: Collection[int], notice: Notice) -> list[int]:
    """Tell people, each once and as they wish, and return who was told now and not before."""
    said = {
        "app": notice.app, "level": notice.level, "title": notice.title.to_json(),
        "body": None if notice.body is None else notice.body.to_json(), "form_uid": notice.form_uid,
        "record_id": notice.record_id, "cause_id": notice.cause_id, "unique_key": notice.unique,
        "source": notice.source, "link": notice.link, "copy": notice.copy, "created_at": clock.now(),
    }  # fmt: skip
    told: list[int] = []
    wishes = {} if notice.level is Level.must else wishes_of(conn, users)
    for user_id in dict.fromkeys(users):
        wanted, now = wishes.get(user_id, _USUAL), clock.now()
        way = wanted.way(kind_of(notice.source, copy=notice.copy))
        if way is Way.none:
            continue
        read_at, held = (now, None) if way is Way.list else (None, wanted.held_until(now))
        row = said | {"id": ids.next(), "user_id": user_id, "read_at": read_at, "held_until": held}
        added = upsert(conn, _notice).values(row).on_conflict_do_nothing().returning(_notice.c.user_id)
        if conn.scalar(added) is not None:
            told.append(user_id)
    return told


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page of which notices. ``copies``: for information only; ``must``: to acknowledge."""

    unread: bool = False
    copies: bool = False
    app: str | None = None
    after: int | None = None
    limit: int = 50
    must: bool = False


def list_notices(conn: sa.Connection, user_id: int, asked: Asked | None = None) -> NoticePage:
    """Return what a person was told, newest first."""
    asked = asked or Asked()
    wanted = sa.select(_notice).where(_notice.c.user_id == user_id, not_away(_notice.c.app))
    if asked.unread:
        wanted = wanted.where(_notice.c.read_at.is_(None))
    if asked.must:
        wanted = wanted.where(_notice.c.level == Level.must)
    if asked.copies:
        wanted = wanted.where(_notice.c.copy)
    if asked.app is not None:
        wanted = wanted.where(_notice.c.app == asked.app)
    if asked.after is not None:
        wanted = wanted.where(_notice.c.id < asked.after)
    rows = conn.execute(wanted.order_by(_notice.c.id.desc()).limit(asked.limit + 1)).all()
    following = rows[asked.limit - 1].id if len(rows) > asked.limit else None
    return NoticePage([_kept(row) for row in rows[: asked.limit]], following)


def pressing(conn: sa.Connection, user_id: int, limit: int = 3) -> list[KeptNotice]:
    """Return the oldest notices that the person must acknowledge and has not."""
    wanted = sa.select(_notice).where(
        _notice.c.user_id == user_id,
        _notice.c.read_at.is_(None),
        _notice.c.level == Level.must,
        not_away(_notice.c.app),
    )
    return [_kept(row) for row in conn.execute(wanted.order_by(_notice.c.id).limit(limit))]


def count_unread(conn: sa.Connection, user_id: int, now: datetime | None = None) -> int:
    """Count what a person has not read; ``now``: without what waits for their quiet hours to end."""
    mine = (_notice.c.user_id == user_id) & _notice.c.read_at.is_(None)
    unread = sa.select(sa.func.count()).where(mine, not_away(_notice.c.app))
    if now is not None:
        unread = unread.where(_notice.c.held_until.is_(None) | (_notice.c.held_until <= now))
    return int(conn.scalar(unread) or 0)


def get_notice(conn: sa.Connection, user_id: int, notice_id: int) -> KeptNotice:
    """Return one of a person's notices. Raises NotFound, for those of others too."""
    mine = (_notice.c.id == notice_id) & (_notice.c.user_id == user_id)
    row = conn.execute(sa.select(_notice).where(mine)).first()
    if row is None:
        raise NotFound
    return _kept(row)


def mark_read(conn: sa.Connection, clock: Clock, user_id: int, notice_id: int) -> None:
    """Say that a notice was read, which acknowledges one that must be. Raises NotFound."""
    if get_notice(conn, user_id, notice_id).read_at is None:
        one = _notice.c.id == notice_id
        conn.execute(sa.update(_notice).where(one).values(read_at=clock.now()))


def mark_all_read(conn: sa.Connection, clock: Clock, user_id: int) -> int:
    """Say that everything was read, but what must be acknowledged one by one."""
    unread = sa.and_(_notice.c.user_id == user_id, _notice.c.read_at.is_(None), _notice.c.level != Level.must)
    return conn.execute(sa.update(_notice).where(unread).values(read_at=clock.now())).rowcount


def _kept(row: sa.Row[tuple[object, ...]]) -> KeptNotice:
    cell = row._mapping
    title = said_of(cell["title"])
    assert title is not None  # noqa: S101 - every notice has one
    told = Notice(
        cell["app"], title, said_of(cell["body"]), Level(cell["level"]), cell["form_uid"], cell["record_id"],
        cell["cause_id"], cell["unique_key"], cell["source"], cell["link"], cell["copy"],
    )  # fmt: skip
    return KeptNotice(cell["id"], cell["user_id"], told, cell["created_at"], cell["read_at"])
