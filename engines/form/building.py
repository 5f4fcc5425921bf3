"""From a definition to its model: tables, link tables, columns and their companions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engines.expression import ValueType
from engines.form.columns import Instant
from engines.form.computed import Fields
from engines.form.field import Column, FieldContext, FieldType, Storage
from engines.form.model import AppModel, FieldModel, FormModel
from engines.form.names import Names
from engines.form.values import default_maker, json_maker
from schemas.elements import App, FieldOptions, Form
from schemas.kinds import Registry

_OWNING = {Storage.column, Storage.links}
# On SQLite only a plain INTEGER key is the row's own number; any other would cost a second tree a table.
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def build(app: App, kinds: Registry[FieldType[Any, Any]], names: Names, version: int = 0) -> AppModel:
    """Compile a definition. ``names``: every element's uid and physical name (``store.catalogue``)."""
    builder = _Builder(app, Fields.of(app, kinds), names)
    for form in app.forms:
        builder.form(form, form.key)
    roles = {role.key: names.uid(f"@{role.key}") for role in app.roles}
    return AppModel(app.key, app, version, names, builder.forms, builder.metadata, roles)


@dataclass(slots=True)
class _Builder:
    app: App
    fields: Fields
    names: Names
    metadata: sa.MetaData = field(default_factory=sa.MetaData)
    forms: dict[str, FormModel] = field(default_factory=dict)

    def form(self, form: Form, path: str, parent: str | None = None) -> FormModel:
        fields = {each.key: self._field(path, each) for each in form.fields}
        columns = _system_columns(owned=parent is not None)
        for made in fields.values():
            if made.storage is Storage.column:
                columns.extend(made.columns)
        context = FieldContext({}, self.app.time_zone)
        table = sa.Table(self.names.physical(path), self.metadata, *columns, info={"context": context})
        scope = self.fields.scope(path)
        made_form = FormModel(
            self.app.key, form.key, path, self.names.uid(path), form, fields, table, scope, parent
        )
        self.forms[path] = made_form
        return made_form

    def _field(self, form_path: str, options: FieldOptions) -> FieldModel:
        path = f"{form_path}.{options.key}"
        found = self.fields.find(form_path, options.key)
        assert found is not None  # noqa: S101 - it stands in the definition
        kind, behaves, storage = found.kind, found.options, found.storage
        choices = {
            each.key: self.names.uid(f"{found.home}.{each.key}") for each in getattr(behaves, "options", ())
        }
        context = FieldContext(choices, self.app.time_zone)
        columns: tuple[sa.Column[Any], ...] = ()
        declared: tuple[Column, ...] = ()
        link: sa.Table | None = None
        rows: FormModel | None = None
        if storage is Storage.rows:
            owned = Form(key=options.key, label=options.label, fields=getattr(options, "fields", ()))
            rows = self.form(owned, path, form_path)
        elif storage not in {Storage.system, Storage.none}:
            declared = kind.columns(behaves, context) or (Column(kind_cell(kind)),)
            base = self.names.physical(path) if storage in _OWNING else options.key
            columns = tuple(
                _column("value" if storage is Storage.links else base, each, choices) for each in declared
            )
            link = self._link(base, columns) if storage is Storage.links else None
        inner = None if rows is None else {key: each.to_json for key, each in rows.fields.items()}
        return FieldModel(
            options.key, path, self.names.uid(path), behaves, kind, columns,
            tuple(each.derive for each in declared), link, rows, storage, found.computed,
            json_maker(kind, behaves, inner), default_maker(kind, behaves, context),
        )  # fmt: skip

    def _link(self, physical: str, columns: Sequence[sa.Column[Any]]) -> sa.Table:
        """Make the table of a to-many field: record, place, value."""
        return sa.Table(
            physical,
            self.metadata,
            sa.Column("_record_id", sa.BigInteger, primary_key=True, autoincrement=False),
            sa.Column("_pos", sa.Integer, primary_key=True, autoincrement=False),
            *columns,
        )


def kind_cell(kind: FieldType[Any, Any]) -> sa.types.TypeEngine[Any]:
    """Return the cell of a looked-up system value, which owns no column of its own to say it."""
    return Instant() if kind.value_type is ValueType.datetime else sa.BigInteger()


def _column(base: str, declared: Column, choices: dict[str, int]) -> sa.Column[Any]:
    name = f"{base}__{declared.suffix}" if declared.suffix else base
    return sa.Column(name, declared.type, info={"suffix": declared.suffix, "choices": choices})


def _system_columns(*, owned: bool) -> list[sa.Column[Any]]:
    """Return the columns every table has; rows of a subform have a parent and a place instead."""
    key: sa.Column[Any] = sa.Column("_id", _KEY, primary_key=True, autoincrement=False)
    if owned:
        return [key, sa.Column("_parent_id", sa.BigInteger), sa.Column("_pos", sa.Integer)]
    return [
        key,
        sa.Column("_version", sa.Integer),
        sa.Column("_created_at", Instant),
        sa.Column("_created_by", sa.BigInteger),
        sa.Column("_updated_at", Instant),
        sa.Column("_updated_by", sa.BigInteger),
        sa.Column("_cause", sa.BigInteger),
        sa.Column("_trashed_at", Instant),
    ]
