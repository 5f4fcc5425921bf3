"""Steps: what a command did to the JSON, so that it can be taken back exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from builder.drafting.places import Pointer, changed, value_at

# Of a property: ["put", pointer, value], ["drop", pointer]. Of a list: ["insert", pointer, value],
# ["delete", pointer].
Step = list[Any]


def applied(document: Any, steps: Sequence[Step]) -> Any:
    """Return the document after the steps, in their order."""
    for name, pointer, *value in steps:
        document = _one(document, name, tuple(pointer), value)
    return document


def _one(document: Any, name: str, pointer: Pointer, value: list[Any]) -> Any:
    if not pointer:
        return value[0]
    above, last = pointer[:-1], pointer[-1]

    def change(container: Any) -> Any:
        copy = container.copy()
        if name == "insert":
            copy.insert(last, value[0])
        elif name == "put":
            copy[last] = value[0]
        else:
            del copy[last]
        return copy

    return changed(document, above, change)


def inverse(document: Any, steps: Sequence[Step]) -> list[Step]:
    """Return the steps that lead back to ``document``."""
    found: list[Step] = []
    for step in steps:
        found.append(_back(document, step))
        document = applied(document, [step])
    return found[::-1]


def _back(document: Any, step: Step) -> Step:
    name, pointer = step[0], step[1]
    if name == "insert":
        return ["delete", pointer]
    if name == "delete":
        return ["insert", pointer, value_at(document, tuple(pointer))]
    if not pointer:
        return ["put", pointer, document]
    above = value_at(document, tuple(pointer[:-1]))
    there = pointer[-1] in above if isinstance(above, dict) else True
    return ["put", pointer, above[pointer[-1]]] if there else ["drop", pointer]


def between(before: Any, after: Any, at: Pointer = ()) -> Iterator[Step]:
    """Yield what turns one document into another of the same lists: the deepest parts that differ."""
    if before is after or before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() - after.keys():
            yield ["drop", [*at, key]]
        for key, value in after.items():
            if key in before:
                yield from between(before[key], value, (*at, key))
            else:
                yield ["put", [*at, key], value]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from between(old, new, (*at, index))
    else:
        yield ["put", [*at], after]
