"""A definition compiled for one database: tables, coercers, checks; one tree per published version."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from engines.expression import Context, Node, ValueType, compile_python, parse, references, resolve
from engines.form.coerce import Coercer, optional
from engines.form.computed import Computed, FormScope
from engines.form.field import FieldContext, FieldType, Storage
from engines.form.formulas import FormulaModel, formulas
from engines.form.logic import Filling, FormLogic, Narrowed, fillings, narrowed
from engines.form.names import Names
from engines.form.readers.lists import to_one
from engines.form.shapes import sortable
from engines.form.system import SYSTEM_TYPES
from schemas.elements import App, FieldOptions, Form, Role, Text

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class FieldModel:
    """One field of one form. ``columns``: value first, then companions; in ``link`` for to-many fields.

    Of a computed field ``kind`` and ``options`` are those it borrows; ``columns`` that it does not own only
    tell the type of its cells.
    """

    key: str
    path: str
    uid: int
    options: FieldOptions
    kind: FieldType[Any, Any]
    columns: tuple[sa.Column[Any], ...] = ()
    derives: tuple[Callable[[Any], Any] | None, ...] = ()
    link: sa.Table | None = None
    rows: FormModel | None = None
    storage: Storage = Storage.column
    computed: Computed | None = None
    to_json: Callable[[Any], Any] = lambda value: value
    default: Callable[[Context], Any] | None = None

    @property
    def column(self) -> sa.Column[Any]:
        """Return the column that holds the value."""
        return self.columns[0]

    @property
    def fold(self) -> sa.Column[Any] | None:
        """Return the column that comparison and search of texts use."""
        if self.kind.coded:
            return self.column
        return next((each for each in self.columns if each.info.get("suffix") == "fold"), None)

    @property
    def sound(self) -> sa.Column[Any] | None:
        """Return the companion that puts records in the order of how the value sounds."""
        return next((each for each in self.columns if each.info.get("suffix") == "pinyin"), None)

    @property
    def identity(self) -> sa.Column[Any]:
        """Return the column by which two values count as the same: their key, their fold or themselves."""
        named = {each.info.get("suffix"): each for each in self.columns}
        return next(named[suffix] for suffix in ("key", "fold", "") if suffix in named)

    @property
    def target(self) -> str | None:
        """Return what an id in this field names: ``user``, ``department``, ``file`` or the key of a form."""
        return getattr(self.options, "form", None) if self.kind.target == "form" else self.kind.target

    @property
    def plural(self) -> bool:
        """Tell whether the value is a tuple."""
        return self.storage in {Storage.links, Storage.rows}


@dataclass(frozen=True, slots=True, eq=False)
class CheckModel:
    """A check ready to run: fails only when ``holds`` returns False."""

    node: Node
    holds: Callable[[Mapping[str, Any], Context], Any]
    message: Text
    field: str | None

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """Return what it reads."""
        return references(self.node)


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
    scope: FormScope
    parent: str | None = None
    _kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def kept(self, name: Hashable, make: Callable[[FormModel], T]) -> T:
        """Return what an engine made of this form, made once."""
        if name not in self._kept:
            self._kept[name] = make(self)
        return cast("T", self._kept[name])

    @cached_property
    def stored(self) -> tuple[FieldModel, ...]:
        """Return the fields that own a column of the form's table."""
        return tuple(each for each in self.fields.values() if each.storage is Storage.column)

    @cached_property
    def linked(self) -> tuple[FieldModel, ...]:
        """Return the fields whose values are link rows."""
        return tuple(each for each in self.fields.values() if each.storage is Storage.links)

    @cached_property
    def subforms(self) -> tuple[FieldModel, ...]:
        """Return the fields whose values are records of an owned form."""
        return tuple(each for each in self.fields.values() if each.rows is not None)

    @cached_property
    def computed(self) -> tuple[FieldModel, ...]:
        """Return the fields whose values follow from others."""
        return tuple(each for each in self.fields.values() if each.computed is not None)

    @cached_property
    def formulas(self) -> tuple[FormulaModel, ...]:
        """Return the computed fields that are stored, those first that others read."""
        return formulas(self.scope, [each for each in self.computed if each.storage is Storage.column])

    @cached_property
    def moments(self) -> tuple[FormulaModel, ...]:
        """Return the computed fields that the clock has a say in, those first that others read."""
        return formulas(self.scope, [each for each in self.computed if each.storage is Storage.moment])

    @cached_property
    def sortable(self) -> frozenset[str]:
        """Return the fields that a list can be sorted by."""
        return frozenset(key for key in self.fields if sortable(self.scope.fields, self.path, key))

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
    def showing(self) -> Mapping[str, tuple[str, ...]]:
        """Return for each system column that fields show the keys of these fields."""
        found: dict[str, tuple[str, ...]] = {}
        for key, each in self.fields.items():
            if each.storage is Storage.system:
                column = str(each.kind.system_column)
                found[column] = (*found.get(column, ()), key)
        return found

    @cached_property
    def title(self) -> FieldModel | None:
        """Return the field a record is called by: the one named, else the first line of text."""
        if self.definition.title:
            return self.fields[self.definition.title]
        texts = (each for each in self.stored if each.kind.value_type is ValueType.text)
        return next((each for each in texts if not each.kind.coded), None)

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
            if each.computed is None and each.storage in {Storage.column, Storage.links, Storage.rows}:
                found[each.key] = optional(each.kind.annotation(each.options, each_context(self, each)))
            elif each.computed is not None and self.parent:
                found[each.key] = Any  # a row is sent as it was read; what is computed is computed anew
        return Coercer(f"{self.app}.{self.path}", found)

    @cached_property
    def checks(self) -> tuple[CheckModel, ...]:
        """Return the form's checks, compiled."""
        trees = [resolve(parse(each.that), self) for each in self.definition.checks]
        return tuple(
            CheckModel(node, compile_python(node), each.message, each.field)
            for node, each in zip(trees, self.definition.checks, strict=True)
        )

    @cached_property
    def logic(self) -> FormLogic:
        """Return when its fields are there, asked for and open."""
        return FormLogic.of(self)

    @cached_property
    def fillings(self) -> tuple[Filling, ...]:
        """Return the relations that fill in other fields, those in rows included."""
        return tuple(fillings(self))

    @cached_property
    def narrowed(self) -> tuple[Narrowed, ...]:
        """Return the fields whose choices depend on others, those in rows included."""
        return tuple(narrowed(self))

    @cached_property
    def defaults(self) -> tuple[FieldModel, ...]:
        """Return the fields that have a default."""
        return tuple(each for each in self.fields.values() if each.default is not None)

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        """Return the type at the end of a path, for the checker; None when there is none."""
        if len(path) != 1 or path[0] in self.fields:
            return self.scope.type_of(path)
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
    _kept: dict[str, Any] = field(default_factory=dict, repr=False)

    def kept(self, name: str, make: Callable[[AppModel], T]) -> T:
        """Return what an engine made of this version, made once."""
        if name not in self._kept:
            self._kept[name] = make(self)
        return cast("T", self._kept[name])

    def form(self, key: str) -> FormModel:
        """Return the form of that key. Raises KeyError."""
        return self.forms[key]

    @cached_property
    def role_by_uid(self) -> Mapping[int, Role]:
        """Return the roles by uid; people hold roles by uid, so that a renamed role keeps its people."""
        return {self.roles[role.key]: role for role in self.definition.roles}

    @cached_property
    def referring(self) -> Mapping[str, tuple[FieldModel, ...]]:
        """Return for each form the relation fields that point at it; their ``path`` says where they stand."""
        found: dict[str, tuple[FieldModel, ...]] = {}
        for form in self.forms.values():
            for each in form.fields.values():
                if each.kind.target == "form" and each.storage in {Storage.column, Storage.links}:
                    found[str(each.target)] = (*found.get(str(each.target), ()), each)
        return found


def each_context(form: FormModel, each: FieldModel) -> FieldContext:
    """Return the context of one field: the app's, with the field's own choices."""
    choices = {} if not each.columns else each.columns[0].info.get("choices", {})
    return FieldContext(choices, form.context.time_zone, None if each.rows is None else each.rows.coercer.row)
