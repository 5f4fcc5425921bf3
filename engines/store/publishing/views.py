"""The read-only view of each form for reporting tools: decimals, labels, moments, nothing from the trash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateView

from engines.form.columns import Choice, Instant, Scaled
from engines.form.field import Storage
from engines.form.model import AppModel, FieldModel, FormModel
from engines.form.reaching import sql_column
from engines.store import platform
from engines.store.derived.renewing import timeless
from engines.store.publishing.ddl import DropView
from schemas.elements import LOCALES, label_of

_NAMED = {"user": platform.user, "department": platform.department, "file": platform.file}
_Term = sa.ColumnElement[Any]


def view_name(table: str) -> str:
    """Return the name of a table's view."""
    return f"{table}_v"


def create_views(conn: sa.Connection, before: AppModel | None, after: AppModel) -> None:
    """Make the views anew that changed. Best effort: one that other views hang on stays as it is."""
    known = {each.uid: _seen(before, each) for each in before.forms.values()} if before else {}
    for form in after.forms.values():
        if known.get(form.uid) == _seen(after, form):
            continue
        try:
            with conn.begin_nested():
                conn.execute(DropView(view_name(form.table.name)))
                conn.execute(CreateView(select_of(after, form, conn.dialect), view_name(form.table.name)))
        except DBAPIError:
            continue


def _seen(model: AppModel | None, form: FormModel) -> object:
    """Return what a view is made from: the form, its columns, and the titles of what it points at."""
    targets = {str(each.target) for each in form.fields.values() if each.kind.target == "form"}
    pointed = [model.forms[target] for target in sorted(targets)] if model else []
    titles = [(each.table.name, each.title.column.name if each.title else None) for each in pointed]
    ends = [_end(model, form, each) for each in form.fields.values() if each.storage is Storage.through]
    return form.definition, form.table.columns.keys(), titles, ends if model else []


def _end(model: AppModel | None, form: FormModel, field: FieldModel) -> object:
    """Return where a looked-up value is kept."""
    if model is None or field.computed is None:
        return None
    (path,) = field.computed.paths
    beyond = form.scope.fields.beyond(form.path, path[0])
    there = model.forms[str(beyond)]
    found = there.fields.get(path[1])
    if found is None or found.storage is Storage.through:
        return there.table.name, None if found is None else _end(model, there, found)
    return there.table.name, [each.name for each in found.columns], sorted(_choices(found))


def _choices(field: FieldModel) -> list[str]:
    return [f"{each.key} {each.label}" for each in getattr(field.options, "options", ())]


def drop_view(conn: sa.Connection, table: str) -> None:
    """Drop the view of a table that leaves."""
    try:
        with conn.begin_nested():
            conn.execute(DropView(view_name(table)))
    except DBAPIError:
        return


def select_of(model: AppModel, form: FormModel, dialect: sa.Dialect) -> sa.Select[Any]:
    """Return what the view shows: system columns, then the fields by their keys."""
    table = form.table
    columns = [_term(each, dialect, {}).label(each.name) for each in table.c if _is_shown(each)]
    statement = sa.select(*columns, *_fields(model, form, dialect))
    if "_trashed_at" in table.c:
        statement = statement.where(table.c["_trashed_at"].is_(None))
    return statement


def _is_shown(column: sa.Column[Any]) -> bool:
    return column.name.startswith("_") and column.name not in {"_trashed_at", "_cause"}


def _fields(model: AppModel, form: FormModel, dialect: sa.Dialect) -> Iterator[sa.Label[Any]]:
    for each in form.fields.values():
        if each.storage not in {Storage.column, Storage.links, Storage.through}:
            continue
        labels = {
            choice.key: label_of(choice.label, LOCALES[0], choice.key)
            for choice in getattr(each.options, "options", ())
        }
        if each.storage is Storage.links:
            yield _joined(model, form, each, dialect, labels).label(each.key)
            continue
        cell = sql_column(model, form, each, timeless(model)).value
        if each.kind.target is None:
            yield _term(cell, dialect, labels).label(each.key)
        else:
            yield _title(model, each, cell).label(each.key)
            yield cell.label(f"{each.key}__id")


def _term(column: _Term, dialect: sa.Dialect, labels: dict[str, str]) -> _Term:
    """Return a cell as a reporting tool wants it."""
    postgres = dialect.name == "postgresql"
    raw: _Term = sa.type_coerce(column, sa.BigInteger())
    if isinstance(column.type, Choice):
        cases = {uid: labels.get(key, key) for key, uid in column.type.uids.by_key.items()}
        return sa.case(cases, value=raw) if cases else sa.null()
    if isinstance(column.type, Scaled):
        return _decimal(raw, column.type.decimals, postgres=postgres)
    if isinstance(column.type, Instant):
        seconds = raw / sa.literal(1000.0)
        moment = sa.func.strftime("%Y-%m-%d %H:%M:%S", seconds, "unixepoch")
        return sa.func.to_timestamp(seconds) if postgres else moment
    return column


def _decimal(raw: _Term, places: int, *, postgres: bool) -> _Term:
    if not places:
        return raw
    if postgres:
        return sa.cast(sa.cast(raw, sa.Numeric) / 10**places, sa.Numeric(20, places))
    return raw / sa.literal(float(10**places))


def _title(model: AppModel, field: FieldModel, cell: _Term) -> _Term:
    """Return what a linked record, person or department is called."""
    if field.target in _NAMED:
        names = _NAMED[str(field.target)].alias()
        key, name = names.c["id"], names.c["name"]
    else:
        target = model.form(str(field.target))
        if target.title is None:
            return cell
        records = target.table.alias()
        key, name = records.c["_id"], records.c[target.title.column.name]
    return sa.select(name).where(key == cell).scalar_subquery()


def _joined(
    model: AppModel, form: FormModel, field: FieldModel, dialect: sa.Dialect, labels: dict[str, str]
) -> _Term:
    """Return a to-many value as one text."""
    link = field.link
    if link is None:
        raise TypeError(f"{field.path} has no links")
    shown = (
        _term(field.column, dialect, labels)
        if field.kind.target is None
        else _title(model, field, field.column)
    )
    items = sa.select(shown.label("item"), link.c["_pos"].label("pos"))
    items = items.where(link.c["_record_id"] == form.table.c["_id"]).correlate(form.table)
    ordered = items.order_by(link.c["_pos"]).subquery()
    text = sa.cast(ordered.c["item"], sa.Text)
    if dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import aggregate_order_by

        return sa.select(
            sa.func.string_agg(text, aggregate_order_by(sa.literal(", "), ordered.c["pos"]))
        ).scalar_subquery()
    return sa.select(sa.func.group_concat(text, ", ")).scalar_subquery()
