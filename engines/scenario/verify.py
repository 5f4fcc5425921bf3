"""What is wrong with scenarios: names that nobody bears, values that no field takes, buttons nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engines.expression import ValueType
from engines.form.computed import Fields
from engines.form.field import Storage
from engines.form.verify import verify_conditions
from engines.rule.values import formula_of
from engines.rule.verify import Look as FormLook
from schemas.elements import App, FieldOptions, Form
from schemas.errors import Issue
from schemas.grammar import Grammar, Pointer, references
from schemas.kinds import unknown_issue
from schemas.problems import pointer
from schemas.scenarios import Scenario, expected_of, scenarios_of

_WRITTEN = {Storage.column, Storage.links, Storage.rows}


def verify_scenarios(app: App, grammar: Grammar) -> Iterator[Issue]:
    """Yield every problem of the scenarios of a definition; wrong references are the loader's to report."""
    fields = Fields.of(app, grammar.fields)
    for index, each in enumerate(scenarios_of(app)):
        look = Look(app, grammar, fields, each, ("tests", index))
        yield from _people(look)
        yield from _given(look)
        yield from _steps(look)
    yield from verify_conditions(app, grammar.fields, "tests")


def _people(look: Look) -> Iterator[Issue]:
    known: list[str] = []
    for index, each in enumerate(look.scenario.people):
        if each.manager is not None and each.manager not in known:
            at = pointer((*look.at, "people", index, "manager"))
            yield unknown_issue(at, "scenario.unknown_person", each.manager, known)
        known.append(each.key)


def _given(look: Look) -> Iterator[Issue]:
    for index, each in enumerate(look.scenario.given):
        here = look.within("given", index)
        yield from here.values(each.form, each.set)
        if each.record is not None:
            yield from here.learn(each.form, each.record)


def _steps(look: Look) -> Iterator[Issue]:
    families = look.grammar.families
    for index, step in enumerate(look.scenario.steps):
        here, kind = look.within("steps", index), families["steps"][step.type]
        yield from kind.verify(step, here)
        made = getattr(step, "record", None) if kind.makes else None
        if made is not None:
            yield from here.learn(str(getattr(step, "form", "")), made)
        yield from here.names(step)
        for number, each in enumerate(expected_of(step)):
            yield from families["expectations"][each.type].verify(each, here.within("then", number))


@dataclass(frozen=True, slots=True)
class Look:
    """One place of a scenario: what may be named there, and how problems are placed.

    ``records``: the form of each record that has a name by then.
    """

    app: App
    grammar: Grammar
    fields: Fields
    scenario: Scenario
    at: Pointer
    records: dict[str, str] = field(default_factory=dict)

    def within(self, *at: str | int) -> Look:
        """Look further in."""
        return Look(self.app, self.grammar, self.fields, self.scenario, (*self.at, *at), self.records)

    def issue(self, where: Pointer, code: str, /, **params: object) -> Issue:
        """Place a problem."""
        return Issue(pointer((*self.at, *where)), code, params)

    def one_of(self, where: str, code: str, name: str, known: Iterable[str]) -> Iterator[Issue]:
        """Check that something goes by a name."""
        names = list(known)
        if name not in names:
            yield unknown_issue(pointer((*self.at, where)), code, name, names)

    def learn(self, form: str, record: str) -> Iterator[Issue]:
        """Know a record by its name from now on."""
        if record in self.records:
            yield self.issue(("record",), "scenario.repeated_record", name=record)
        self.records[record] = form

    def names(self, said: Any) -> Iterator[Issue]:
        """Check the people and records that a step and what is expected after it name."""
        people = [each.key for each in self.scenario.people]
        for at, what, key, holder in references(said):
            if what == "person" and key not in people:
                yield unknown_issue(pointer((*self.at, *at)), "scenario.unknown_person", key, people)
            elif what == "record":
                form = getattr(holder, "form", None)
                known = [name for name, each in self.records.items() if form in {None, each}]
                if key not in known:
                    yield unknown_issue(pointer((*self.at, *at)), "scenario.unknown_record", key, known)

    def values(self, form: str, said: Mapping[str, Any], *, read: bool = False) -> Iterator[Issue]:
        """Check values of fields; ``read``: they are compared with what stands there, not written."""
        found = self.app.form(form)
        if found is not None:
            yield from self._values(found, form, found.fields, said, read=read)

    def _values(
        self, form: Form, path: str, known: Sequence[FieldOptions], said: Mapping[str, Any], *, read: bool
    ) -> Iterator[Issue]:
        options = {each.key: each for each in known}
        for key, value in said.items():
            at = ("is" if read else "set", key)
            each = options.get(key)
            if each is None:
                continue
            storage = self.grammar.fields[each.type].storage
            if not read and (storage not in _WRITTEN or each.type == "serial"):
                yield self.issue(at, "rule.cannot_be_set", name=key)
            else:
                yield from self._value(form, each, value, at)

    def _value(self, form: Form, options: FieldOptions, value: Any, at: Pointer) -> Iterator[Issue]:
        text, kind = formula_of(value), self.grammar.fields[options.type]
        inner = FormLook(self.app, self.grammar, self.fields, form, self.at)
        if text is not None:
            yield from inner.formula(text, (*at, "formula"), None, _NoFields())
        elif kind.target is not None:
            yield from self._named(options, kind.target, value, at)
        elif kind.storage is Storage.rows:
            yield from self._rows(form, options, value, at)
        elif value is not None and kind.storage in _WRITTEN:
            yield from inner.constant(options.key, value, at)

    def _rows(self, form: Form, options: FieldOptions, rows: Any, at: Pointer) -> Iterator[Issue]:
        """Check that rows name fields of their subform, and what they name in turn."""
        known = {each.key: each for each in getattr(options, "fields", ())}
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            for key, value in row.items() if isinstance(row, dict) else ():
                here = (*at, index, key)
                if key not in known:
                    yield unknown_issue(pointer((*self.at, *here)), "definition.unknown_field", key, known)
                elif (target := self.grammar.fields[known[key].type].target) is not None:
                    yield from self._named(known[key], target, value, here)

    def _named(self, options: FieldOptions, target: str, value: Any, at: Pointer) -> Iterator[Issue]:
        """Check that a value of people or records names some that are known."""
        form = getattr(options, "form", None)
        known = {
            "user": [each.key for each in self.scenario.people],
            "department": [each.department for each in self.scenario.people if each.department],
            "form": [name for name, each in self.records.items() if each == form],
        }.get(target, [])
        for name in value if isinstance(value, list) else [] if value is None else [value]:
            if name not in known:
                code = "scenario.unknown_record" if target == "form" else "scenario.unknown_person"
                yield unknown_issue(pointer((*self.at, *at)), code, str(name), known)


class _NoFields:
    """Implements ``FieldScope``: a value of a scenario depends on the moment alone."""

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        return None
