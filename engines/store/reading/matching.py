"""From what a person reads to ids: records by the value of a field, people and departments by name."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence

import sqlalchemy as sa

from engines.access import Access
from engines.expression import fold
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.store import platform
from engines.store.encode import RowEncoder
from engines.store.reading.sorting import plain
from engines.store.store import Store
from schemas.errors import Invalid, Issue

_AT_ONCE = 5000
_SHORTEST = 7  # digits of a telephone number

Found = dict[Hashable, tuple[int, ...]]


def matches(
    store: Store,
    conn: sa.Connection,
    app: AppModel,
    access: Access,
    asked: tuple[FormModel, str],
    raws: Iterable[Hashable],
) -> Found:
    """Return raw value -> ids of the records that hold it, one query for all.

    ``asked``: form and key of the field. Only records and fields that the reader may use; what matches
    nothing is missing.
    """
    form, key = asked
    field = form.fields.get(key)
    lens = store.lens(app, access, form)
    if field is None or field.storage is not Storage.column or not lens.access.usable(key):
        raise Invalid([Issue("key", "query.unknown_field", {"name": key})], "query.invalid")
    wanted = list(dict.fromkeys(raws))
    column, cells = _cells(conn, form, field, wanted)
    veil, rows = lens.partial(key), lens.rows()
    ids: dict[Hashable, list[int]] = {}
    distinct = list(dict.fromkeys(each for each in cells if each is not None))
    for start in range(0, len(distinct), _AT_ONCE):
        held = plain(column)
        statement = sa.select(sa.type_coerce(held, sa.types.NullType()), form.table.c["_id"]).where(
            held.in_(distinct[start : start + _AT_ONCE]), form.table.c["_trashed_at"].is_(None), rows
        )
        for cell, record_id in conn.execute(statement if veil is None else statement.where(veil)):
            ids.setdefault(cell, []).append(record_id)
    return {raw: tuple(ids[cell]) for raw, cell in zip(wanted, cells, strict=True) if cell in ids}


def _cells(
    conn: sa.Connection, form: FormModel, field: FieldModel, raws: Sequence[Hashable]
) -> tuple[sa.Column[int], list[Hashable]]:
    """Return the column that comparison uses and each raw value as its cell; None for a wrong kind."""
    values, _ = form.coercer.many([{field.key: each} for each in raws])
    compared = field.identity
    index = next(place for place, each in enumerate(field.columns) if each is compared)
    make = RowEncoder.of(form, conn.dialect).makers[field.key][index]
    typed = (each.get(field.key) for each in values)
    return compared, [None if each is None else make(each) for each in typed]


def people(conn: sa.Connection) -> Found:
    """Return the ids of active people by folded name, login, address and telephone number."""
    table = platform.user
    columns = (table.c.phone, table.c.name, table.c.login, table.c.email)
    found: dict[Hashable, dict[int, None]] = {}
    for user_id, phone, *texts in conn.execute(sa.select(table.c.id, *columns).where(table.c.active)):
        for text in (*map(fold, filter(None, texts)), dialled(phone or "")):
            if text:
                found.setdefault(text.strip(), {})[user_id] = None
    return {text: tuple(ids) for text, ids in found.items()}


def dialled(phone: str) -> str:
    """Return the digits of a telephone number without the country code of China; ``""`` for another text."""
    digits = re.sub(r"[\s().+-]", "", phone)
    return digits.removeprefix("86") if digits.isdigit() and len(digits) >= _SHORTEST else ""


def departments(conn: sa.Connection) -> Found:
    """Return the ids of departments by folded name."""
    table = platform.department
    found: dict[Hashable, tuple[int, ...]] = {}
    for department_id, name in conn.execute(sa.select(table.c.id, table.c.name)):
        text = fold(name.strip())
        found[text] = (*found.get(text, ()), department_id)
    return found
