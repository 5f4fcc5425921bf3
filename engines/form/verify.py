"""What only the field types and the expressions know to be wrong in a definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from pydantic import TypeAdapter, ValidationError

from engines.expression import (
    Context,
    ExpressionError,
    SqlColumn,
    ValueType,
    check,
    check_condition,
    compile_sql,
    parse,
)
from engines.form.coerce import optional, problem_of
from engines.form.computed import Broken, ComputedType, Fields, Resolved
from engines.form.derivation import TAKES, problem_at, verify_computed
from engines.form.field import FieldContext, FieldType, Storage
from engines.form.logic.verifying import Place, verify_logic
from engines.form.logic.verifying_picks import Others, verify_picks
from engines.form.matching.verifying import verify_matching
from engines.form.shapes import sortable, sql_shape
from engines.form.values import computed
from engines.form.verify_page import Beside
from schemas.elements import App, FieldOptions, Form, Grant
from schemas.errors import Issue
from schemas.formulas import formulas
from schemas.grammar import Grammar, Pointer
from schemas.kinds import Registry
from schemas.loader import load, pointer

Kinds = Registry[FieldType[Any, Any]]
_MOMENT = Context(None, None, datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1))
_STORED = {Storage.column, Storage.links}


def load_verified(data: bytes, grammar: Grammar) -> App:
    """Read a definition and check its meaning. Raises ``Invalid`` with every problem of both."""

    def wrong(app: App) -> Iterator[Issue]:
        yield from verify(app, grammar.fields)
        for each in grammar.verifiers:
            yield from each(app, grammar)

    return load(data, grammar, wrong)


def verify(app: App, kinds: Kinds) -> Iterator[Issue]:
    """Yield every problem of meaning; unknown keys are passed over, because the loader reports them."""
    forms = {form.key: form for form in app.forms}
    fields = Fields.of(app, kinds)
    for index, form in enumerate(app.forms):
        yield from _Checker(app, forms, form, kinds, fields).form(("forms", index))
    for index, role in enumerate(app.roles):
        for number, grant in enumerate(role.grants):
            if grant.form in forms:
                at = ("roles", index, "grants", number)
                yield from _Checker(app, forms, forms[grant.form], kinds, fields).grant(grant, at)


def verify_conditions(app: App, kinds: Kinds, family: str) -> Iterator[Issue]:
    """Yield what is wrong with the conditions of a family outside forms: ``dashboards`` for one."""
    forms, fields = {form.key: form for form in app.forms}, Fields.of(app, kinds)
    for place, text in formulas(app, family):
        if place.mark.what == "condition" and place.form in forms:
            checker = _Checker(app, forms, forms[place.form], kinds, fields)
            yield from checker.condition(text, place.at, in_sql=place.mark.in_sql)


@dataclass(frozen=True, slots=True)
class _Checker:
    """Checks one form. Implements ``FieldScope`` and ``SqlScope`` over its fields."""

    app: App
    forms: Mapping[str, Form]
    of: Form
    kinds: Kinds
    fields: Fields

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        return self.fields.scope(self.of.key).type_of(path)

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        return sql_shape(self.fields, self.of.key, path)

    def form(self, at: Pointer) -> Iterator[Issue]:
        form = self.of
        for index, options in enumerate(form.fields):
            yield from self._field(options, (*at, "fields", index))
        for index, each in enumerate(form.checks):
            yield from self.condition(each.that, (*at, "checks", index, "that"))
        for index, view in enumerate(form.views):
            here = (*at, "views", index)
            yield from self.condition(view.filter, (*here, "filter"), in_sql=True)
            for number, mark in enumerate(view.colors):
                yield from self.condition(mark.condition, (*here, "colors", number, "if"))
            for number, sort in enumerate(view.sort):
                yield from self._sort(sort.field, (*here, "sort", number, "field"))
        place = Place.of(form, self.fields.scope, problem_at)
        yield from verify_logic(place, at)
        yield from verify_picks(place, Others(self.forms, self._filled_in, self._about), at)
        yield from verify_matching(form, self.forms, self.kinds, self._filled_in, at)
        yield from self._people(at)
        yield from self._layout(at)
        yield from self._beside().verify(at)

    def _beside(self) -> Beside:
        def found(form: str, key: str) -> Resolved | None:
            return self._found(key, form)

        sorts = partial(sortable, self.fields)
        return Beside(self.of, self.forms, found, sorts, self._filled_in, self._about)

    def _filled_in(self, options: FieldOptions) -> bool:
        """Tell whether people fill in a field."""
        kind = self.kinds[options.type]
        return kind.storage in _STORED and not kind.write_once

    def _about(self, form: str) -> _Checker:
        return replace(self, of=self.forms[form])

    def grant(self, grant: Grant, at: Pointer) -> Iterator[Issue]:
        """Check what a role may do with the form."""
        if grant.scope in {"own", "department", "department_below"} and not self.of.owner:
            yield Issue(pointer((*at, "scope")), "definition.no_owner", {"name": self.of.key})
        if grant.scope == "joined" and not self.of.joined:
            yield Issue(pointer((*at, "scope")), "definition.nobody_joins", {"name": self.of.key})
        yield from self.condition(grant.where, (*at, "where"), in_sql=True)

    def _field(self, options: FieldOptions, at: Pointer, rows: str = "") -> Iterator[Issue]:
        """Check a field of the form, or of the subform at the path ``rows``."""
        kind = self.kinds[options.type]
        for issue in kind.verify(options):
            where = pointer((*at, *issue.path.split(".")))
            yield Issue(where, issue.code, issue.params, issue.suggestion)
        if rows:
            yield from self._in_rows(rows, options, at)
        if isinstance(kind, ComputedType):
            yield from verify_computed(self.fields, rows or self.of.key, options, at)
        if options.default is not None and kind.storage in _STORED and not kind.write_once:
            yield from self._default(kind, options, (*at, "default"))
        if (via := getattr(options, "via", None)) is not None:
            yield from self._via(str(getattr(options, "form", "")), via, (*at, "via"))
        for index, inner in enumerate(getattr(options, "fields", ())):
            yield from self._field(inner, (*at, "fields", index), f"{self.of.key}.{options.key}")

    def _in_rows(self, rows: str, options: FieldOptions, at: Pointer) -> Iterator[Issue]:
        """Refuse what rows of a subform cannot have: numbers, rows, authors, what is unique or searched."""
        found = self._found(options.key, rows)
        if found is not None and (found.storage not in _STORED or found.kind.write_once):
            yield Issue(pointer((*at, "type")), "definition.not_in_a_subform", {"name": options.type})
        for name in ("unique", "searchable"):
            if getattr(options, name):
                yield Issue(pointer((*at, name)), "definition.not_in_a_subform", {"name": name})

    def _default(self, kind: FieldType[Any, Any], options: FieldOptions, at: Pointer) -> Iterator[Issue]:
        formula = computed(options)
        if formula is not None:
            yield from _formula(formula, kind.value_type, (*at, "formula"))
            return
        if kind.target is not None:  # ids are another installation's business
            yield Issue(pointer(at), "definition.no_ids", {"name": options.key})
            return
        context = FieldContext({each.key: 0 for each in getattr(options, "options", ())}, self.app.time_zone)
        try:
            TypeAdapter(optional(kind.annotation(options, context))).validate_python(options.default)
        except ValidationError as error:
            yield Issue(pointer(at), *problem_of(error))

    def _via(self, form_key: str, via: str, at: Pointer) -> Iterator[Issue]:
        other = self.forms.get(form_key)
        found = other.field(via) if other else None
        if found is None:
            return  # the loader says so
        kind = self.kinds[found.type]
        if (
            kind.target != "form"
            or kind.storage not in _STORED
            or getattr(found, "form", None) != self.of.key
        ):
            yield Issue(pointer(at), "definition.not_a_way_back", {"name": via, "form": self.of.key})

    def condition(self, text: str | None, at: Pointer, *, in_sql: bool = False) -> Iterator[Issue]:
        """Check that a condition means something, and that the database can decide it where it must."""
        if text is None:
            return
        try:
            node = parse(text)
            check_condition(node, self)
            if in_sql:
                compile_sql(node, self, _MOMENT)
        except ExpressionError as error:
            yield problem_at(error, at, [each.key for each in self.of.fields])

    def _sort(self, key: str, at: Pointer) -> Iterator[Issue]:
        options = self.of.field(key)
        if options is None:
            return  # a system key, or the loader says so
        found = self._found(key)
        if found is not None and not sortable(self.fields, self.of.key, key):
            yield Issue(pointer(at), "definition.not_sortable", {"name": key})

    def _found(self, key: str, form: str = "") -> Resolved | None:
        """Return a field as it behaves; one that cannot is reported where it stands."""
        try:
            return self.fields.find(form or self.of.key, key)
        except Broken:
            return None

    def _people(self, at: Pointer) -> Iterator[Issue]:
        """Check the fields that a form names for a purpose."""
        title = self.of.field(self.of.title) if self.of.title else None
        if title is not None:
            found = self._found(title.key)
            if found is not None and (
                found.kind.value_type is not ValueType.text
                or found.storage is not Storage.column
                or found.kind.coded
            ):
                yield Issue(pointer((*at, "title")), "definition.not_a_title", {"name": title.key})
        owner = self.of.field(self.of.owner) if self.of.owner else None
        if owner is not None:
            kind = self.kinds[owner.type]
            if kind.target != "user" or kind.storage not in {Storage.column, Storage.system}:
                yield Issue(pointer((*at, "owner")), "definition.not_a_member", {"name": owner.key})
        for index, key in enumerate(self.of.joined):
            each = self.of.field(key)
            if each is not None and self.kinds[each.type].target != "user":
                yield Issue(pointer((*at, "joined", index)), "definition.not_a_member", {"name": key})

    def _layout(self, at: Pointer) -> Iterator[Issue]:
        placed: set[str] = set()
        for index, section in enumerate(self.of.layout.sections):
            for number, key in enumerate(section.fields):
                if key in placed:
                    where = pointer((*at, "layout", "sections", index, "fields", number))
                    yield Issue(where, "definition.repeated_key", {"name": key})
                placed.add(key)


class _NoFields:
    """Implements ``FieldScope``: a default is made before there is a record to read."""

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        return None


def _formula(text: str, expected: ValueType, at: Pointer) -> Iterator[Issue]:
    try:
        found = check(parse(text), _NoFields())
    except ExpressionError as error:
        yield problem_at(error, at, [])
        return
    if found is not ValueType.any and found is not expected and found not in TAKES.get(expected, ()):
        params = {"expected": expected.value, "found": found.value, "at": 1}
        yield Issue(pointer(at), "expression.type_mismatch", params)
