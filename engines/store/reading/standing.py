"""From a figure to its records: the condition that holds for exactly those that were counted."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from engines.expression import (
    Binary,
    Call,
    ListOf,
    Literal,
    Node,
    Ref,
    Unary,
    ValueType,
    conjoin,
    disjoin,
)
from engines.form import FormModel
from engines.query import Dimension, Others
from engines.store.reading.buckets import following
from engines.store.reading.levels import LEVELS, lies_in

_PLAIN = {ValueType.id, ValueType.ids}


def standing(form: FormModel, dimension: Dimension, value: Any) -> Node:
    """Return the condition that a record stands in a group."""
    ref, kind = Ref((dimension.field,)), form.type_of((dimension.field,))
    if value is Others.others:
        return _beside(form, dimension)
    if value is None:
        return Call("ISBLANK", (ref,))
    if dimension.bucket in LEVELS:
        return lies_in(ref, value, str(dimension.bucket))
    if dimension.bucket is not None:
        return _between(ref, value, following(value, dimension.bucket))
    if kind is ValueType.text:
        return Call("EXACT", (ref, Literal(value)))  # groups tell upper from lower case, = does not
    return Binary("=", ref, _literal(kind, value))


def _beside(form: FormModel, dimension: Dimension) -> Node:
    """Return the condition that a record stands in none of the listed groups."""
    ref, kind, listed = Ref((dimension.field,)), form.type_of((dimension.field,)), dimension.only or ()
    given = [each for each in listed if each is not None]
    nodes: list[Node] = [Unary("NOT", Call("ISBLANK", (ref,)))] if len(given) < len(listed) else []
    if dimension.bucket in LEVELS:
        there = (lies_in(ref, str(each), str(dimension.bucket)) for each in given)
        nodes += [disjoin(Call("ISBLANK", (ref,)), Unary("NOT", each)) for each in there]
    elif kind is ValueType.text:
        nodes += [Unary("NOT", Call("EXACT", (ref, Literal(str(each))))) for each in given]
    elif given:
        items = tuple(_literal(kind, each) for each in given)
        nodes.append(Unary("NOT", Binary("IN", ref, ListOf(items))))
    return conjoin(*nodes)


def _between(ref: Ref, start: date, end: date | None) -> Node:
    since = Binary(">=", ref, Literal(start))
    return since if end is None else conjoin(since, Binary("<", ref, Literal(end)))


def _literal(kind: ValueType | None, value: Any) -> Literal:
    if kind in _PLAIN:
        return Literal(str(value))  # a number of so many digits would be rounded
    return Literal(value.isoformat() if isinstance(value, time) else value)


def filled(key: str) -> Node:
    """Return the condition that a field is not blank."""
    return Unary("NOT", Call("ISBLANK", (Ref((key,)),)))
