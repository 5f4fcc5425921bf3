"""Whatever refers to a record by its id: fields of records, and rows of the platform's own tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.form import AppModel, FieldModel, FormModel
from engines.store import flows, platform
from engines.store.encode import chunks
from engines.store.linked import load_links, load_rows

# What is made anew, stays with the record it tells of, was allowed for it alone, or belongs to a moment that
# is over.
_STAYING = frozenset({
    "weft_history", "weft_token", "weft_draft", "weft_file", "weft_flow_stage", "weft_rule_run",
    "weft_rule_timer", "weft_rule_made", "weft_share", "weft_visit",
})  # fmt: skip
_AT_ONCE = 200
Key = Sequence[Any]
Moved = dict[str, dict[str, list[Any]]]
Renamed = Mapping[int, int | None]  # None: named no more


@dataclass(frozen=True, slots=True)
class Holder:
    """A field that names records of the merged form. ``top``: the form whose records are written."""

    top: FormModel
    holder: FormModel
    field: FieldModel

    def records(self, conn: sa.Connection, ids: Collection[int]) -> set[int]:
        """Return the living records in which any of the ids is named."""
        table, top = self.holder.table, self.top.table
        statement = sa.select(top.c["_id"]).select_from(top).distinct()
        if top is not table:
            statement = statement.join(table, table.c["_parent_id"] == top.c["_id"])
        if self.field.link is not None:
            statement = statement.join(self.field.link, self.field.link.c["_record_id"] == table.c["_id"])
        wanted = statement.where(self.field.column.in_(sorted(ids)), top.c["_trashed_at"].is_(None))
        return set(conn.scalars(wanted))

    def values(self, conn: sa.Connection, records: Sequence[int], new: Renamed) -> dict[int, dict[str, Any]]:
        """Return what each record shall hold: the new ids in the place of the old."""
        if self.holder is not self.top:
            outer = next(each for each in self.top.subforms if each.rows is self.holder)
            found = load_rows(conn, outer, records)
            return {
                each: {outer.key: [self._row(row, new) for row in found.get(each, ())]} for each in records
            }
        if self.field.link is not None:
            links = load_links(conn, self.field, records)
            return {each: {self.field.key: _renamed(links.get(each, ()), new)} for each in records}
        table = self.top.table
        stand = sa.select(table.c["_id"], self.field.column).where(table.c["_id"].in_(records))
        return {number: {self.field.key: new.get(value, value)} for number, value in conn.execute(stand)}

    def _row(self, row: Mapping[str, Any], new: Renamed) -> dict[str, Any]:
        value = row[self.field.key]
        changed = _renamed(value, new) if isinstance(value, tuple) else new.get(value, value)
        return {**row, self.field.key: changed}


def _renamed(values: Sequence[int], new: Renamed) -> list[int]:
    found = (new.get(each, each) for each in values)
    return list(dict.fromkeys(each for each in found if each is not None))


def holders(app: AppModel, form: FormModel) -> Iterator[Holder]:
    """Yield every field that leads to a form."""
    for field in app.referring.get(form.path, ()):
        holder = app.forms[field.path.rpartition(".")[0]]
        yield Holder(app.forms[holder.parent or holder.path], holder, field)


def rows_about() -> list[sa.Table]:
    """Return the platform's tables whose rows go with the record they are about: to-dos, remarks."""
    named = (
        each for each in platform.metadata.tables.values() if {"form_uid", "record_id"} <= set(each.c.keys())
    )
    return sorted((each for each in named if each.name not in _STAYING), key=lambda each: each.name)


def _about(table: sa.Table, form_uid: int, ids: Sequence[int]) -> sa.ColumnElement[bool]:
    mine = sa.and_(table.c["form_uid"] == form_uid, table.c["record_id"].in_(ids))
    if table is flows.instance:
        # One that runs stands at a place of its own record, and ends with it.
        mine = sa.and_(mine, table.c["state"] != "running")
    return mine


def count_rows(conn: sa.Connection, form_uid: int, ids: Sequence[int]) -> dict[str, int]:
    """Return how many rows of each table would move."""
    found = {}
    for table in rows_about():
        count = conn.scalar(sa.select(sa.func.count()).select_from(table).where(_about(table, form_uid, ids)))
        if count:
            found[table.name] = count
    return found


def move_rows(conn: sa.Connection, form_uid: int, ids: Sequence[int], to: int) -> Moved:
    """Let rows be about another record; one that would be there twice stays. Returns what moved."""
    moved: Moved = {}
    for table in rows_about():
        for old in ids:
            keys = _movable(conn, table, form_uid, old, to)
            for some in _some(keys):
                mine = sa.and_(_about(table, form_uid, [old]), _keyed(table, some))
                conn.execute(sa.update(table).where(mine).values(record_id=to))
            if keys:
                moved.setdefault(table.name, {})[str(old)] = [list(each) for each in keys]
    return moved


def move_back(
    conn: sa.Connection, form_uid: int, moved: Mapping[str, Mapping[str, Sequence[Any]]], here: int
) -> None:
    """Let rows be about the records they came from; those that are gone or went elsewhere stay so."""
    for name, by_record in moved.items():
        table = platform.metadata.tables.get(name)
        if table is None:
            continue
        for old, keys in by_record.items():
            for some in _some(keys):
                mine = sa.and_(
                    table.c["form_uid"] == form_uid, table.c["record_id"] == here, _keyed(table, some)
                )
                conn.execute(sa.update(table).where(mine).values(record_id=int(old)))


def move_files(conn: sa.Connection, form_uid: int, files: Collection[int], to: int) -> Moved:
    """Give files to the record in which they stand from now on."""
    file, moved = platform.file, dict[str, list[Any]]()
    for some in chunks(files):
        stand = sa.select(file.c.id, file.c.record_id).where(
            file.c.id.in_(some), file.c.form_uid == form_uid, file.c.record_id != to
        )
        for number, old in conn.execute(stand).all():
            moved.setdefault(str(old), []).append([number])
        conn.execute(
            sa.update(file).where(file.c.id.in_(some), file.c.form_uid == form_uid).values(record_id=to)
        )
    return {file.name: moved} if moved else {}


def _some(keys: Sequence[Key]) -> Iterator[Sequence[Key]]:
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))


def _others(table: sa.Table) -> list[sa.Column[Any]]:
    """Return by what a row is known beside its record."""
    return [each for each in table.primary_key.columns if each.name != "record_id"]


def _movable(conn: sa.Connection, table: sa.Table, form_uid: int, old: int, to: int) -> list[tuple[Any, ...]]:
    known = _others(table)
    rows = [tuple(row) for row in conn.execute(sa.select(*known).where(_about(table, form_uid, [old])))]
    for columns in _unique_with_record(table):
        there = sa.select(*columns).where(table.c["form_uid"] == form_uid, table.c["record_id"] == to)
        taken = {tuple(row) for row in conn.execute(there)}
        if taken:
            stand = sa.select(*known, *columns).where(_about(table, form_uid, [old]))
            held = {
                tuple(row)[: len(known)] for row in conn.execute(stand) if tuple(row)[len(known) :] in taken
            }
            rows = [each for each in rows if each not in held]
    return rows


def _unique_with_record(table: sa.Table) -> Iterator[list[sa.Column[Any]]]:
    """Yield the columns that tell rows about one record apart, of each promise that there are no two."""
    promised = [list(table.primary_key.columns)]
    promised += [list(each.columns) for each in table.constraints if isinstance(each, sa.UniqueConstraint)]
    promised += [list(each.columns) for each in table.indexes if each.unique and not _partial(each)]
    for columns in promised:
        if any(each.name == "record_id" for each in columns):
            yield [each for each in columns if each.name != "record_id"]


def _partial(index: sa.Index) -> bool:
    return any(each.get("where") is not None for each in index.dialect_options.values())


def _keyed(table: sa.Table, keys: Sequence[Sequence[Any]]) -> sa.ColumnElement[bool]:
    known = _others(table)
    if len(known) == 1:
        return known[0].in_([key[0] for key in keys])
    return sa.or_(sa.false(), *(sa.and_(*map(sa.ColumnElement.__eq__, known, key)) for key in keys))
