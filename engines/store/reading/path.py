"""Lists and single records."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engines.access import Access, system_scope
from engines.expression import ExpressionError, check_condition, compile_sql, to_text
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.query import Page, Query, Total
from engines.store import platform
from engines.store.derived.moments import at_the_moment
from engines.store.linked import load_plural
from engines.store.reading.cursor import Condition, Key, beyond, sign, unsign
from engines.store.reading.labels import labels_of
from engines.store.reading.masking import mask
from engines.store.reading.opening import Reading, open_reading
from engines.store.reading.reaching import reached
from engines.store.reading.sorting import sort_keys
from engines.store.search import query_tokens
from engines.store.store import Store
from schemas.errors import Invalid, Issue, NotFound

CAP = 10_000
MAX_LIMIT = 500
_ALWAYS = ("_id", "_version")
_SYSTEM = ("_created_at", "_created_by", "_updated_at", "_updated_by")
_WHERE = "_where_"  # where a value is shown that is no column of its own
_CLEAR = "_clear_"  # where a value is shown in full that elsewhere is masked
_LARGEST_ID = 2**63 - 1
_IN_ROW = {Storage.column, Storage.through}
_PLAIN = frozenset({Storage.column, Storage.links, Storage.rows, Storage.system})


def read(store: Store, conn: sa.Connection, app: AppModel, access: Access, query: Query) -> Page:
    """Return one page of a list.

    Raises Invalid for a filter, sort, field or cursor that is wrong, with the path of the parameter.
    """
    reading = open_reading(store, conn, app, access, query)
    if not 1 <= query.limit <= MAX_LIMIT:
        raise Invalid([Issue("limit", "query.limit", {"max": MAX_LIMIT})], "query.invalid")
    where = conditions(reading)
    keys = sort_keys(reading.lens, query.sort)
    rows, more = _fetch(reading, where, keys)
    records = _records(reading, rows)
    total = count(reading, where)
    labels = labels_of(reading, records) if query.labels else {}
    following, preceding = _cursors(reading, rows, keys, more=more)
    capped = query.total is Total.capped and total is not None and total > CAP
    return Page(records, following, preceding, min(total, CAP) if capped and total else total, capped, labels)


def get(
    store: Store, conn: sa.Connection, app: AppModel, access: Access, query: Query, record_id: int
) -> Page:
    """Return one record as a page of one. Raises NotFound: absent, unseen and foreign look alike."""
    reading = open_reading(store, conn, app, access, query)
    if not 0 < record_id <= _LARGEST_ID:
        raise NotFound
    alike = not query.fields and _sees_everything(reading)
    kept = ("reading.one", query.fields, query.trash)
    statement = reading.form.kept(kept, lambda _: _one(reading)) if alike else _one(reading)
    rows = conn.execute(statement, {"record": record_id}).mappings().all()
    if not rows:
        raise NotFound
    records = _records(reading, rows)
    return Page(records, labels=labels_of(reading, records) if query.labels else {})


def _sees_everything(reading: Reading) -> bool:
    """Tell whether the reader has no limits and the clock no say, so that every such question is the same."""
    fields, access = reading.form.fields, reading.lens.access
    return access.whole and all(
        access.readable(key) and each.storage in _PLAIN for key, each in fields.items()
    )


def _one(reading: Reading) -> sa.Select[Any]:
    """Select one record as its reader sees it."""
    table = reading.form.table
    trashed = table.c["_trashed_at"]
    living = trashed.is_not(None) if reading.query.trash else trashed.is_(None)
    mine = table.c["_id"] == sa.bindparam("record", type_=sa.BigInteger)
    return _select(reading, sort_keys(reading.lens, ())).where(mine, living, reading.lens.rows())


def visible_fields(
    store: Store, conn: sa.Connection, app: AppModel, access: Access, form: FormModel, record_id: int
) -> frozenset[str]:
    """Return the fields and system keys of one record that the reader may read in full.

    History shows no more than these.
    """
    lens = store.lens(app, access, form)
    scopes = {key: lens.access.read[key] for key in form.fields if lens.access.usable(key)}
    scopes |= {key: system_scope(form, lens.access, key) for key in _SYSTEM}
    keys = [key for key, scope in scopes.items() if not scope.empty]
    rows = lens.access.rows
    kinds = list(dict.fromkeys(scopes[key] for key in keys if not scopes[key].covers(rows)))
    if not kinds:
        return frozenset(keys)
    asked = sa.select(*[lens.within(each) for each in kinds]).where(form.table.c["_id"] == record_id)
    row = conn.execute(asked).first() or [False] * len(kinds)
    closed = {each for each, holds in zip(kinds, row, strict=True) if not holds}
    return frozenset(key for key in keys if scopes[key] not in closed)


def conditions(reading: Reading) -> list[Condition]:
    """Return every condition of a query: what exists for the reader, the filter, the search words."""
    query, form, lens = reading.query, reading.form, reading.lens
    trashed = form.table.c["_trashed_at"]
    found: list[Condition] = [trashed.is_not(None) if query.trash else trashed.is_(None)]
    if not lens.access.rows.everything:
        found.append(lens.rows())
    if query.ids is not None:
        found.append(form.table.c["_id"].in_([each for each in query.ids if 0 < each <= _LARGEST_ID]))
    if query.below is not None:
        found.append(form.table.c["_id"] < query.below)
    if query.among is not None:
        found.append(lens.designed(query.among))
    if query.where is not None:
        try:
            check_condition(query.where, lens)
            found.append(compile_sql(query.where, lens, lens.context))
        except ExpressionError as error:
            raise Invalid([Issue("filter", error.code, error.params)], "query.invalid") from None
    if query.reached is not None:
        found.append(reached(reading, query.reached))
    if query.search and query.search.strip():
        asked = query_tokens(query.search)
        found += [_searched(reading, token, prefix=prefix) for token, prefix in asked] or [sa.false()]
    return found


def _searched(reading: Reading, token: str, *, prefix: bool) -> Condition:
    """Return where a word stands in a field the reader may search."""
    form, lens, table = reading.form, reading.lens, platform.token
    matches = table.c.token == token
    if prefix:
        matches = sa.and_(table.c.token >= token, table.c.token < token + "\U0010ffff")
    found: list[Condition] = []
    everywhere = []
    for field in form.searchable:
        if lens.access.usable(field.key):
            where = lens.partial(field.key)
            if where is None:
                everywhere.append(field.uid)
            else:
                found.append(sa.and_(where, _holding(reading, matches, [field.uid])))
    if everywhere:
        found.append(_holding(reading, matches, everywhere))
    return sa.or_(sa.false(), *found)


def _holding(reading: Reading, matches: Condition, uids: Sequence[int]) -> Condition:
    table = platform.token
    ids = sa.select(table.c.record_id).where(
        table.c.form_uid == reading.form.uid, matches, table.c.field_uid.in_(uids)
    )
    return reading.form.table.c["_id"].in_(ids)


def count(reading: Reading, where: Sequence[Condition]) -> int | None:
    """Count the matching records; ``capped`` stops one beyond the cap, which spares a full scan."""
    query, table = reading.query, reading.form.table
    if query.total is Total.none:
        return None
    if query.total is Total.exact:
        return int(reading.conn.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0)
    some = sa.select(sa.literal(1)).select_from(table).where(*where).limit(CAP + 1).subquery()
    return int(reading.conn.scalar(sa.select(sa.func.count()).select_from(some)) or 0)


def _select(reading: Reading, keys: Sequence[Key]) -> sa.Select[Any]:
    """Select what is shown, where other values are shown, and the cells of the sort keys."""
    table, lens = reading.form.table, reading.lens
    columns: list[Any] = [table.c[name] for name in _ALWAYS]
    columns += [column.label(name) for name in _SYSTEM if (column := lens.system(name)) is not None]
    for field in reading.fields:
        if field.storage in _IN_ROW:
            columns.append(lens.selected(field.key).label(field.key))
        elif field.storage is not Storage.none and (where := lens.shown(field.key)) is not None:
            columns.append(where.label(_WHERE + field.key))
        if field.key in lens.access.outline:
            columns.append(lens.within(lens.access.read[field.key]).label(_CLEAR + field.key))
    columns += [key.column.label(f"_key_{index}") for index, key in enumerate(keys)]
    return sa.select(*columns)


def _bound(reading: Reading) -> str:
    """Return what a cursor is tied to; a place in one list means nothing in another."""
    query = reading.query
    where = [to_text(each) for each in (query.where, query.among) if each is not None]
    sort = ",".join(f"{'-' if each.descending else ''}{each.field}" for each in query.sort)
    parts = (reading.app.key, reading.app.version, reading.form.path, where, sort, query.search, query.trash,
             query.ids, query.below, query.reached, reading.access.user_id,
             reading.lens.access.fingerprint)  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _fetch(reading: Reading, where: Sequence[Condition], keys: Sequence[Key]) -> tuple[list[Any], bool]:
    """Fetch one row more than asked for, to know whether the list goes on."""
    query, conn = reading.query, reading.conn
    backwards = query.before is not None
    cursor = query.before if backwards else query.after
    order = [key.order(conn.dialect.name, backwards=backwards) for key in keys]
    base = _select(reading, keys).where(*where).order_by(*order)
    rows: list[Any] = []
    if not cursor:
        rows = list(conn.execute(base.limit(query.limit + 1)).mappings())
    else:
        place = unsign(reading.store.secret, cursor, _bound(reading), "before" if backwards else "after")
        further = beyond(keys, place, backwards=backwards)
        for stretch in keys[0].ranges(place[0], backwards=backwards):
            if len(rows) <= query.limit:
                part = base.where(stretch, further).limit(query.limit + 1 - len(rows))
                rows += conn.execute(part).mappings()
    more = len(rows) > query.limit
    rows = rows[: query.limit]
    return (rows[::-1] if backwards else rows), more


def _cursors(
    reading: Reading, rows: Sequence[Any], keys: Sequence[Key], *, more: bool
) -> tuple[str | None, str | None]:
    """Return the cursors of the next and the previous page, where there is one."""
    if not rows:
        return None, None
    query, bound = reading.query, _bound(reading)

    def at(row: Any) -> str:
        return sign(reading.store.secret, [row[f"_key_{index}"] for index in range(len(keys))], bound)

    backwards = query.before is not None
    goes_on = query.before != "" if backwards else more
    came_from = query.after is not None or (backwards and more)
    return at(rows[-1]) if goes_on else None, at(rows[0]) if came_from else None


def _records(reading: Reading, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Turn rows into records: to-many values joined on, one query a field, and masks put on."""
    fields = reading.fields
    system = [key for key in _SYSTEM if not system_scope(reading.form, reading.lens.access, key).empty]
    shown = [*_ALWAYS, *system, *(each.key for each in fields if each.storage in _IN_ROW)]
    records = [{key: row[key] for key in shown} for row in rows]
    for field in fields:
        if field.storage in {Storage.links, Storage.rows}:
            ids = [row["_id"] for row in rows if row.get(_WHERE + field.key, True)]
            values = load_plural(reading.conn, field, ids) if ids else {}
            for record in records:
                record[field.key] = values.get(record["_id"], ())
        elif field.storage is Storage.system:
            for record, row in zip(records, rows, strict=True):
                is_shown = row.get(_WHERE + field.key, True)
                record[field.key] = record.get(str(field.kind.system_column)) if is_shown else None
    _add_moments(reading, rows, records)
    for field in fields:
        if field.storage is not Storage.none:
            _mask(reading, field, rows, records)
    return records


def _add_moments(reading: Reading, rows: Sequence[Any], records: Sequence[dict[str, Any]]) -> None:
    """Compute what depends on the clock, from what the records hold whether or not it is shown."""
    keys = [each.key for each in reading.fields if each.storage is Storage.moment]
    if not keys or not records:
        return
    ids = [int(record["_id"]) for record in records]
    found = at_the_moment(reading.conn, reading.app, reading.form, reading.lens.context, (ids, keys))
    for record, row in zip(records, rows, strict=True):
        made = found.get(record["_id"], {})
        for key in keys:
            record[key] = made.get(key) if row.get(_WHERE + key, True) else None


def _mask(
    reading: Reading, field: FieldModel, rows: Sequence[Any], records: Sequence[dict[str, Any]]
) -> None:
    key, access = field.key, reading.lens.access
    if key in access.masked or key in access.outline:
        for record, row in zip(records, rows, strict=True):
            if key in access.masked or not row[_CLEAR + key]:
                record[key] = mask(record[key])
