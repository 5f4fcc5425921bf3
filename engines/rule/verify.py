"""What is wrong with rules that only their meaning tells: unknown fields, types that do not fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError

from engines.expression import ExpressionError, FieldScope, ValueType, check, parse
from engines.form.coerce import optional, problem_of
from engines.form.computed import Fields
from engines.form.derivation import TAKES, problem_at
from engines.form.field import FieldContext, Storage
from engines.rule.values import formula_of
from schemas.behaviour import Rule, rules_of
from schemas.elements import App, FieldOptions, Form
from schemas.errors import Issue
from schemas.formulas import texts
from schemas.grammar import Grammar, Pointer
from schemas.kinds import unknown_issue
from schemas.loader import pointer
from schemas.tags import Tag, Unclosed, split
from schemas.who import Computed, Who

PEOPLE = frozenset({ValueType.id, ValueType.ids, ValueType.any})
_FILLED = frozenset({Storage.column, Storage.links})
_SEVERAL = {ValueType.ids: frozenset({ValueType.id})}


def verify_rules(app: App, grammar: Grammar) -> Iterator[Issue]:
    """Yield every problem of the rules of a definition; wrong references are the loader's to report."""
    forms = {form.key: form for form in app.forms}
    fields = Fields.of(app, grammar.fields)
    for index, rule in enumerate(rules_of(app)):
        trigger = grammar.families["triggers"][rule.on.type]
        form = forms.get(trigger.form(rule.on))
        if form is not None:
            yield from _rule(Look(app, grammar, fields, form, ("rules", index)), rule)


def _rule(look: Look, rule: Rule) -> Iterator[Issue]:
    families = look.grammar.families
    yield from families["triggers"][rule.on.type].verify(rule.on, look.within("on"))
    if rule.if_ is not None:
        yield from look.condition(rule.if_, ("if",))
    if not rule.then:
        yield look.issue(("then",), "rule.nothing_to_do")
    for index, action in enumerate(rule.then):
        yield from families["actions"][action.type].verify(action, look.within("then", index))


@dataclass(frozen=True, slots=True)
class Look:
    """One place of a rule: what may be named there, and how problems are placed."""

    app: App
    grammar: Grammar
    fields: Fields
    form: Form
    at: Pointer

    def within(self, *at: str | int) -> Look:
        """Look further in."""
        return Look(self.app, self.grammar, self.fields, self.form, (*self.at, *at))

    def issue(self, where: Pointer, code: str, /, **params: object) -> Issue:
        """Place a problem."""
        return Issue(pointer((*self.at, *where)), code, params)

    def scope(self) -> FieldScope:
        """Return the fields that formulas may name."""
        return self.fields.scope(self.form.key)

    def type_of(self, key: str) -> ValueType | None:
        """Return the type of a field, None for what is none."""
        return self.scope().type_of((key,))

    def formula(
        self,
        text: str,
        at: Pointer,
        wanted: frozenset[ValueType] | None = None,
        scope: FieldScope | None = None,
    ) -> Iterator[Issue]:
        """Check a formula about the record, and that it yields what is wanted."""
        try:
            found = check(parse(text), scope or self.scope())
        except ExpressionError as error:
            yield problem_at(error, (*self.at, *at), [each.key for each in self.form.fields])
            return
        if wanted is not None and found is not ValueType.any and found not in wanted:
            params = {"expected": min(wanted).value, "found": found.value, "at": 1}
            yield self.issue(at, "expression.type_mismatch", **params)

    def condition(self, text: str, at: Pointer) -> Iterator[Issue]:
        """Check a condition about the record."""
        return self.formula(text, at, frozenset({ValueType.bool}))

    def text(self, said: Any, at: Pointer) -> Iterator[Issue]:
        """Check the tags of a text, in each language."""
        for where, text in texts(said):
            try:
                parts = split(text)
            except Unclosed as error:
                yield self.issue((*at, *where), "rule.open_tag", at=error.at + 1)
                continue
            for tag in parts:
                if isinstance(tag, Tag):
                    yield from self.formula(tag.formula, (*at, *where))

    def who(self, people: tuple[Who, ...], at: Pointer) -> Iterator[Issue]:
        """Check who is meant."""
        for index, each in enumerate(people):
            here = (*at, index)
            if isinstance(each, Computed):
                yield from self.formula(each.formula, (*here, "formula"), PEOPLE)
                continue
            key = getattr(each, "field", None)
            options = self.form.field(key) if key else None
            allowed = {"user", "department"} if each.type == "head" else {"user"}
            if options is not None and self.grammar.fields[options.type].target not in allowed:
                yield self.issue((*here, "field"), "definition.not_a_member", name=key)

    def constant(self, key: str, value: Any, at: Pointer) -> Iterator[Issue]:
        """Check a value written as JSON for a field of the record's form."""
        options = self.form.field(key)
        if options is not None and value is not None:
            yield from self._constant(options, value, at)

    def values(self, said: Mapping[str, Any], at: Pointer, form: Form | None = None) -> Iterator[Issue]:
        """Check what is put into fields of ``form``, else of the record's; formulas are about the record."""
        target = form or self.form
        for key, value in said.items():
            options = target.field(key)
            if options is None:
                continue
            kind = self.grammar.fields[options.type]
            if kind.storage not in _FILLED or options.type == "serial":
                yield self.issue((*at, key), "rule.cannot_be_set", name=key)
            elif (text := formula_of(value)) is None:
                yield from self._constant(options, value, (*at, key))
            else:
                wanted = {kind.value_type, *TAKES.get(kind.value_type, ())} | _SEVERAL.get(
                    kind.value_type, frozenset()
                )
                yield from self.formula(text, (*at, key, "formula"), frozenset(wanted))

    def rows(
        self, target: Form, key: str, source: str, said: Mapping[str, Any], at: Pointer
    ) -> Iterator[Issue]:
        """Check rows of a subform of ``target``, made of rows of a subform of the record's form."""
        field, origin = target.field(key), self.form.field(source)
        for each, name, where in ((field, key, at), (origin, source, (*at, "from"))):
            if not hasattr(each, "fields"):
                yield self.issue(where, "rule.not_a_subform", name=name)
        inner = {each.key: each for each in getattr(field, "fields", ())}
        scope = _RowScope(self.fields.scope(f"{self.form.key}.{source}"), self.scope())
        for name, value in said.items():
            options = inner.get(name)
            if options is None:
                yield unknown_issue(
                    pointer((*self.at, *at, "set", name)), "definition.unknown_field", name, inner
                )
            elif (text := formula_of(value)) is None:
                yield from self._constant(options, value, (*at, "set", name))
            else:
                kind = self.grammar.fields[options.type]
                wanted = frozenset({kind.value_type, *TAKES.get(kind.value_type, ())})
                yield from self.formula(text, (*at, "set", name, "formula"), wanted, scope)

    def leads_back(self, form_key: str, via: str) -> bool:
        """Tell whether a field of another form refers to records of this one."""
        other = self.app.form(form_key)
        options = other.field(via) if other else None
        return options is None or getattr(options, "form", None) == self.form.key

    def _constant(self, options: FieldOptions, value: Any, at: Pointer) -> Iterator[Issue]:
        kind = self.grammar.fields[options.type]
        if kind.target is not None:  # ids are another installation's business
            yield self.issue(at, "definition.no_ids", name=options.key)
            return
        choices = {each.key: 0 for each in getattr(options, "options", ())}
        context = FieldContext(choices, self.app.time_zone)
        try:
            TypeAdapter(optional(kind.annotation(options, context))).validate_python(value)
        except ValidationError as error:
            code, params = problem_of(error)
            yield self.issue(at, code, **params)


@dataclass(frozen=True, slots=True)
class _RowScope:
    """What formulas about a row may name (``FieldScope``): its own fields, else those of its record."""

    row: FieldScope
    record: FieldScope

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        return self.row.type_of(path) or self.record.type_of(path)
