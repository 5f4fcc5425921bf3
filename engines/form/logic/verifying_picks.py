"""What is wrong with relations that offer some records only, or that fill in other fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from engines.expression import (
    Context,
    ExpressionError,
    Ref,
    SqlScope,
    ValueType,
    check_condition,
    compile_sql,
    parse,
)
from engines.form.logic.picking import Picking, Range
from engines.form.logic.verifying import Place
from schemas.elements import FieldOptions, Form
from schemas.errors import Issue
from schemas.grammar import Pointer
from schemas.kinds import unknown_issue
from schemas.loader import pointer

_MOMENT = Context(None, None, datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1))
# What a value of the record looks like to the database; it binds one value, not several.
_SAMPLES: Mapping[ValueType, Any] = {
    ValueType.text: "a", ValueType.option: "a", ValueType.number: Decimal(1), ValueType.bool: True,
    ValueType.date: _MOMENT.today, ValueType.datetime: _MOMENT.now, ValueType.time: "09:30", ValueType.id: 1,
}  # fmt: skip
_TEXTS = frozenset({"text", "long_text", "rich_text"})


@dataclass(frozen=True, slots=True)
class Others:
    """The forms that relations lead to. ``fills``: whether a field can be filled in; ``columns``: for SQL."""

    forms: Mapping[str, Form]
    fills: Callable[[FieldOptions], bool]
    columns: Callable[[str], SqlScope]


def verify_picks(place: Place, others: Others, at: Pointer) -> Iterator[Issue]:
    """Yield what is wrong with the relations of a form and of its subforms."""
    for index, options in enumerate(place.fields):
        here = (*at, "fields", index)
        target = str(getattr(options, "form", ""))
        if target in others.forms:
            yield from _range(place, others, options, target, (*here, "where"))
            fill: Mapping[str, str] = getattr(options, "fill", None) or {}
            for key, text in fill.items():
                yield from _filled(place, others, key, (target, text), (*here, "fill", key))
        if hasattr(options, "fields"):
            yield from verify_picks(place.inside(options), others, here)


def _range(place: Place, others: Others, options: FieldOptions, target: str, at: Pointer) -> Iterator[Issue]:
    text = getattr(options, "where", None)
    if text is None:
        return
    scope = Picking(place.scopes(target), place.scope)
    try:
        check_condition(parse(text), scope)
        found = Range.of(text, place.scopes(target), place.scope)
        compile_sql(found.bound(lambda path: _sample(place, path)), others.columns(target), _MOMENT)
    except ExpressionError as error:
        known = [each.key for each in others.forms[target].fields]
        yield place.report(error, at, [*known, *(f"THIS.{each}" for each in place.known)])


def _sample(place: Place, path: tuple[str, ...]) -> Any:
    kind = place.scope.type_of(path)
    if kind is None or kind not in _SAMPLES:
        raise ExpressionError("expression.not_pushable", 1, name=".".join(("THIS", *path)))
    return _SAMPLES[kind]


def _filled(place: Place, others: Others, key: str, source: tuple[str, str], at: Pointer) -> Iterator[Issue]:
    """Check that the field can hold what stands at the end of the path."""
    target, text = source
    own = next((each for each in place.fields if each.key == key), None)
    if own is None:
        around = [each.key for each in place.around]
        if key in around:  # of the record, which a row does not fill; of anything else the loader says so
            yield unknown_issue(pointer(at), "definition.unknown_field", key, place.known)
        return
    try:
        node = parse(text)
    except ExpressionError as error:
        yield place.report(error, at, ())
        return
    end = end_at(others.forms, target, node.path) if isinstance(node, Ref) else None
    if end is None:
        yield unknown_issue(
            pointer(at), "definition.unknown_field", text, [each.key for each in others.forms[target].fields]
        )
    elif not others.fills(own) or not others.fills(end) or not alike(own, end):
        yield Issue(pointer(at), "definition.does_not_fit", {"name": key, "other": text})


def end_at(forms: Mapping[str, Form], form: str, path: tuple[str, ...]) -> FieldOptions | None:
    """Return the field at the end of a path, None where it leads nowhere."""
    here = forms.get(form)
    for key in path[:-1]:
        field = None if here is None else here.field(key)
        here = forms.get(str(getattr(field, "form", "")))
    return None if here is None else here.field(path[-1])


def alike(own: FieldOptions, other: FieldOptions) -> bool:
    """Tell whether a field can hold what stands in another."""
    same = own.type == other.type or {own.type, other.type} <= _TEXTS
    return same and getattr(own, "form", None) == getattr(other, "form", None)
