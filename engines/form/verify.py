"""What only the field types and the expressions know to be wrong in a definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from engines.expression import (
    Context,
    ExpressionError,
    FieldScope,
    SqlColumn,
    ValueType,
    check,
    check_condition,
    compile_sql,
    parse,
)
from engines.form.coerce import optional, problem_of
from engines.form.columns import Scaled
from engines.form.field import FieldContext, FieldType, Storage
from engines.form.model import SYSTEM_TYPES
from engines.form.values import computed
from schemas.elements import App, FieldOptions, Form, Grant
from schemas.errors import Issue
from schemas.grammar import Grammar, Pointer
from schemas.kinds import Registry, nearest
from schemas.loader import load, pointer

Kinds = Registry[FieldType[Any, Any]]
_MOMENT = Context(None, None, datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1))
_STORED = {Storage.column, Storage.links}
_OF_ROWS = frozenset({"_parent_id", "_pos"})
# Beside its own type a field takes what a formula of these types gives.
TAKES = {
    ValueType.text: {ValueType.number, ValueType.option},
    ValueType.option: {ValueType.text},
    ValueType.options: {ValueType.option, ValueType.text},
    ValueType.datetime: {ValueType.date},
}


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
    for index, form in enumerate(app.forms):
        yield from _Checker(app, forms, form, kinds).form(("forms", index))
    for index, role in enumerate(app.roles):
        for number, grant in enumerate(role.grants):
            if grant.form in forms:
                at = ("roles", index, "grants", number)
                yield from _Checker(app, forms, forms[grant.form], kinds).grant(grant, at)


def scope_of(app: App, form: Form, kinds: Kinds) -> FieldScope:
    """Return the fields of a form as formulas may name them."""
    return _Checker(app, {each.key: each for each in app.forms}, form, kinds)


@dataclass(frozen=True, slots=True)
class _Checker:
    """Checks one form. Implements ``FieldScope`` and ``SqlScope`` over its fields."""

    app: App
    forms: Mapping[str, Form]
    of: Form
    kinds: Kinds

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        options = self.of.field(path[0]) if len(path) == 1 else None
        if options is not None:
            kind = self.kinds[options.type]
            return None if kind.storage is Storage.none else kind.value_type
        return SYSTEM_TYPES.get(path[0]) if len(path) == 1 and path[0] not in _OF_ROWS else None

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        options = self.of.field(path[0])
        if options is None:
            return SqlColumn(sa.column(path[0], sa.BigInteger), SYSTEM_TYPES[path[0]])
        kind = self.kinds[options.type]
        if kind.storage in {Storage.none, Storage.rows}:
            raise ExpressionError("expression.not_pushable", 1, name=path[0])
        if kind.storage is Storage.system:
            return SqlColumn(sa.column(path[0], sa.BigInteger), kind.value_type)
        type_ = kind.columns(options, FieldContext())[0].type
        fold = sa.column("fold", sa.Text) if kind.folded(options) else None
        scale = type_.decimals if isinstance(type_, Scaled) else None
        many = (lambda _: sa.true()) if kind.storage is Storage.links else None
        return SqlColumn(sa.column(path[0], type_), kind.value_type, fold, many, scale)

    def form(self, at: Pointer) -> Iterator[Issue]:
        form = self.of
        for index, options in enumerate(form.fields):
            yield from self._field(options, (*at, "fields", index))
        for index, each in enumerate(form.checks):
            yield from self._condition(each.that, (*at, "checks", index, "that"))
        for index, view in enumerate(form.views):
            here = (*at, "views", index)
            yield from self._condition(view.filter, (*here, "filter"), in_sql=True)
            for number, sort in enumerate(view.sort):
                yield from self._sort(sort.field, (*here, "sort", number, "field"))
        yield from self._people(at)
        yield from self._layout(at)

    def grant(self, grant: Grant, at: Pointer) -> Iterator[Issue]:
        """Check what a role may do with the form."""
        if grant.scope in {"own", "department", "department_below"} and not self.of.owner:
            yield Issue(pointer((*at, "scope")), "definition.no_owner", {"name": self.of.key})
        if grant.scope == "joined" and not self.of.joined:
            yield Issue(pointer((*at, "scope")), "definition.nobody_joins", {"name": self.of.key})
        yield from self._condition(grant.where, (*at, "where"), in_sql=True)

    def _field(self, options: FieldOptions, at: Pointer, *, in_rows: bool = False) -> Iterator[Issue]:
        kind = self.kinds[options.type]
        for issue in kind.verify(options):
            where = pointer((*at, *issue.path.split(".")))
            yield Issue(where, issue.code, issue.params, issue.suggestion)
        if in_rows:
            yield from _in_rows(kind, options, at)
        if options.default is not None and kind.storage in _STORED and not kind.write_once:
            yield from self._default(kind, options, (*at, "default"))
        if (via := getattr(options, "via", None)) is not None:
            yield from self._via(str(getattr(options, "form", "")), via, (*at, "via"))
        for index, inner in enumerate(getattr(options, "fields", ())):
            yield from self._field(inner, (*at, "fields", index), in_rows=True)

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

    def _condition(self, text: str | None, at: Pointer, *, in_sql: bool = False) -> Iterator[Issue]:
        if text is None:
            return
        try:
            node = parse(text)
            check_condition(node, self)
            if in_sql:
                compile_sql(node, self, _MOMENT)
        except ExpressionError as error:
            yield formula_problem(error, at, [each.key for each in self.of.fields])

    def _sort(self, key: str, at: Pointer) -> Iterator[Issue]:
        options = self.of.field(key)
        if options is None:
            return  # a system key, or the loader says so
        kind = self.kinds[options.type]
        if kind.storage not in {Storage.column, Storage.system} or not kind.sortable:
            yield Issue(pointer(at), "definition.not_sortable", {"name": key})

    def _people(self, at: Pointer) -> Iterator[Issue]:
        """Check the fields that a form names for a purpose."""
        title = self.of.field(self.of.title) if self.of.title else None
        if title is not None:
            kind = self.kinds[title.type]
            if kind.value_type is not ValueType.text or kind.storage is not Storage.column:
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


def _in_rows(kind: FieldType[Any, Any], options: FieldOptions, at: Pointer) -> Iterator[Issue]:
    """Refuse what rows of a subform cannot have: serial numbers, rows, authors, unique or searched values."""
    if kind.storage not in _STORED or kind.write_once:
        yield Issue(pointer((*at, "type")), "definition.not_in_a_subform", {"name": options.type})
    for name in ("unique", "searchable"):
        if getattr(options, name):
            yield Issue(pointer((*at, name)), "definition.not_in_a_subform", {"name": name})


class _NoFields:
    """Implements ``FieldScope``: a default is made before there is a record to read."""

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        return None


def _formula(text: str, expected: ValueType, at: Pointer) -> Iterator[Issue]:
    try:
        found = check(parse(text), _NoFields())
    except ExpressionError as error:
        yield formula_problem(error, at, [])
        return
    if found is not ValueType.any and found is not expected and found not in TAKES.get(expected, ()):
        params = {"expected": expected.value, "found": found.value, "at": 1}
        yield Issue(pointer(at), "expression.type_mismatch", params)


def formula_problem(error: ExpressionError, at: Pointer, known: Sequence[str]) -> Issue:
    """Return what is wrong with a formula, at its place in the definition."""
    (issue,) = error.issues
    suggestion = issue.suggestion
    if suggestion is None and error.code == "expression.unknown_field":
        suggestion = nearest(str(error.params.get("name")), known)
    return Issue(pointer(at), issue.code, issue.params, suggestion)
