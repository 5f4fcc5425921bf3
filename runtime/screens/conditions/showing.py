"""A condition as the builder shows it: labels, operators, inputs that fit, names behind ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from engines.expression import regions
from engines.expression.conditions import Formula, Group, Part, Row
from engines.expression.operators import Family, Input, Operator
from engines.form import FieldModel
from engines.form.families import family_of, operators_of
from frontend.conditions import (
    ConditionFormula,
    ConditionGroup,
    ConditionPart,
    ConditionRow,
    Operators,
)
from frontend.views import Item
from runtime.screens.conditions.building import Built, Fields
from runtime.screens.values import Showing
from runtime.web.errors import text_of

_SIMPLE = {
    Family.region: "region",
    Family.number: "number",
    Family.date: "date",
    Family.datetime: "date",
    Family.time: "time",
}
_FITS = {
    "count": re.compile(r"[0-9]+"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "time": re.compile(r"\d\d:\d\d(:\d\d)?"),
}
_ID_DIGITS = 18


def group_view(showing: Showing, fields: Fields, group: Group, built: Built | None = None) -> ConditionGroup:
    """Return a group with what is wrong in its parts."""
    parts = _Parts(showing, fields, built or Built())
    return ConditionGroup("", group.match, tuple(parts.of(group, "")))


def field_items(showing: Showing, fields: Fields) -> tuple[Item, ...]:
    """Return the fields that a row may name."""
    return tuple(Item(path, showing.texts.label(each.options.label)) for path, each in fields.by_path.items())


def asked_ids(fields: Fields, part: Part) -> Iterator[tuple[str, FieldModel, list[int]]]:
    """Return the ids that rows name, with their fields."""
    if isinstance(part, Group):
        for each in part.parts:
            yield from asked_ids(fields, each)
    elif isinstance(part, Row):
        field = fields.by_path.get(".".join(part.field))
        if field is not None and field.target is not None and field.target != "file":
            yield field.key, field, list(_ids(part.values))


def _ids(values: Iterable[str]) -> Iterator[int]:
    return (int(each) for each in values if each.isascii() and each.isdecimal() and len(each) <= _ID_DIGITS)


class _Parts:
    def __init__(self, showing: Showing, fields: Fields, built: Built) -> None:
        self._showing, self._fields, self._built = showing, fields, built

    def of(self, group: Group, around: str) -> Iterator[ConditionPart]:
        for number, part in enumerate(group.parts):
            place = f"{around}{number}"
            if isinstance(part, Group):
                yield ConditionGroup(place, part.match, tuple(self.of(part, f"{place}-")))
            elif isinstance(part, Formula):
                yield ConditionFormula(place, part.text, self._error(place))
            else:
                yield self._row(part, place)

    def _error(self, place: str) -> str:
        issue = self._built.problems.get(place)
        return "" if issue is None else text_of(self._showing.texts, issue.code, dict(issue.params))

    def _row(self, row: Row, place: str) -> ConditionRow:
        showing, path = self._showing, ".".join(row.field)
        field = self._fields.by_path.get(path)
        if field is None:
            path, field = next(iter(self._fields.by_path.items()))
        known = operators_of(field, in_sql=self._fields.in_sql)
        operator = known.get(row.op) or next(iter(known.values()))
        # The values of another field mean nothing here.
        values = row.values if operator.key == row.op else ()
        kind = input_of(field, operator)
        fits = _FITS.get(kind)
        if fits is not None:
            values = tuple(each if fits.fullmatch(each) else "" for each in values)
        lookup = kind == "lookup"
        url = f"/api/{showing.form.app}/{showing.form.key}/lookup/{field.key}" if lookup else ""
        return ConditionRow(
            place, path, showing.texts.label(field.options.label), operator.key,
            operators_view(showing, field, known, operator.key), kind, operator.input is Input.range, values,
            value_items(showing, field, values) if lookup else _choices(showing, field), url,
            self._error(place),
        )  # fmt: skip


def input_of(field: FieldModel, operator: Operator) -> str:
    """Return what kind of input takes the values of an operator."""
    family, asked = family_of(field), operator.input
    if asked is Input.none:
        return "none"
    if asked is Input.days:
        return "count"
    if field.target is not None:
        return "lookup"
    if getattr(field.options, "options", ()):
        return "choices" if asked is Input.list else "choice"
    if asked is Input.list:
        return "lines"
    return _SIMPLE.get(family, "text") if family is not None else "text"


def operators_view(
    showing: Showing, field: FieldModel, known: Mapping[str, Operator], chosen: str
) -> tuple[Operators, ...]:
    """Return the operators to choose from under their headings; the one in use is among them."""
    shown = [each for each in known.values() if each.offered or each.key == chosen]
    order = ("plain", "today", "period", "blank")
    shown.sort(key=lambda each: order.index(each.group))
    found = []
    for group, some in groupby(shown, key=lambda each: each.group):
        title = "" if group in {"plain", "blank"} else showing.texts.t(f"ui.condition.{group}")
        items = tuple(Item(each.key, operator_text(showing, field, each)) for each in some)
        found.append(Operators(title, items))
    return tuple(found)


def operator_text(showing: Showing, field: FieldModel, operator: Operator, count: str = "N") -> str:
    """Return how an operator is called; some families have words of their own."""
    texts = showing.texts
    own = f"ui.operator.{family_of(field)}.{operator.key}"
    code = own if texts.has(own) else f"ui.operator.{operator.key}"
    return texts.t(code, n=count) if operator.input is Input.days else texts.t(code)


def _choices(showing: Showing, field: FieldModel) -> tuple[Item, ...]:
    options = getattr(field.options, "options", ())
    return tuple(Item(each.key, showing.texts.label(each.label)) for each in options)


def _region(showing: Showing, text: str) -> str:
    try:
        return regions.spoken(regions.read(text), showing.texts.locale)
    except regions.UnknownRegion:
        return text


def value_items(showing: Showing, field: FieldModel, values: Iterable[str]) -> tuple[Item, ...]:
    """Return what values read as, where they are ids, options or codes."""
    if field.target is not None and field.target != "file":
        return showing.items(field, tuple(_ids(values)))
    if field.kind.family is Family.region:
        return tuple(Item(each, _region(showing, each)) for each in values)
    return showing.items(field, tuple(values)) if getattr(field.options, "options", ()) else ()
