"""A definition compiled for one database: tables, coercers, checks; one immutable tree per published version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from engines.expression import Context, ValueType, compile_python, parse
from engines.form.coerce import Coercer, optional
from engines.form.columns import Instant
from engines.form.field import FieldContext, FieldType, Storage
from engines.form.names import Names
from engines.form.readers.lists import to_one
from engines.form.values import default_maker, json_maker
from schemas.elements import App, FieldOptions, Form, Role, Text
from schemas.kinds import Registry

SYSTEM_TYPES: Mapping[str, ValueType] = {
    "_id": ValueType.id, "_version": ValueType.number, "_created_at": ValueType.datetime,
    "_created_by": ValueType.id, "_updated_at": ValueType.datetime, "_updated_by": ValueType.id,
    "_trashed_at": ValueType.datetime, "_parent_id": ValueType.id, "_pos": ValueType.number,
}


@dataclass(frozen=True, slots=True, eq=False)
class FieldModel:
    """One field of one form. ``columns``: value first, then companions; in ``link`` for to-many fields."""

    key: str
    path: str
    uid: int
    options: FieldOptions
    kind: FieldType[Any, Any]
    columns: tuple[sa.Column[Any], ...] = ()
    derives: tuple[Callable[[Any], Any] | None, ...] = ()
    link: sa.Table | None = None
    rows: FormModel | None = None
    to_json: Callable[[Any], Any] = lambda value: value
    default: Callable[[Context], Any] | None = None

    @property
    def column(self) -> sa.Column[Any]:
        """Return the column that holds the value."""
        return self.columns[0]

    @property
    def fold(self) -> sa.Column[Any] | None:
        """Return the companion that comparison and search use."""
        return next((each for each in self.columns if each.info.get("suffix") == "fold"), None)

    @property
    def target(self) -> str | None:
        """Return what an id in this field names: ``user``, ``department``, ``file`` or the key of a form."""
        return getattr(self.options, "form", None) if self.kind.target == "form" else self.kind.target

    @property
    def plural(self) -> bool:
        """Tell whether the value is a tuple."""
        return self.kind.storage in {Storage.links, Storage.rows}


@dataclass(frozen=True, slots=True, eq=False)
class CheckModel:
    """A check ready to run: fails only when ``holds`` returns False."""

    holds: Callable[[Mapping[str, Any], Context], Any]
    message: Text
    field: str | None


@dataclass(frozen=True, eq=False)
class FormModel:
    """One form, or one subform (then ``parent`` is its form's key)."""

    app: str
    key: str
    path: str
    uid: int
    definition: Form
    fields: Mapping[str, FieldModel]
    table: sa.Table
    parent: str | None = None

    @cached_property
    def stored(self) -> tuple[FieldModel, ...]:
        """Return the fields that own a column of the form's table."""
        return tuple(each for each in self.fields.values() if each.kind.storage is Storage.column)

    @cached_property
    def linked(self) -> tuple[FieldModel, ...]:
        """Return the fields whose values are link rows."""
        return tuple(each for each in self.fields.values() if each.kind.storage is Storage.links)

    @cached_property
    def subforms(self) -> tuple[FieldModel, ...]:
        """Return the fields whose values are records of an owned form."""
        return tuple(each for each in self.fields.values() if each.rows is not None)

    @cached_property
    def unique(self) -> tuple[FieldModel, ...]:
        """Return the fields no two records may share a value of."""
        return tuple(each for each in self.stored if each.options.unique)

    @cached_property
    def searchable(self) -> tuple[FieldModel, ...]:
        """Return the fields whose words are tokens: the title and those ticked."""
        folded = (each for each in self.stored if each.fold is not None)
        return tuple(each for each in folded if each.options.searchable or each is self.title)

    @cached_property
    def title(self) -> FieldModel | None:
        """Return the field a record is called by: the one named, else the first line of text."""
        if self.definition.title:
            return self.fields[self.definition.title]
        return next((each for each in self.stored if each.kind.value_type is ValueType.text), None)

    @cached_property
    def owner(self) -> FieldModel | None:
        """Return the member field that says whose record it is."""
        return self.fields[self.definition.owner] if self.definition.owner else None

    @cached_property
    def context(self) -> FieldContext:
        """Return what field types may know about the app."""
        return self.table.info["context"]  # type: ignore[no-any-return]

    @cached_property
    def coercer(self) -> Coercer:
        """Return the coercer of this form's records."""
        found: dict[str, Any] = {"_id": optional(to_one())} if self.parent else {}
        for each in self.fields.values():
            if each.kind.storage in {Storage.column, Storage.links, Storage.rows}:
                found[each.key] = optional(each.kind.annotation(each.options, each_context(self, each)))
        return Coercer(f"{self.app}.{self.path}", found)

    @cached_property
    def checks(self) -> tuple[CheckModel, ...]:
        """Return the form's checks, compiled."""
        return tuple(
            CheckModel(compile_python(parse(each.that)), each.message, each.field) for each in self.definition.checks
        )

    @cached_property
    def defaults(self) -> tuple[FieldModel, ...]:
        """Return the fields that have a default."""
        return tuple(each for each in self.fields.values() if each.default is not None)

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        """Return the type of a field or system key, for the checker; None when there is none."""
        if len(path) != 1:
            return None
        found = self.fields.get(path[0])
        if found is not None:
            return found.kind.value_type
        return SYSTEM_TYPES.get(path[0]) if path[0] in self.table.c else None


@dataclass(frozen=True, eq=False)
class AppModel:
    """One published version of an app. ``forms`` are by path: ``order`` and ``order.items``."""

    key: str
    definition: App
    version: int
    names: Names
    forms: Mapping[str, FormModel]
    metadata: sa.MetaData
    roles: Mapping[str, int] = field(default_factory=dict)

    def form(self, key: str) -> FormModel:
        """Return the form of that key. Raises KeyError."""
        return self.forms[key]

    @cached_property
    def role_by_uid(self) -> Mapping[int, Role]:
        """Return the roles by uid; people hold roles by uid, so that a renamed role keeps its people."""
        return {self.roles[role.key]: role for role in self.definition.roles}

    @cached_property
    def referring(self) -> Mapping[str, tuple[FieldModel, ...]]:
        """Return for each form the relation fields that point at it, with the form they stand in as ``path`` head."""
        found: dict[str, tuple[FieldModel, ...]] = {}
        for form in self.forms.values():
            for each in form.fields.values():
                if each.kind.target == "form" and each.kind.storage in {Storage.column, Storage.links}:
                    found[str(each.target)] = (*found.get(str(each.target), ()), each)
        return found


def each_context(form: FormModel, each: FieldModel) -> FieldContext:
    """Return the context of one field: the app's, with the field's own choices."""
    choices = {} if not each.columns else each.columns[0].info.get("choices", {})
    return FieldContext(choices, form.context.time_zone, None if each.rows is None else each.rows.coercer.row)


def build(app: App, kinds: Registry[FieldType[Any, Any]], names: Names, version: int = 0) -> AppModel:
    """Compile a definition. ``names`` holds every element's uid and physical name (see ``store.catalogue``)."""
    metadata = sa.MetaData()
    forms: dict[str, FormModel] = {}
    for form in app.forms:
        _form(app, form, kinds, names, metadata, forms)
    roles = {role.key: names.uid(f"@{role.key}") for role in app.roles}
    return AppModel(app.key, app, version, names, forms, metadata, roles)


def _form(
    app: App,
    form: Form,
    kinds: Registry[FieldType[Any, Any]],
    names: Names,
    metadata: sa.MetaData,
    forms: dict[str, FormModel],
    path: str | None = None,
    parent: str | None = None,
) -> FormModel:
    path = path or form.key
    context = FieldContext({}, app.time_zone)
    fields: dict[str, FieldModel] = {}
    columns = _system_columns(owned=parent is not None)
    for options in form.fields:
        made = _field(app, path, options, kinds, names, metadata, forms)
        fields[made.key] = made
        if made.link is None:
            columns.extend(made.columns)
    table = sa.Table(names.physical(path), metadata, *columns, info={"context": context})
    made_form = FormModel(app.key, form.key, path, names.uid(path), form, fields, table, parent)
    forms[path] = made_form
    return made_form


def _field(
    app: App,
    form_path: str,
    options: FieldOptions,
    kinds: Registry[FieldType[Any, Any]],
    names: Names,
    metadata: sa.MetaData,
    forms: dict[str, FormModel],
) -> FieldModel:
    kind, path = kinds[options.type], f"{form_path}.{options.key}"
    choices = {each.key: names.uid(f"{path}.{each.key}") for each in getattr(options, "options", ())}
    context = FieldContext(choices, app.time_zone)
    columns: tuple[sa.Column[Any], ...] = ()
    derives: tuple[Callable[[Any], Any] | None, ...] = ()
    link: sa.Table | None = None
    rows: FormModel | None = None
    if kind.storage is Storage.rows:
        owned = Form(key=options.key, label=options.label, fields=getattr(options, "fields", ()))
        rows = _form(app, owned, kinds, names, metadata, forms, path, form_path)
    elif kind.storage in {Storage.column, Storage.links}:
        physical = names.physical(path)
        base = physical if kind.storage is Storage.column else "value"
        declared = kind.columns(options, context)
        derives = tuple(each.derive for each in declared)
        columns = tuple(
            sa.Column(
                f"{base}__{each.suffix}" if each.suffix else base,
                each.type,
                info={"suffix": each.suffix, "choices": choices},
            )
            for each in declared
        )
        if kind.storage is Storage.links:
            link = sa.Table(
                physical,
                metadata,
                sa.Column("_record_id", sa.BigInteger, primary_key=True, autoincrement=False),
                sa.Column("_pos", sa.Integer, primary_key=True, autoincrement=False),
                *columns,
            )
    return FieldModel(
        options.key, path, names.uid(path), options, kind, columns, derives, link, rows,
        json_maker(kind, options, rows), default_maker(kind, options, context),
    )  # fmt: skip


def _system_columns(*, owned: bool) -> list[sa.Column[Any]]:
    """Return the columns every table has; rows of a subform have a parent and a place instead of a life of their own."""
    key: sa.Column[Any] = sa.Column("_id", sa.BigInteger, primary_key=True, autoincrement=False)
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
