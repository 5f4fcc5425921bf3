"""A form of one app in another: with what it refers to, or without the references that lead nowhere there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from builder.designer.keys import propose_key
from builder.drafting.places import said, value_at
from builder.drafting.steps import applied
from engines.expression.renaming import rename_key
from engines.form.verify import load_verified
from schemas.dumper import plain
from schemas.elements import App, Form
from schemas.errors import Invalid, Issue, NotFound
from schemas.grammar import Grammar, references

Json = dict[str, Any]
References = Literal["take", "drop"]
_ROUNDS = 200
_LONGEST = 30


@dataclass(frozen=True, slots=True)
class Part:
    """What a draft becomes. ``forms``: those that came; ``dropped``: what could not come, as it was called.

    ``reused``: forms of the same key that were there already, which references lead to now.
    """

    document: Json
    forms: Sequence[Json]
    dropped: Sequence[Json]
    reused: Sequence[str]


def copied(grammar: Grammar, source: App, form: str, target: Json, mode: References) -> Part:
    """Put a form of another app into a draft. Raises NotFound for a form that is not there, Invalid.

    A form whose key is taken gets another one; one that it refers to and that is there is used as it is.
    """
    first = source.form(form)
    if first is None:
        raise NotFound("draft.nothing_there", name=form)
    there = {str(each.get("key")) for each in target.get("forms", ())}
    needed = [each for each in _needed(source, first) if each.key != form] if mode == "take" else []
    reused = [each.key for each in needed if each.key in there]
    taken = [each for each in needed if each.key not in there] + [first]
    part = source.model_copy(update={"forms": tuple(taken)})
    if form in there:
        part = rename_key(part, form, propose_key(form, there, _LONGEST, "form"), keep=False)
    came = [_without_former_keys(plain(each)) for each in part.forms]
    document = {**target, "forms": [*target.get("forms", ()), *came]}
    if target.get("menu"):
        document["menu"] = [*target["menu"], *({"form": each["key"]} for each in came)]
    document, dropped = _pruned(grammar, document, len(there))
    return Part(document, document["forms"][len(there) :], dropped, reused)


def _needed(source: App, form: Form) -> Iterator[Form]:
    """Yield a form and what it refers to, near or far, those first that are referred to."""
    found: dict[str, Form] = {}

    def add(each: Form) -> None:
        if each.key in found:
            return
        found[each.key] = each
        for _, what, key, _ in references(each):
            other = source.form(key) if what == "form" else None
            if other is not None:
                add(other)

    add(form)
    yield from reversed(found.values())


def _without_former_keys(value: Any) -> Any:
    """Return elements without the keys that they once had: those are of data that does not come along."""
    if isinstance(value, dict):
        return {name: _without_former_keys(each) for name, each in value.items() if name != "was"}
    return [_without_former_keys(each) for each in value] if isinstance(value, list) else value


def _pruned(grammar: Grammar, document: Json, first: int) -> tuple[Json, list[Json]]:
    """Take out what leads nowhere in the forms that came, until nothing does."""
    dropped: list[Json] = []
    for _ in range(_ROUNDS):
        wrong = next(_wrong(grammar, document, first), None)
        if wrong is None:
            return document, dropped
        pointer = _smallest(wrong.path)
        place = said(document, pointer)
        label, whole = _called(document, pointer)
        dropped.append({"path": place, "label": label, "whole": whole, "code": wrong.code})
        document = applied(document, [["delete" if isinstance(pointer[-1], int) else "drop", list(pointer)]])
    raise Invalid([Issue("", "package.too_tangled")], "draft.refused")


def _wrong(grammar: Grammar, document: Json, first: int) -> Iterator[Issue]:
    try:
        load_verified(orjson.dumps(document), grammar)
    except Invalid as error:
        for each in error.issues:
            parts = each.path.split("/")
            if parts[1:2] == ["forms"] and len(parts) > 3 and int(parts[2]) >= first:
                yield each


def _smallest(path: str) -> tuple[str | int, ...]:
    """Return what to take out: a field as a whole, else the entry of a list, else a property."""
    _, forms, form, *rest = path.split("/")
    steps: list[str | int] = [int(each) if each.isdecimal() else each for each in rest]
    if steps[0] == "fields":
        return (forms, int(form), *steps[: 4 if steps[2:3] == ["fields"] and len(steps) > 3 else 2])
    last = max((place for place, each in enumerate(steps) if isinstance(each, int)), default=0)
    # What stands in an entry that has more than one thing to say goes alone, like the filter of a view.
    end = last + 2 if steps[0] == "views" and len(steps) > last + 1 and last == 1 else last + 1
    return (forms, int(form), *steps[:end])


def _called(document: Json, pointer: tuple[str | int, ...]) -> tuple[Any, bool]:
    """Return what something that goes is called, and whether by itself: else by the element around."""
    for end in range(len(pointer), 1, -1):
        found = value_at(document, pointer[:end])
        if isinstance(found, dict) and found.get("label"):
            return found["label"], end == len(pointer)
    return str(pointer[-1]), True
