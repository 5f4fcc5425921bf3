"""The records that public forms list to choose from: ids of one installation, so no part of a definition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engines.store.platform import Id, metadata

# ``form_uid``: of the records, which may be merged; ``by``: who listed it, whose eyes strangers borrow.
choice = sa.Table(
    "weft_public_choice",
    metadata,
    sa.Column("public_uid", Id, primary_key=True, autoincrement=False),
    sa.Column("field_uid", Id, primary_key=True, autoincrement=False),
    sa.Column("record_id", Id, primary_key=True, autoincrement=False),
    sa.Column("form_uid", Id),
    sa.Column("position", sa.Integer),
    sa.Column("by", Id),
    sa.Index("weft_public_choice_record", "form_uid", "record_id"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A record that may be chosen in a question, and who put it there."""

    record_id: int
    by: int


def choices_of(conn: sa.Connection, public_uid: int, field_uid: int) -> Sequence[Choice]:
    """Return what a question lists, in its order."""
    mine = (choice.c.public_uid == public_uid) & (choice.c.field_uid == field_uid)
    rows = sa.select(choice.c.record_id, choice.c.by).where(mine).order_by(choice.c.position)
    return [Choice(*row) for row in conn.execute(rows)]


def set_choices(
    conn: sa.Connection, public_uid: int, field_uid: int, form_uid: int, listed: Iterable[Choice]
) -> None:
    """List these records, instead of what was listed before."""
    mine = (choice.c.public_uid == public_uid) & (choice.c.field_uid == field_uid)
    conn.execute(sa.delete(choice).where(mine))
    rows = [
        {"public_uid": public_uid, "field_uid": field_uid, "form_uid": form_uid, "position": position,
         "record_id": each.record_id, "by": each.by}
        for position, each in enumerate(listed)
    ]  # fmt: skip
    if rows:
        conn.execute(sa.insert(choice), rows)
