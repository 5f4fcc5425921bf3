"""What is wrong with computed fields: what they name, what they yield, and circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engines.expression import Call, ExpressionError, Node, ValueType, check
from engines.expression.tree import walk
from engines.form.computed import PERSONAL, Broken, ComputedType, Cyclic, Fields
from schemas.elements import FieldOptions
from schemas.errors import Issue
from schemas.grammar import Pointer
from schemas.kinds import nearest
from schemas.loader import pointer

_ABOUT_PEOPLE = frozenset({"ROLE", "DEPARTMENT", "MANAGER", "HEAD", "MEMBERS"})
# Beside its own type a field takes what a formula of these types gives.
TAKES: Mapping[ValueType, set[ValueType]] = {
    ValueType.text: {ValueType.number, ValueType.option},
    ValueType.option: {ValueType.text},
    ValueType.options: {ValueType.option, ValueType.text},
    ValueType.datetime: {ValueType.date},
}


def verify_computed(fields: Fields, form: str, options: FieldOptions, at: Pointer) -> Iterator[Issue]:
    """Yield every problem of one computed field."""
    kind: Any = fields.kinds[options.type]
    try:
        tree = kind.tree(options)
        found = fields.find(form, options.key)
    except Cyclic:
        yield Issue(pointer(at), "definition.circular", {"name": options.key})
        return
    except ExpressionError as error:
        yield problem_at(error, _place(options, at), ())
        return
    except Broken:  # by another field, which is reported itself
        return
    if found is None or isinstance(found.kind, ComputedType) or found.computed is None:
        yield Issue(pointer(at), "definition.nothing_to_compute", {"name": options.key})
        return
    for name in _personal(tree):
        yield Issue(pointer(_place(options, at)), "definition.not_in_a_formula", {"name": name})
    try:
        yielded = check(tree, fields.scope(form))
    except ExpressionError as error:
        yield problem_at(error, _place(options, at), list(fields.forms[form]))
        return
    expected = found.kind.value_type
    if yielded not in {ValueType.any, expected} and yielded not in TAKES.get(expected, ()):
        params = {"expected": expected.value, "found": yielded.value, "at": 1}
        yield Issue(pointer(_place(options, at)), "expression.type_mismatch", params)


def _place(options: FieldOptions, at: Pointer) -> Pointer:
    """Return where the text of the expression stands, else the field."""
    name = next((name for name in ("formula", "filter") if getattr(options, name, None)), None)
    return at if name is None else (*at, name)


def _personal(tree: Node) -> list[str]:
    calls = [each for each, _ in walk(tree) if isinstance(each, Call)]
    return sorted({each.name for each in calls if each.name in PERSONAL or _asks_about_the_reader(each)})


def _asks_about_the_reader(call: Call) -> bool:
    """Tell whether a function about people was not told about whom."""
    return call.name in _ABOUT_PEOPLE and not call.args


def problem_at(error: ExpressionError, at: Pointer, known: Sequence[str]) -> Issue:
    """Return an expression's error at its place in the definition, with the nearest field that exists."""
    (issue,) = error.issues
    suggestion = issue.suggestion
    if suggestion is None and error.code == "expression.unknown_field":
        suggestion = nearest(str(error.params.get("name")), known)
    return Issue(pointer(at), issue.code, issue.params, suggestion)
