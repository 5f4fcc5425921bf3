"""What a definition puts into fields: values as JSON or formulas about the record, checked beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from engines.expression import ExpressionError, ValueType, check, parse
from engines.form.coerce import optional, problem_of
from engines.form.computed import Fields
from engines.form.derivation import TAKES, problem_at
from engines.form.field import FieldContext, FieldType, Storage
from schemas.elements import App, FieldOptions, Form
from schemas.errors import Issue
from schemas.grammar import Pointer
from schemas.kinds import Registry
from schemas.loader import pointer

_WRITTEN = {Storage.column, Storage.links}
Kinds = Registry[FieldType[Any, Any]]


def verify_values(
    app: App, form: Form, kinds: Kinds, values: Mapping[str, Any], at: Pointer
) -> Iterator[Issue]:
    """Yield what is wrong with field -> JSON or ``{"formula": …}``; unknown keys are passed over."""
    for key, value in values.items():
        options = form.field(key)
        if options is not None:
            yield from _value(app, form, kinds, (options, value), (*at, key))


def _value(
    app: App, form: Form, kinds: Kinds, given: tuple[FieldOptions, Any], at: Pointer
) -> Iterator[Issue]:
    options, value = given
    kind = kinds[options.type]
    if kind.storage not in _WRITTEN or kind.write_once:
        yield Issue(pointer(at), "definition.not_given", {"name": options.key})
    elif isinstance(value, dict) and set(value) == {"formula"}:
        yield from _formula(app, form, kinds, (str(value["formula"]), kind.value_type), (*at, "formula"))
    elif kind.target is not None and value is not None:  # ids are another installation's business
        yield Issue(pointer(at), "definition.no_ids", {"name": options.key})
    else:
        context = FieldContext({each.key: 0 for each in getattr(options, "options", ())}, app.time_zone)
        try:
            TypeAdapter(optional(kind.annotation(options, context))).validate_python(value)
        except ValidationError as error:
            yield Issue(pointer(at), *problem_of(error))


def _formula(app: App, form: Form, kinds: Kinds, said: tuple[str, ValueType], at: Pointer) -> Iterator[Issue]:
    text, expected = said
    try:
        found = check(parse(text), Fields.of(app, kinds).scope(form.key))
    except ExpressionError as error:
        yield problem_at(error, at, [each.key for each in form.fields])
        return
    if found is not ValueType.any and found is not expected and found not in TAKES.get(expected, ()):
        params = {"expected": expected.value, "found": found.value, "at": 1}
        yield Issue(pointer(at), "expression.type_mismatch", params)
