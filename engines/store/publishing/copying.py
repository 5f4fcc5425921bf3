"""Filling new storage from old: in chunks, resumable, and once more for what changed meanwhile."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engines.form.field import Storage
from engines.form.model import AppModel, FieldModel
from engines.store.linked import load_links
from engines.store.publishing.assign import Assignment, Fate, Place
from engines.store.publishing.convert import LOST, Converter
from engines.store.publishing.present import columns_of

CHUNK = 1000
MOST_EXAMPLES = 20
# The version of the record from which a row was last copied, with a mark of the publish that did it.
COPIED = "_copied"
_COPIABLE = {Storage.column, Storage.links}


@dataclass(slots=True)
class Losses:
    """Values that do not convert: how many, and the first of them."""

    count: int = 0
    examples: list[tuple[int, Any]] = field(default_factory=list)
    twice: Counter[Any] = field(default_factory=Counter)

    def add(self, record_id: int, value: Any) -> None:
        """Count one."""
        self.count += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append((record_id, value))


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """One field's values. ``converter`` None: the value stays, its companions are computed anew."""

    path: str
    source: FieldModel
    target: FieldModel
    converter: Converter | None


@dataclass(frozen=True, slots=True, eq=False)
class FormCopy:
    """All tasks of one form. ``work``: its table with old and new columns; ``holder``: the one with versions.

    ``base`` marks this publish; a resumed one has the same.
    """

    work: sa.Table
    holder: sa.Table
    tasks: Sequence[Task]
    base: int


def copies(before: AppModel | None, after: AppModel, assignment: Assignment) -> list[FormCopy]:
    """Return what must be copied to get from one version to the next."""
    if before is None:
        return []
    known = {each.uid: each for form in before.forms.values() for each in form.fields.values()}
    found: list[FormCopy] = []
    for form in after.forms.values():
        pairs = [(assignment.places[each.path], each) for each in form.fields.values()]
        tasks = [task for place, each in pairs if (task := _task(place, each, known, before, after))]
        if tasks:
            work = _work_table(form.table.name, tasks)
            holder = after.forms[form.parent].table if form.parent else work
            marks = [str(before.version), *(name for task in tasks for name in _written(task))]
            found.append(FormCopy(work, holder, tasks, _base(marks)))
    return found


def _work_table(name: str, tasks: Sequence[Task]) -> sa.Table:
    plain = {
        "_id": sa.BigInteger(),
        "_parent_id": sa.BigInteger(),
        "_version": sa.Integer(),
        COPIED: sa.BigInteger(),
    }
    types: dict[str, Any] = {**plain, "_trashed_at": sa.BigInteger()}
    for task in tasks:
        for each in (task.source, task.target):
            if each.link is None:
                types |= {column.name: column.type for column in each.columns}
    return sa.Table(name, sa.MetaData(), *(sa.Column(key, type_) for key, type_ in types.items()))


def _task(
    place: Place, target: FieldModel, known: Mapping[int, FieldModel], before: AppModel, after: AppModel
) -> Task | None:
    source = known.get(place.uid)
    if place.to_compute:
        return None
    if place.retyped and source is not None:
        if {source.storage, target.storage} <= _COPIABLE:
            return Task(target.path, source, target, Converter(source, target, before, after))
        return None
    if target.storage is not Storage.column or len(target.columns) == 1:
        return None
    suffixes = {each.info["suffix"] for each in source.columns} if source else set()
    missing = {each.info["suffix"] for each in target.columns} - suffixes
    if place.fate is Fate.restored or (source is not None and missing):
        return Task(target.path, target, target, None)
    return None


def _written(task: Task) -> list[str]:
    """Return the names of what a task fills; a value that stays is not written over a newer one."""
    names = [str(each.name) for each in task.target.columns]
    if task.target.link is not None:
        return [str(task.target.link.name)]
    return names if task.converter else names[1:]


def _base(marks: Sequence[str]) -> int:
    digest = hashlib.sha256(",".join(marks).encode()).digest()
    return (int.from_bytes(digest[:4], "big") >> 1) << 32


def survey(conn: sa.Connection, copy: FormCopy) -> dict[str, Losses]:
    """Convert everything and write nothing: what would be lost, and what would stand twice."""
    found = {task.path: Losses() for task in copy.tasks if task.converter}
    last = -1
    while rows := _rows(conn, copy, last, None):
        last = rows[-1]["_id"]
        for task in copy.tasks:
            if task.converter:
                values = _converted(conn, task, rows, found[task.path])
                if task.target.options.unique:
                    live = [row["_id"] for row in rows if row["live"]]
                    found[task.path].twice.update(_compared(task.target, values, live))
    return found


def copy_chunk(conn: sa.Connection, copy: FormCopy, last: int) -> tuple[int | None, dict[str, Losses]]:
    """Copy the next rows after ``last`` that are not copied as they now stand; None when none are left."""
    losses = {task.path: Losses() for task in copy.tasks}
    rows = _rows(conn, copy, last, copy.base)
    if not rows:
        return None, losses
    cells: list[dict[str, Any]] = [{"_id": row["_id"], COPIED: copy.base + row["version"]} for row in rows]
    for task in copy.tasks:
        values = _converted(conn, task, rows, losses[task.path])
        if task.target.link is not None:
            _write_links(conn, task.target, [row["_id"] for row in rows], values)
        else:
            names = _written(task)
            for each in cells:
                made = _cells(task.target, values.get(each["_id"]))
                each.update({name: made[name] for name in names})
    _write(conn, copy, cells)
    return rows[-1]["_id"], losses


def forget_copies(conn: sa.Connection, tables: Collection[str]) -> None:
    """Forget what was copied: the storage that holds it goes, and what comes next may bear its name."""
    for name, columns in columns_of(conn, tables).items():
        if COPIED in columns:
            table = sa.table(name, sa.column(COPIED))
            conn.execute(sa.update(table).where(table.c[COPIED].is_not(None)).values({COPIED: None}))


def drop_orphans(conn: sa.Connection, copy: FormCopy) -> None:
    """Drop the links of records that were purged since they were copied."""
    for link in (task.target.link for task in copy.tasks):
        if link is not None:
            there = sa.exists().where(copy.work.c["_id"] == link.c["_record_id"])
            conn.execute(sa.delete(link).where(~there))


def _rows(conn: sa.Connection, copy: FormCopy, last: int, base: int | None) -> list[dict[str, Any]]:
    """Read the next rows: id, record's version, whether it lives, and the value of every source column."""
    work, holder = copy.work, copy.holder
    version = sa.func.coalesce(sa.cast(holder.c["_version"], sa.BigInteger), 0)
    named = [(task.path, task.source) for task in copy.tasks if task.source.link is None]
    values = [work.c[each.column.name].label(path) for path, each in named]
    live = holder.c["_trashed_at"].is_(None)
    statement = sa.select(work.c["_id"], version.label("version"), live.label("live"), *values)
    if holder is not work:
        statement = statement.outerjoin_from(work, holder, holder.c["_id"] == work.c["_parent_id"])
    if base is not None:
        statement = statement.where(
            work.c[COPIED].is_distinct_from(sa.literal(base, sa.BigInteger) + version)
        )
    statement = statement.where(work.c["_id"] > last).order_by(work.c["_id"]).limit(CHUNK)
    return [dict(row) for row in conn.execute(statement).mappings()]


def _converted(
    conn: sa.Connection, task: Task, rows: Sequence[dict[str, Any]], losses: Losses
) -> dict[int, Any]:
    """Return record id -> new value of those that have one."""
    if task.source.link is not None:
        values: dict[int, Any] = dict(load_links(conn, task.source, [row["_id"] for row in rows]))
    else:
        values = {row["_id"]: row[task.path] for row in rows if row[task.path] is not None}
    if task.converter is None or not values:
        return values
    made = task.converter.many(conn, list(values.values()))
    found: dict[int, Any] = {}
    for (record_id, old), new in zip(values.items(), made, strict=True):
        if new is LOST:
            losses.add(record_id, old)
        elif new is not None:
            found[record_id] = new
    return found


def _compared(target: FieldModel, values: Mapping[int, Any], ids: Sequence[int]) -> Iterator[Any]:
    """Yield what uniqueness compares, of some records."""
    place = next((at for at, each in enumerate(target.columns) if each is target.identity), 0)
    derive = target.derives[place]
    for record_id in ids:
        if record_id in values:
            yield derive(values[record_id]) if derive else values[record_id]


def _cells(field: FieldModel, value: Any) -> dict[str, Any]:
    pairs = zip(field.columns, field.derives, strict=True)
    return {each.name: derive(value) if derive and value is not None else value for each, derive in pairs}


def _write(conn: sa.Connection, copy: FormCopy, rows: Sequence[dict[str, Any]]) -> None:
    work = copy.work
    names = [name for name in rows[0] if name != "_id"]
    statement = sa.update(work).where(work.c["_id"] == sa.bindparam("of_id"))
    statement = statement.values(
        {name: sa.bindparam(f"new_{name}", type_=work.c[name].type) for name in names}
    )
    conn.execute(
        statement, [{"of_id": row["_id"], **{f"new_{name}": row[name] for name in names}} for row in rows]
    )


def _write_links(
    conn: sa.Connection, field: FieldModel, ids: Sequence[int], values: Mapping[int, Any]
) -> None:
    link = field.link
    if link is None:
        raise TypeError(f"{field.path} has no links")
    conn.execute(sa.delete(link).where(link.c["_record_id"].in_(ids)))
    rows = [
        {"_record_id": record_id, "_pos": pos, **_cells(field, item)}
        for record_id in ids
        for pos, item in enumerate(values.get(record_id, ()))
    ]
    if rows:
        conn.execute(sa.insert(link), rows)
