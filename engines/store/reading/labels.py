"""What a person reads for ids: titles of linked records, names of people, departments and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.store import platform
from engines.store.encode import chunks
from engines.store.reading.opening import Reading
from engines.store.store import Store

_NAMES = {"user": platform.user, "department": platform.department, "file": platform.file}


def labels_of(reading: Reading, records: Sequence[Mapping[str, Any]]) -> dict[str, dict[int, str]]:
    """Return field key -> id -> label for every id on the page; one query a field. Rows: ``items.item``."""
    found: dict[str, dict[int, str]] = {}
    for field in reading.fields:
        if field.kind.target is not None:
            ids = _ids(record.get(field.key) for record in records)
            found[field.key] = _labels(reading, field, ids)
        elif field.rows is not None:
            rows = [row for record in records for row in record.get(field.key) or ()]
            for inner in field.rows.fields.values():
                if inner.kind.target is not None:
                    found[f"{field.key}.{inner.key}"] = _labels(
                        reading, inner, _ids(row.get(inner.key) for row in rows)
                    )
    makers = ("_created_by", "_updated_by")
    people = _ids(record.get(key) for record in records for key in makers)
    found["_people"] = named(reading.conn, "user", people)
    return found


def _ids(values: Iterable[Any]) -> set[int]:
    found: set[int] = set()
    for value in values:
        if isinstance(value, tuple):
            found.update(value)
        elif value is not None:
            found.add(value)
    return found


def _labels(reading: Reading, field: FieldModel, ids: set[int]) -> dict[int, str]:
    if field.target in _NAMES:
        return named(reading.conn, str(field.target), ids)
    return titles(
        reading.store, reading.conn, reading.app, reading.access, reading.app.form(str(field.target)), ids
    )


def named(conn: sa.Connection, target: str, ids: Iterable[int]) -> dict[int, str]:
    """Return the names of people, departments or files."""
    table = _NAMES[target]
    found: dict[int, str] = {}
    for some in chunks(ids):
        found |= {
            row[0]: row[1]
            for row in conn.execute(sa.select(table.c.id, table.c.name).where(table.c.id.in_(some)))
        }
    return found


def titles(
    store: Store, conn: sa.Connection, app: AppModel, access: Access, form: FormModel, ids: Iterable[int]
) -> dict[int, str]:
    """Return the titles of records the reader may see, in a field the reader may read; others are missing."""
    lens = store.lens(app, access, form)
    title = form.title
    found: dict[int, str] = {}
    wanted = set(ids)
    if not wanted or lens.access.rows.empty:
        return found
    table = form.table
    shown = title is not None and title.storage is Storage.column and lens.access.usable(title.key)
    column = lens.column((title.key,)).value if shown and title is not None else sa.null()
    for some in chunks(wanted):
        statement = sa.select(table.c["_id"], column.label("title")).where(
            table.c["_id"].in_(some), table.c["_trashed_at"].is_(None), lens.rows()
        )
        for record_id, text in conn.execute(statement):
            found[record_id] = f"#{record_id}" if text is None else str(text)
    return found
