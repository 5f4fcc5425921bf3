"""Parts of a formula that the database adds up: one figure over many records, however many there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from engines.expression import (
    Binary,
    Call,
    ExpressionError,
    Node,
    Ref,
    ValueType,
    compile_error,
    compile_python,
    compile_sql,
    references,
    substitute,
    to_text,
)
from engines.expression.tree import mapped
from engines.form.computed import Broken, Fields
from engines.form.field import Storage
from engines.form.shapes import ANY_MOMENT, Shapes

if TYPE_CHECKING:
    from engines.expression import Context

Path = tuple[str, ...]
Evaluate = Callable[[Mapping[str, Any], "Context"], Any]
_ORDERED = frozenset({ValueType.number, ValueType.date, ValueType.datetime, ValueType.time})
# What a field must be for the database to give what the function gives.
_OF = {
    "SUM": frozenset({ValueType.number}),
    "AVERAGE": frozenset({ValueType.number}),
    "COUNT": _ORDERED,
    "MIN": _ORDERED,
    "MAX": _ORDERED,
}
_VALUE = "value"


@dataclass(frozen=True, slots=True)
class Part:
    """A figure over the records that the field ``head`` lists.

    ``key``: the name under which a row holds it. ``field`` None: the records themselves are counted.
    ``condition``: over the listed records. ``paths``: what it reads when it is made of loaded values.
    """

    key: str
    function: str
    head: str
    field: str | None
    condition: Node | None
    paths: frozenset[Path]
    whole: Evaluate
    single: Evaluate

    def of(self, value: Any, context: Context) -> Any:
        """Return the figure, given what the database found: a sum, a count, the smallest, the largest."""
        return value if self.function in {"COUNT", "COUNTA"} else self.single({_VALUE: (value,)}, context)

    def of_loaded(self, row: Mapping[str, Any], context: Context) -> Any:
        """Return the figure of a row that holds what the paths lead to."""
        return self.whole(row, context)


def split(fields: Fields, form: str, node: Node) -> tuple[Node, tuple[Part, ...]]:
    """Return the expression over its parts' keys, and the parts."""
    found: dict[str, Part] = {}

    def cut(call: Call) -> Node | None:
        if call.name == "AVERAGE":
            total, count = (_part(fields, form, replace(call, name=name)) for name in ("SUM", "COUNT"))
            if total is None or count is None:
                return None
            found.update({total.key: total, count.key: count})
            return Binary("/", Ref((total.key,)), Ref((count.key,)))
        part = _part(fields, form, call)
        if part is None:
            return None
        found[part.key] = part
        return Ref((part.key,))

    def assembled(part: Node) -> Node:
        made = cut(part) if isinstance(part, Call) else None
        return mapped(part, assembled) if made is None else made

    return assembled(node), tuple(found.values())


def _part(fields: Fields, form: str, call: Call) -> Part | None:
    """Return a call as a part, None where it has to be made of loaded values."""
    if call.name not in {*_OF, "COUNTA"} or len(call.args) != 1:
        return None
    listed, condition = call.args[0], None
    if isinstance(listed, Call) and listed.name == "FILTER" and len(listed.args) == 2:
        listed, condition = listed.args
    if not isinstance(listed, Ref) or len(listed.path) > 2:
        return None
    head, field = listed.path[0], listed.path[1] if len(listed.path) == 2 else None
    try:
        target = _listed(fields, form, head)
        if target is None or not _fitting(fields, target, field, call.name):
            return None
        inner = None if condition is None else _inside(fields, target, head, condition)
    except (ExpressionError, Broken):
        return None
    said = "" if inner is None else to_text(inner)
    single = compile_python(Call(call.name, (Ref((_VALUE,)),)))
    key = f"#{call.name} {head}.{field or ''} {said}"
    return Part(key, call.name, head, field, inner, references(call), compile_python(call), single)


def _listed(fields: Fields, form: str, head: str) -> str | None:
    """Return the form whose records a field lists."""
    found = fields.find(form, head)
    if found is None or found.storage not in {Storage.none, Storage.links, Storage.rows}:
        return None
    return fields.beyond(form, head)


def _fitting(fields: Fields, target: str, field: str | None, function: str) -> bool:
    if field is None:
        return function == "COUNTA"
    found = fields.find(target, field)
    if found is None or found.storage is not Storage.column:
        return False
    return function == "COUNTA" or found.kind.value_type in _OF[function]


def _inside(fields: Fields, target: str, head: str, condition: Node) -> Node:
    """Return a condition over the listed records alone. Raises ExpressionError where it is more, or fails."""
    if not all(path[0] == head and len(path) > 1 for path in references(condition)):
        raise ExpressionError("expression.not_pushable", 1)
    inner = substitute(condition, lambda ref: Ref(ref.path[1:], ref.at))
    shapes = Shapes(fields, target)
    compile_sql(inner, shapes, ANY_MOMENT)
    if compile_error(inner, shapes, ANY_MOMENT) is not None:
        raise ExpressionError("expression.not_pushable", 1)
    return inner
