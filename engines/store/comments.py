"""What people say about records, and who follows them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engines.form.columns import Instant, Text
from engines.ports import Clock, Ids
from engines.store.encode import chunks
from engines.store.platform import Id, id_column, metadata, user
from engines.store.upsert import upsert
from schemas.errors import Invalid, Issue, NotFound

LONGEST = 2_000
Place = tuple[int, int]  # uid of the form, id of the record

comment = sa.Table(
    "weft_comment",
    metadata,
    id_column(),
    sa.Column("form_uid", Id),
    sa.Column("record_id", Id),
    sa.Column("author", Id),
    sa.Column("body", Text),
    sa.Column("named", sa.JSON),
    sa.Column("at", Instant),
    sa.Index("weft_comment_record", "form_uid", "record_id", "at", "id"),
)
follower = sa.Table(
    "weft_follower",
    metadata,
    sa.Column("form_uid", Id, primary_key=True),
    sa.Column("record_id", Id, primary_key=True),
    sa.Column("user_id", Id, primary_key=True),
    sa.Column("level", Text),
    sa.Column("at", Instant),
)


class Level(StrEnum):
    """What somebody wants to hear of a record: everything, or what people say."""

    everything = "everything"
    comments = "comments"


@dataclass(frozen=True, slots=True)
class Comment:
    """``named``: whom the body names after an ``@``, id to the name as it stands there."""

    id: int
    author: int
    body: str
    at: datetime
    named: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Following:
    """Somebody who follows a record."""

    record_id: int
    user_id: int
    name: str
    level: Level


def tidied(body: str) -> str:
    """Return what somebody wrote as it is kept. Raises Invalid for nothing, and for too much."""
    found = body.replace("\r\n", "\n").strip()
    if not found:
        raise Invalid([Issue("body", "field.required")])
    if len(found) > LONGEST:
        raise Invalid([Issue("body", "field.too_long", {"max_length": LONGEST})])
    return found


def add_comment(
    conn: sa.Connection, ids: Ids, clock: Clock, place: Place, said: tuple[int, str, Mapping[int, str]]
) -> int:
    """Keep what somebody said about the record of a form; ``said``: who, what, and whom it names."""
    number, (author, body, named) = ids.next(), said
    row = {
        "id": number, "form_uid": place[0], "record_id": place[1], "author": author, "body": body,
        "named": {str(key): name for key, name in named.items()}, "at": clock.now(),
    }  # fmt: skip
    conn.execute(sa.insert(comment).values(row))
    return number


def comments(
    conn: sa.Connection, form_uid: int, record_id: int, where: Sequence[sa.ColumnElement[bool]], limit: int
) -> list[Comment]:
    """Return what was said about a record, the latest first."""
    mine = (comment.c.form_uid == form_uid, comment.c.record_id == record_id)
    columns = [comment.c[name] for name in Comment.__slots__]
    chosen = sa.select(*columns).where(*mine, *where)
    ordered = chosen.order_by(comment.c.at.desc(), comment.c.id.desc()).limit(limit)
    return [Comment(row[0], row[1], row[2], row[3], row[4] or {}) for row in conn.execute(ordered)]


def remove_comment(conn: sa.Connection, place: Place, number: int, author: int | None) -> None:
    """Take back what somebody said; without an author: whoever said it. Raises NotFound."""
    mine = [comment.c.id == number, comment.c.form_uid == place[0], comment.c.record_id == place[1]]
    mine += [] if author is None else [comment.c.author == author]
    if conn.execute(sa.delete(comment).where(*mine)).rowcount != 1:
        raise NotFound


def follow(
    conn: sa.Connection,
    clock: Clock,
    place: Place,
    users: Collection[int],
    level: Level | None = None,
) -> None:
    """Let people follow a record; without a level, those who do already keep theirs."""
    for user_id in dict.fromkeys(users):
        row: dict[str, Any] = {
            "form_uid": place[0], "record_id": place[1], "user_id": user_id, "at": clock.now(),
            "level": str(level or Level.everything),
        }  # fmt: skip
        added = upsert(conn, follower).values(row)
        if level is None:
            conn.execute(added.on_conflict_do_nothing())
        else:
            keys = ["form_uid", "record_id", "user_id"]
            conn.execute(added.on_conflict_do_update(index_elements=keys, set_={"level": str(level)}))


def unfollow(conn: sa.Connection, place: Place, user_id: int) -> None:
    """Let somebody follow a record no more."""
    mine = (follower.c.form_uid == place[0], follower.c.record_id == place[1], follower.c.user_id == user_id)
    conn.execute(sa.delete(follower).where(*mine))


def followers(conn: sa.Connection, form_uid: int, ids: Collection[int]) -> list[Following]:
    """Return the active people who follow some records, by name."""
    columns = (follower.c.record_id, follower.c.user_id, user.c.name, follower.c.level)
    chosen = sa.select(*columns).join(user, user.c.id == follower.c.user_id)
    found = []
    for some in chunks(ids):
        mine = (follower.c.form_uid == form_uid, follower.c.record_id.in_(some), user.c.active)
        rows = conn.execute(chosen.where(*mine).order_by(user.c.name_fold, user.c.id))
        found += [Following(row[0], row[1], row[2], Level(row[3])) for row in rows]
    return found


def forget(conn: sa.Connection, form_uid: int, ids: Collection[int]) -> None:
    """Remove what was said about records that are gone for good, and who followed them."""
    for some in chunks(ids):
        for table in (comment, follower):
            mine = (table.c.form_uid == form_uid, table.c.record_id.in_(some))
            conn.execute(sa.delete(table).where(*mine))
