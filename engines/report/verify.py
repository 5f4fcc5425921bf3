"""What the dashboards of a definition ask for that cannot be had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engines.expression import ValueType
from engines.form.computed import Broken, Fields, Resolved
from engines.form.families import buckets_of
from engines.form.shapes import SORTED, sortable
from engines.form.system import SYSTEM_TYPES
from engines.form.verify import verify_conditions
from engines.report.answering import boards_of
from engines.report.checking import problem
from engines.report.options import GroupOptions, MeasureOptions, PeriodOptions, QueryOptions, TargetOptions
from engines.report.widget import Widget
from schemas.elements import App, Form
from schemas.errors import Issue
from schemas.grammar import Grammar, Pointer
from schemas.kinds import Registry
from schemas.loader import pointer

_DATED = {ValueType.date, ValueType.datetime}
_ORDERED = {ValueType.number, ValueType.date, ValueType.datetime, ValueType.time}
_PARTS = {"count", "sum", "filled"}
_NUMBERS = {"sum", "average"}


def verify(app: App, grammar: Grammar) -> Iterator[Issue]:
    """Yield every problem of meaning; unknown forms and fields are passed over, the loader reports them."""
    kinds: Registry[Widget[Any]] = grammar.families["widgets"]
    forms, fields = {form.key: form for form in app.forms}, Fields.of(app, grammar.fields)
    for index, dashboard in enumerate(boards_of(app)):
        for number, options in enumerate(dashboard.widgets):
            at = ("dashboards", index, "widgets", number)
            if isinstance(options, QueryOptions) and options.form in forms:
                checker = _Checker(forms[options.form], fields, kinds[options.type], at)
                yield from checker.widget(options)
                yield from _targets(options, forms, fields, at)
    yield from verify_conditions(app, grammar.fields, "dashboards")


def _targets(options: QueryOptions, forms: dict[str, Form], fields: Fields, at: Pointer) -> Iterator[Issue]:
    target = getattr(options, "target", None)
    if not isinstance(target, TargetOptions) or target.form not in forms:
        return
    fields_of = _Fields(forms[target.form], fields)
    here = (*at, "target")
    if target.by is not None and not fields_of.groupable(target.by):
        yield Issue(pointer((*here, "by")), "definition.not_groupable", {"name": target.by})
    if target.function == "sum" and fields_of.type_of(str(target.field)) not in {ValueType.number, None}:
        params = {"name": target.field, "function": "sum"}
        yield Issue(pointer((*here, "field")), "definition.not_measurable", params)


class _Fields:
    """The fields of a form, by what can be done with them; an unknown one is no problem of ours."""

    def __init__(self, form: Form, fields: Fields) -> None:
        self.form, self.fields = form, fields

    def type_of(self, key: str) -> ValueType | None:
        found = self._found(key)
        return SYSTEM_TYPES.get(key) if found is None else found.kind.value_type

    def groupable(self, key: str) -> bool:
        found = self._found(key)
        return found is None or found.storage in SORTED or sortable(self.fields, self.form.key, key)

    def buckets(self, key: str) -> tuple[str, ...]:
        found = self._found(key)
        return buckets_of(self.type_of(key), None if found is None else found.kind.family)

    def _found(self, key: str) -> Resolved | None:
        try:
            return self.fields.find(self.form.key, key)
        except Broken:  # reported where it stands
            return None

    def period(self, period: PeriodOptions | None, at: Pointer) -> Iterator[Issue]:
        if period is not None and self.type_of(period.field) not in {*_DATED, None}:
            name = period.field
            yield Issue(pointer((*at, "period", "field")), "definition.not_a_date", {"name": name})


class _Checker(_Fields):
    """Checks one widget over the fields of its form."""

    def __init__(self, form: Form, fields: Fields, widget: Widget[Any], at: Pointer) -> None:
        super().__init__(form, fields)
        self.kind, self.at = widget, at

    def widget(self, options: QueryOptions) -> Iterator[Issue]:
        """Yield what is wrong with one widget, and whether it can be drawn where nothing is."""
        found = [*self.period(options.period, self.at)]
        for place, group in self.kind.groups(options):
            found += self._group(group, self._place(place))
        for place, measure in self.kind.measures(options):
            found += self._measure(measure, self._place(place))
        for issue in self.kind.verify(options, self.form):
            where = pointer(self._place(issue.path)) if issue.path else pointer(self.at)
            found.append(Issue(where, issue.code, issue.params, issue.suggestion))
        if not found and (reason := problem(self.kind, options)):
            found.append(Issue(pointer(self.at), "definition.not_drawable", {"reason": reason}))
        yield from found

    def _place(self, path: str) -> Pointer:
        return (*self.at, *(int(part) if part.isdecimal() else part for part in path.split(".")))

    def _group(self, group: GroupOptions, at: Pointer) -> Iterator[Issue]:
        where = pointer((*at, "field")) if at[-1] != "field" else pointer(at)
        kind, params = self.type_of(group.field), {"name": group.field}
        if not self.groupable(group.field):
            yield Issue(where, "definition.not_groupable", params)
        elif kind in _DATED and group.bucket is None:
            yield Issue(where, "definition.needs_bucket", params)
        elif kind is not None and group.bucket not in {None, *self.buckets(group.field)}:
            yield Issue(pointer((*at, "bucket")), "definition.no_bucket", params)

    def _measure(self, measure: MeasureOptions, at: Pointer) -> Iterator[Issue]:
        function, where = measure.function, pointer((*at, "function"))
        if self.kind.adds_up and function not in _PARTS:
            yield Issue(where, "definition.adds_up", {"function": function})
        if measure.field is not None and not self._measurable(measure.field, function):
            params = {"name": measure.field, "function": function}
            yield Issue(pointer((*at, "field")), "definition.not_measurable", params)

    def _measurable(self, key: str, function: str) -> bool:
        kind = self.type_of(key)
        if kind is None:
            return True
        if function in _NUMBERS or (function in {"min", "max"} and self.kind.numeric):
            return kind is ValueType.number
        if function in {"min", "max"}:
            return kind in _ORDERED
        return function != "distinct" or self.groupable(key)
