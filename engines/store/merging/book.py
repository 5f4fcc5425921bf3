"""What was merged into what: read for redirects, for the page of a record, and to take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.store.matching.tables import merge, merged

_HOPS = 8  # a record that took others in may have been merged itself


@dataclass(frozen=True, slots=True)
class Merged:
    """One merge. ``undone_at`` None: it stands. ``moved``: read where one merge is asked for."""

    id: int
    form_uid: int
    survivor: int
    cause: int
    actor: int | None
    at: datetime
    moved: Mapping[str, Any]
    undone_at: datetime | None
    absorbed: tuple[int, ...]


def merged_into(conn: sa.Connection, form_uid: int, record_id: int) -> int | None:
    """Return the record that holds by now what another one held."""
    found: int | None = None
    for _ in range(_HOPS):
        statement = (
            sa.select(merge.c.survivor)
            .join(merged, merged.c.merge_id == merge.c.id)
            .where(merged.c.form_uid == form_uid, merged.c.absorbed == (found or record_id))
            .where(merge.c.undone_at.is_(None))
            .order_by(merge.c.id.desc())
        )
        further = conn.scalar(statement.limit(1))
        if further is None:
            return found
        found = further
    return found


def merges_of(conn: sa.Connection, form_uid: int, survivor: int) -> list[Merged]:
    """Return what was merged into a record, the latest first."""
    found = [each for each in merge.c if each is not merge.c.moved]
    return _read(conn, found, (merge.c.form_uid == form_uid) & (merge.c.survivor == survivor))


def merge_by_id(conn: sa.Connection, merge_id: int) -> Merged | None:
    """Return one merge."""
    return next(iter(_read(conn, list(merge.c), merge.c.id == merge_id)), None)


def _read(
    conn: sa.Connection, columns: Sequence[sa.Column[Any]], where: sa.ColumnElement[bool]
) -> list[Merged]:
    wanted = sa.select(*columns).where(where).order_by(merge.c.id.desc()).limit(100)
    rows = conn.execute(wanted).mappings().all()
    ids = [row["id"] for row in rows]
    absorbed: dict[int, list[int]] = {}
    if ids:
        stand = sa.select(merged.c.merge_id, merged.c.absorbed).where(merged.c.merge_id.in_(ids))
        for number, record_id in conn.execute(stand.order_by(merged.c.absorbed)):
            absorbed.setdefault(number, []).append(record_id)
    return [_merged(row, absorbed.get(row["id"], ())) for row in rows]


def _merged(row: Any, absorbed: Sequence[int]) -> Merged:
    return Merged(
        row["id"], row["form_uid"], row["survivor"], row["cause"], row["actor"], row["at"],
        row.get("moved") or {}, row["undone_at"], tuple(absorbed),
    )  # fmt: skip
