"""What ``weft check`` looks at: the database against the catalogue, and the data against the definition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from engines.form.field import Storage
from engines.form.model import AppModel, FieldModel, FormModel
from engines.store import platform
from engines.store.catalogue import Row
from engines.store.derived.renewing import Renewal, timeless
from engines.store.plan import Line
from engines.store.publishing.counting import duplicates
from engines.store.publishing.indexes import existing, wanted
from engines.store.publishing.present import columns_of

_AT_ONCE = 1_000
_MOST_EXAMPLES = 20
_NAMED = {"user": platform.user, "department": platform.department, "file": platform.file}


def check_app(conn: sa.Connection, model: AppModel, rows: list[Row]) -> Iterator[Line]:
    """Yield everything that is not as it should be in one app; nothing when all is well."""
    missing = list(_storage(conn, rows))
    yield from missing
    yield from _names(model, rows)
    if missing:
        return  # questions to tables that are not there have no answer
    yield from _indexes(conn, model)
    for form in model.forms.values():
        yield from _owned(conn, model, form)
        for each in form.unique:
            for line in duplicates(conn, form, each):
                yield Line("check", line.path, "check.not_unique", line.params, line.count, line.examples)
        for each in form.fields.values():
            yield from _links(conn, model, each)
        yield from _computed(conn, model, form)


def _storage(conn: sa.Connection, rows: list[Row]) -> Iterator[Line]:
    """Compare tables and columns with the catalogue, the trash included."""
    there = columns_of(conn, {str(row.physical).partition(".")[0] for row in rows if row.physical})
    for row in rows:
        if row.building:
            yield Line("check", row.path, "check.leftover", {"name": row.path})
        elif row.physical is not None:
            table, _, column = row.physical.partition(".")
            if table not in there or (column and column not in there[table]):
                yield Line("check", row.path, "check.storage_missing", {"name": row.physical})


def _names(model: AppModel, rows: list[Row]) -> Iterator[Line]:
    """Compare the published version's names with the catalogue's."""
    listed = {row.path: row.uid for row in rows if row.live}
    published = {path: name.uid for path, name in model.names.by_path.items()}
    for path in sorted(listed.keys() | published.keys()):
        if listed.get(path) != published.get(path):
            yield Line("check", path, "check.names_differ", {"name": path})


def _indexes(conn: sa.Connection, model: AppModel) -> Iterator[Line]:
    there = existing(conn, list(model.metadata.tables))
    expected = wanted(model)
    for name in sorted(expected.keys() - there):
        yield Line("check", expected[name].path or "", "check.index_missing", {"name": name})
    for name in sorted(there - expected.keys()):
        yield Line("check", "", "check.index_unwanted", {"name": name})


def _owned(conn: sa.Connection, model: AppModel, form: FormModel) -> Iterator[Line]:
    """Count rows of subforms and links whose record is gone."""
    owners = [(form.path, form.table.c["_parent_id"], model.forms[form.parent].table)] if form.parent else []
    owners += [
        (each.path, each.link.c["_record_id"], form.table) for each in form.linked if each.link is not None
    ]
    for path, owner, table in owners:
        if count := _dangling(conn, owner, table.c["_id"]):
            yield Line("check", path, "check.orphans", {"name": path}, count)


def _links(conn: sa.Connection, model: AppModel, field: FieldModel) -> Iterator[Line]:
    """Count ids that name nothing."""
    if field.kind.target is None or field.storage not in {Storage.column, Storage.links}:
        return
    target = str(field.target)
    known = _NAMED[target].c["id"] if target in _NAMED else model.form(target).table.c["_id"]
    if count := _dangling(conn, field.column, known.table.alias().c[known.name]):
        yield Line("check", field.path, "check.dangling", {"label": field.options.label}, count)


def _computed(conn: sa.Connection, model: AppModel, form: FormModel) -> Iterator[Line]:
    """Compute every stored value again and count those that are not what they should be."""
    if not form.formulas:
        return
    renewal = Renewal(conn, model, form, form.formulas, timeless(model))
    wrong: dict[str, list[int]] = {}
    for ids in _all_ids(conn, form):
        differing = [record_id for record_id, _, _ in renewal.differing(ids)]
        if differing:  # once more, for what somebody changed between two of the questions
            for record_id, stale, _ in renewal.differing(differing):
                for key in stale:
                    wrong.setdefault(key, []).append(record_id)
    for key, found in sorted(wrong.items()):
        field = form.fields[key]
        examples = [{"id": each, "title": "", "value": ""} for each in found[:_MOST_EXAMPLES]]
        yield Line("check", field.path, "check.stale", {"label": field.options.label}, len(found), examples)


def _all_ids(conn: sa.Connection, form: FormModel) -> Iterator[list[int]]:
    key, last = form.table.c["_id"], 0
    while some := conn.scalars(sa.select(key).where(key > last).order_by(key).limit(_AT_ONCE)).all():
        last = some[-1]
        yield list(some)


def _dangling(conn: sa.Connection, column: sa.Column[Any], known: sa.ColumnElement[Any]) -> int:
    found = sa.exists().where(known == column)
    statement = sa.select(sa.func.count()).select_from(column.table).where(column.is_not(None), ~found)
    return int(conn.execute(statement).scalar_one())
