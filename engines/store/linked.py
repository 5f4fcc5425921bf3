"""To-many values and subform rows of many records, one query a field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engines.form import FieldModel
from engines.store.encode import chunks


def load_links(conn: sa.Connection, field: FieldModel, ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Return record id -> values in their order; records without any are missing."""
    link = field.link
    assert link is not None  # noqa: S101 - only to-many fields are passed
    statement = sa.select(link.c["_record_id"], field.column).order_by(link.c["_record_id"], link.c["_pos"])
    found: dict[int, list[Any]] = {}
    for some in chunks(ids):
        for record_id, value in conn.execute(statement.where(link.c["_record_id"].in_(some))):
            if value is not None:  # an option that was removed
                found.setdefault(record_id, []).append(value)
    return {record_id: tuple(values) for record_id, values in found.items()}


def load_rows(
    conn: sa.Connection, field: FieldModel, ids: Sequence[int]
) -> dict[int, tuple[dict[str, Any], ...]]:
    """Return record id -> rows of a subform in their order, each with ``_id`` and every field."""
    rows = field.rows
    assert rows is not None  # noqa: S101 - only subforms are passed
    table = rows.table
    columns = [each.column.label(each.key) for each in rows.stored]
    statement = sa.select(table.c["_id"], table.c["_parent_id"], *columns)
    statement = statement.order_by(table.c["_parent_id"], table.c["_pos"])
    found: dict[int, list[dict[str, Any]]] = {}
    by_id: dict[int, dict[str, Any]] = {}
    for some in chunks(ids):
        for row in conn.execute(statement.where(table.c["_parent_id"].in_(some))).mappings():
            values = dict(row)
            parent = values.pop("_parent_id")
            found.setdefault(parent, []).append(values)
            by_id[values["_id"]] = values
    for each in rows.linked:
        links = load_links(conn, each, list(by_id))
        for row_id, values in by_id.items():
            values[each.key] = links.get(row_id, ())
    return {parent: tuple(values) for parent, values in found.items()}


def load_plural(conn: sa.Connection, field: FieldModel, ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Return record id -> the value of a to-many field or a subform."""
    return load_links(conn, field, ids) if field.rows is None else load_rows(conn, field, ids)
