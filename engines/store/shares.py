"""One record shown to one person for a time, by somebody who sees it anyway."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from engines.form.columns import Instant
from engines.ports import Clock, Ids
from engines.store.encode import chunks
from engines.store.models import bump_epoch
from engines.store.platform import Id, id_column, metadata, user
from engines.store.waste import Waste
from schemas.errors import NotFound

share = sa.Table(
    "weft_share",
    metadata,
    id_column(),
    sa.Column("form_uid", Id),
    sa.Column("record_id", Id),
    sa.Column("user_id", Id),
    sa.Column("edit", sa.Boolean),
    sa.Column("until", Instant),
    sa.Column("by", Id),
    sa.Column("at", Instant),
    sa.Column("revoked_at", Instant),
    sa.Index("weft_share_mine", "user_id", "form_uid", "record_id"),
    sa.Index("weft_share_record", "form_uid", "record_id"),
)


@dataclass(frozen=True, slots=True)
class Share:
    """A record that is shared: with whom, by whom, until when; ``edit``: to be changed too."""

    id: int
    user_id: int
    name: str
    edit: bool
    until: datetime
    by: int


def add_share(
    conn: sa.Connection, ids: Ids, clock: Clock, place: tuple[int, int], new: tuple[int, int, bool, datetime]
) -> int:
    """Share a record instead of before; ``new``: with whom, by whom, whether to edit, until when."""
    (form_uid, record_id), (user_id, by, edit, until), now = place, new, clock.now()
    mine = (share.c.form_uid == form_uid, share.c.record_id == record_id, share.c.user_id == user_id)
    conn.execute(sa.update(share).where(*mine, share.c.revoked_at.is_(None)).values(revoked_at=now))
    row = {
        "id": ids.next(), "form_uid": form_uid, "record_id": record_id, "user_id": user_id, "edit": edit,
        "until": until, "by": by, "at": now,
    }  # fmt: skip
    conn.execute(sa.insert(share).values(row))
    bump_epoch(conn)
    return int(str(row["id"]))


def shares(
    conn: sa.Connection, clock: Clock, form_uid: int, record_id: int, user_id: int | None = None
) -> list[Share]:
    """Return with whom a record is shared now, or the share of one person."""
    wanted = [
        share.c.form_uid == form_uid, share.c.record_id == record_id, share.c.revoked_at.is_(None),
        share.c.until > clock.now(),
    ]  # fmt: skip
    wanted += [] if user_id is None else [share.c.user_id == user_id]
    columns = (share.c.id, share.c.user_id, user.c.name, share.c.edit, share.c.until, share.c.by)
    chosen = sa.select(*columns).join(user, user.c.id == share.c.user_id).where(*wanted)
    return [Share(*row) for row in conn.execute(chosen.order_by(share.c.until, share.c.id))]


def revoke(conn: sa.Connection, clock: Clock, place: tuple[int, int], number: int, by: int | None) -> None:
    """End a share before its time; it is by whom ``by`` says, if anybody. Raises NotFound."""
    mine = [share.c.id == number, share.c.form_uid == place[0], share.c.record_id == place[1]]
    mine += [share.c.revoked_at.is_(None), *([] if by is None else [share.c.by == by])]
    if conn.execute(sa.update(share).where(*mine).values(revoked_at=clock.now())).rowcount != 1:
        raise NotFound
    bump_epoch(conn)


def ended_shares(now: datetime) -> Waste:
    """Return the shares whose time is over; the rights they gave ended with it."""
    return Waste(share, share.c.until <= now)


def forget(conn: sa.Connection, form_uid: int, ids: Collection[int]) -> None:
    """Remove the shares of records that are gone for good."""
    for some in chunks(ids):
        conn.execute(sa.delete(share).where(share.c.form_uid == form_uid, share.c.record_id.in_(some)))
