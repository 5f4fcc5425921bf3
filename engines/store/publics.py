"""Links to public forms, and what came in through them, counted in the transaction that takes it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engines.form.columns import Instant, Text
from engines.ports import Clock, Ids
from engines.store.database import Database
from engines.store.people.secrets import digest
from engines.store.platform import Id, id_column, metadata
from engines.store.upsert import upsert
from schemas.errors import NotFound

link = sa.Table(
    "weft_public_link",
    metadata,
    id_column(),
    sa.Column("app", Text),
    sa.Column("public_uid", Id),
    sa.Column("token", Text, unique=True),
    sa.Column("channel", Text),
    sa.Column("values", sa.JSON),
    sa.Column("open", sa.Boolean),
    sa.Column("blocked", sa.Integer),
    sa.Column("created_at", Instant),
    sa.Column("created_by", Id),
    sa.Index("weft_public_link_form", "public_uid", "id"),
)
# ``ticket``: of the page that was sent; a page that is sent twice is taken once.
response = sa.Table(
    "weft_public_response",
    metadata,
    id_column(),
    sa.Column("public_uid", Id),
    sa.Column("link_id", Id, index=True),
    sa.Column("ticket", Text, unique=True),
    sa.Column("state", Text),
    sa.Column("record_id", Id),
    sa.Column("about", Id),
    sa.Column("values", sa.JSON),
    sa.Column("secret", Text, unique=True),
    sa.Column("until", Instant),
    sa.Column("at", Instant),
    sa.Index("weft_public_response_form", "public_uid", "state"),
)
# How often a form was taken in all (under a blank name), and by each visitor.
count = sa.Table(
    "weft_public_count",
    metadata,
    sa.Column("public_uid", Id, primary_key=True),
    sa.Column("name", Text, primary_key=True),
    sa.Column("count", sa.Integer),
)


class State(StrEnum):
    """What became of something sent: a record, or it waits for somebody to look at it."""

    taken = "taken"
    held = "held"


@dataclass(frozen=True, slots=True)
class Link:
    """A way to a public form. ``channel``: from where people come by it; ``values``: answered ahead."""

    id: int
    app: str
    public_uid: int
    token: str
    channel: str
    values: Mapping[str, Any]
    open: bool
    blocked: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Response:
    """Something sent. ``values``: as typed, while it may be corrected or waits; ``secret``: a digest."""

    id: int
    public_uid: int
    link_id: int
    ticket: str
    state: str
    at: datetime
    record_id: int | None = None
    about: int | None = None
    values: Mapping[str, Any] | None = field(default=None)
    secret: str | None = None
    until: datetime | None = None


_LINK = tuple(link.c[each] for each in Link.__slots__)
_RESPONSE = tuple(response.c[each] for each in Response.__slots__)


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to be made by somebody."""

    app: str
    public_uid: int
    channel: str
    values: Mapping[str, Any]
    by: int


def add_link(conn: sa.Connection, ids: Ids, clock: Clock, new: NewLink) -> Link:
    """Make a link. Its address cannot be guessed."""
    token, now = secrets.token_urlsafe(9), clock.now()
    made = Link(ids.next(), new.app, new.public_uid, token, new.channel, new.values, True, 0, now)
    conn.execute(sa.insert(link).values(asdict(made) | {"created_by": new.by}))
    return made


def link_of(conn: sa.Connection, token: str) -> Link:
    """Return the link of an address. Raises NotFound."""
    row = conn.execute(sa.select(*_LINK).where(link.c.token == token)).first()
    if row is None:
        raise NotFound("public.gone")
    return Link(*row)


def links_of(conn: sa.Connection, public_uid: int) -> Sequence[tuple[Link, int]]:
    """Return the links to a public form, newest first, each with how many responses it brought."""
    brought = (
        sa.select(sa.func.count()).where(response.c.link_id == link.c.id).scalar_subquery().label("brought")
    )
    rows = sa.select(*_LINK, brought).where(link.c.public_uid == public_uid).order_by(link.c.id.desc())
    return [(Link(*row[:-1]), row[-1]) for row in conn.execute(rows)]


def link_by(conn: sa.Connection, public_uid: int, number: int) -> Link:
    """Return one link to a public form. Raises NotFound."""
    row = conn.execute(sa.select(*_LINK).where(link.c.id == number, link.c.public_uid == public_uid)).first()
    if row is None:
        raise NotFound
    return Link(*row)


def oldest_open(conn: sa.Connection, public_uid: int) -> Link | None:
    """Return the oldest link to a public form that is open."""
    mine = (link.c.public_uid == public_uid) & link.c.open
    row = conn.execute(sa.select(*_LINK).where(mine).order_by(link.c.id).limit(1)).first()
    return None if row is None else Link(*row)


def set_open(conn: sa.Connection, public_uid: int, number: int, *, wanted: bool) -> None:
    """Close a link, or open it again. Raises NotFound."""
    mine = (link.c.id == number) & (link.c.public_uid == public_uid)
    if not conn.execute(sa.update(link).where(mine).values(open=wanted)).rowcount:
        raise NotFound


def revoke(conn: sa.Connection, public_uid: int, number: int) -> None:
    """Remove a link for ever; what came through it stays. Raises NotFound."""
    if not conn.execute(sa.delete(link).where(link.c.id == number, link.c.public_uid == public_uid)).rowcount:
        raise NotFound


def blocked(conn: sa.Connection, number: int) -> None:
    """Count something that a machine sent."""
    conn.execute(sa.update(link).where(link.c.id == number).values(blocked=link.c.blocked + 1))


def begin(conn: sa.Connection, made: Response) -> bool:
    """Note that something is being taken; False where the page it stood on was taken before.

    Of two that come together the second waits for the first.
    """
    row = upsert(conn, response).values(asdict(made)).on_conflict_do_nothing().returning(response.c.id)
    return conn.execute(row).first() is not None


def settle(conn: sa.Connection, number: int, **values: Any) -> None:
    """Say what became of it."""
    conn.execute(sa.update(response).where(response.c.id == number).values(**values))


def take(conn: sa.Connection, public_uid: int, name: str, most: int | None) -> bool:
    """Count one more under a name; False, and nothing counted, where there are ``most`` already."""
    fresh = upsert(conn, count).values(public_uid=public_uid, name=name, count=1)
    below = None if most is None else count.c["count"] < most
    kept = fresh.on_conflict_do_update(
        index_elements=["public_uid", "name"], set_={"count": count.c["count"] + 1}, where=below
    )
    return conn.execute(kept.returning(count.c["count"])).first() is not None


def taken(conn: sa.Connection, public_uid: int, name: str = "") -> int:
    """Return how many were taken under a name."""
    mine = (count.c.public_uid == public_uid) & (count.c.name == name)
    return int(conn.scalar(sa.select(count.c["count"]).where(mine)) or 0)


def taken_by(conn: sa.Connection, uids: Collection[int]) -> Mapping[int, int]:
    """Return how many were taken in all, by public form; one that took nothing is not among them."""
    mine = count.c.public_uid.in_(uids) & (count.c.name == "")
    rows = sa.select(count.c.public_uid, count.c["count"]).where(mine)
    return {uid: many for uid, many in conn.execute(rows)}  # noqa: C416 - rows are no pairs to a checker


def by_secret(conn: sa.Connection, secret: str, now: datetime) -> Response:
    """Return what may still be corrected. Raises NotFound."""
    return _may_be_corrected(conn, secret, now, alone=False)


def claim(conn: sa.Connection, secret: str, now: datetime) -> Response:
    """Return what may still be corrected; nobody else does before this transaction ends. Raises NotFound."""
    return _may_be_corrected(conn, secret, now, alone=conn.dialect.name == "postgresql")


def _may_be_corrected(conn: sa.Connection, secret: str, now: datetime, *, alone: bool) -> Response:
    mine = (response.c.secret == digest(secret)) & (response.c.until > now)
    rows = sa.select(*_RESPONSE).where(mine)
    row = conn.execute(rows.with_for_update() if alone else rows).first()
    if row is None or row.values is None:
        raise NotFound("public.not_any_more")
    return Response(*row)


def held(conn: sa.Connection, public_uid: int, most: int) -> Sequence[Response]:
    """Return what waits for somebody to look at it, the newest first."""
    mine = (response.c.public_uid == public_uid) & (response.c.state == State.held)
    return [
        Response(*row)
        for row in conn.execute(sa.select(*_RESPONSE).where(mine).order_by(response.c.id.desc()).limit(most))
    ]


def waiting(conn: sa.Connection) -> Sequence[Any]:
    """Return the values of everything that waits, whose files no record holds yet."""
    return conn.scalars(sa.select(response.c["values"]).where(response.c.state == State.held)).all()


def drop(conn: sa.Connection, public_uid: int, numbers: Collection[int]) -> None:
    """Remove what waited."""
    mine = (response.c.public_uid == public_uid) & (response.c.state == State.held)
    conn.execute(sa.delete(response).where(mine, response.c.id.in_(numbers)))


def forget_typed(db: Database, now: datetime) -> int:
    """Forget what was typed where it cannot be corrected any more: the record has it."""
    gone = (response.c.state == State.taken) & (response.c.until < now)
    with db.write() as conn:
        return conn.execute(
            sa.update(response).where(gone, response.c.secret.is_not(None)).values(values=None, secret=None)
        ).rowcount
