"""Where records were, and since when: one row for each stay in a stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from engines.flow.rows import Stay
from engines.store import flows

if TYPE_CHECKING:
    from engines.flow.book import Book
    from engines.flow.graph import Graph

_STAGE = flows.stage
_LEAVE = sa.update(_STAGE).where(
    _STAGE.c.field_uid == sa.bindparam("field"),
    _STAGE.c.record_id == sa.bindparam("record"), _STAGE.c.left_at.is_(None),
)  # fmt: skip


def enter_stage(book: Book, graph: Graph, stage: str, how: str, by: int | None) -> None:
    """Note that the record of an instance left the stage it was in, and is in this one."""
    field, said = graph.field, graph.flow.field
    if field is None or said is None:
        return
    leave_stage(book.conn, field.uid, book.instance.record_id, book.now)
    uid = graph.keys.option_uid(said, stage)
    stay = Stay(book.ids.next(), graph.form.uid, book.instance.record_id, field.uid, uid, how, book.now, by)
    book.add(stay)


def leave_stage(conn: sa.Connection, field_uid: int, record: int, now: object) -> None:
    """Note that a record is no longer where it was."""
    conn.execute(_LEAVE, {"field": field_uid, "record": record, "left_at": now})
