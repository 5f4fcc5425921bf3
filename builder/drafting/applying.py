"""A command applied to a draft: refused with placed problems, or turned into steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from builder.drafting.commands import Add, Batch, Command, Move, Remove, Rename, Update, Upgrade
from builder.drafting.places import Pointer, locate, place_of, value_at
from builder.drafting.steps import Step, applied, between, inverse
from engines.expression.renaming import rename_key
from schemas.dumper import plain
from schemas.elements import App
from schemas.errors import Invalid, Issue
from schemas.grammar import Grammar
from schemas.problems import pointer as written
from schemas.problems import problems

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Applied:
    """What a command made of a draft. ``back``: the steps that undo it; ``at``: where to look now."""

    document: Json
    steps: list[Step]
    back: list[Step]
    at: str


def apply_command(grammar: Grammar, document: Json, command: Command) -> Applied:
    """Apply a command. Raises NotFound for a place that is not there, Invalid for what cannot be said."""
    steps, at = _STEPS[type(command)](grammar, document, command)
    after = applied(document, steps)
    check_touched(grammar, after, steps)
    return Applied(after, steps, inverse(document, steps), at)


def _add(_: Grammar, document: Json, command: Add) -> tuple[list[Step], str]:
    items, steps = _list(document, command.to)
    key = command.value.get("key")
    if key is not None and any(isinstance(each, dict) and each.get("key") == key for each in items):
        raise Invalid([Issue(command.to, "definition.repeated_key", {"name": key})], "draft.refused")
    index = place_of(items, command.before)
    at = command.to.split("/")
    pointer = locate(applied(document, steps), command.to)
    name = str(key) if key is not None else str(index)
    return [*steps, ["insert", [*pointer, index], command.value]], "/".join((*at, name))


def _list(document: Json, place: str) -> tuple[list[Any], list[Step]]:
    """Return the list at a place; one that is not said yet is empty, and made by a step of its own."""
    above, _, name = place.rpartition("/")
    pointer = locate(document, above)
    holder = value_at(document, pointer)
    if isinstance(holder, dict) and name and name not in holder:
        return [], [["put", [*pointer, name], []]]
    items = value_at(document, locate(document, place))
    if not isinstance(items, list):
        raise Invalid([Issue(place, "draft.no_list", {"name": place})], "draft.refused")
    return items, []


def _update(_: Grammar, document: Json, command: Update | Upgrade) -> tuple[list[Step], str]:
    pointer = locate(document, command.at)
    element = value_at(document, pointer)
    if not isinstance(element, dict):
        raise Invalid([Issue(command.at, "draft.no_element", {"name": command.at})], "draft.refused")
    if command.set.get("key", element.get("key")) != element.get("key"):
        raise Invalid([Issue(command.at, "draft.rename_instead")], "draft.refused")
    steps: list[Step] = []
    for name, value in command.set.items():
        if value is not None:
            steps.append(["put", [*pointer, name], value])
        elif name in element:
            steps.append(["drop", [*pointer, name]])
    return steps, command.at


def _move(_: Grammar, document: Json, command: Move) -> tuple[list[Step], str]:
    pointer, place = locate(document, command.at), command.at
    element = value_at(document, pointer)
    home = place.rpartition("/")[0]
    target = home if command.to is None else command.to
    if f"{target}/".startswith(f"{place}/"):
        raise Invalid([Issue(place, "draft.into_itself")], "draft.refused")
    without = applied(document, [["delete", list(pointer)]])
    items, steps = _list(without, target)
    key = element.get("key") if isinstance(element, dict) else None
    if target != home and any(isinstance(each, dict) and each.get("key") == key for each in items):
        raise Invalid([Issue(target, "definition.repeated_key", {"name": key})], "draft.refused")
    into = locate(applied(without, steps), target)
    index = place_of(items, command.before)
    moved = [["delete", list(pointer)], *steps, ["insert", [*into, index], element]]
    return moved, f"{target}/{key if key is not None else index}"


def _remove(_: Grammar, document: Json, command: Remove) -> tuple[list[Step], str]:
    pointer = locate(document, command.at)
    if not pointer:
        raise Invalid([Issue("", "draft.no_element", {"name": ""})], "draft.refused")
    in_list = isinstance(pointer[-1], int)
    return [["delete" if in_list else "drop", list(pointer)]], command.at.rpartition("/")[0]


def _rename(grammar: Grammar, document: Json, command: Rename) -> tuple[list[Step], str]:
    """Rename in the whole definition, as far as it is one: a draft with gaps is renamed where it stands."""
    pointer = locate(document, command.at)
    element = value_at(document, pointer)
    # The app itself keeps its key: by it, and by nothing else, people may design it.
    if not pointer or not isinstance(element, dict) or "key" not in element:
        raise Invalid([Issue(command.at, "draft.no_element", {"name": command.at})], "draft.refused")
    old = element["key"]
    above, _, _ = command.at.rpartition("/")
    siblings = value_at(document, pointer[:-1])
    if any(isinstance(each, dict) and each.get("key") == command.key for each in siblings):
        raise Invalid([Issue(command.at, "definition.repeated_key", {"name": command.key})], "draft.refused")
    if above.partition("/")[0] != "forms" or above.endswith("/views"):
        was = [*value_at(document, pointer).get("was", ()), old]
        kept: list[Step] = [["put", [*pointer, "was"], was]] if command.keep else []
        return [["put", [*pointer, "key"], command.key], *kept], f"{above}/{command.key}"
    app = _validate(grammar, document)
    path = ".".join(part for index, part in enumerate(command.at.split("/")) if index % 2)
    return list(
        between(plain(app), plain(rename_key(app, path, command.key, keep=command.keep)))
    ), f"{above}/{command.key}"


def _batch(grammar: Grammar, document: Json, command: Batch) -> tuple[list[Step], str]:
    """Do one after the other; what no element may say is looked for when all are done."""
    steps: list[Step] = []
    at = ""
    for each in command.commands:
        more, at = _STEPS[type(each)](grammar, document, each)
        document = applied(document, more)
        steps += more
    return steps, at


def check_touched(grammar: Grammar, document: Json, steps: list[Step]) -> None:
    """Refuse what no element may say. What only the whole can tell is told beside the draft."""
    shell = {name: value for name, value in document.items() if not isinstance(value, list)}
    for name, numbers in _touched(steps).items():
        value = document.get(name)
        if numbers is not None and isinstance(value, list):
            for number in sorted(each for each in numbers if each < len(value)):
                _validate(grammar, shell | {name: [value[number]]}, (name, number))
        elif name in document:
            _validate(grammar, shell | {name: value})


def _touched(steps: list[Step]) -> dict[Any, set[Any] | None]:
    """Return where the elements that steps touch stand when all are done; None for what is set as a whole."""
    found: dict[Any, set[Any] | None] = {}
    for do, (name, *rest), *_ in steps:
        numbers = found.setdefault(name, set())
        if numbers is None or not rest:
            found[name] = None
        elif do == "insert" and len(rest) == 1:
            found[name] = {each + (each >= rest[0]) for each in numbers} | {rest[0]}
        elif do == "delete" and len(rest) == 1:
            found[name] = {each - (each > rest[0]) for each in numbers if each != rest[0]}
        else:
            numbers.add(rest[0])
    return found


def _validate(grammar: Grammar, raw: Json, alone: Pointer = ()) -> App:
    """Read a definition, or one element alone in it. Raises Invalid; pointers are those of the whole."""
    try:
        return grammar.app.model_validate(raw, by_alias=True, by_name=False)
    except ValidationError as error:
        found = list(problems(error, raw, grammar))
    if alone:
        here, there = written((alone[0], 0)), written(alone)
        found = [replace(each, path=there + each.path.removeprefix(here)) for each in found]
    raise Invalid(found, "draft.refused")


_STEPS: dict[type[Any], Callable[[Grammar, Json, Any], tuple[list[Step], str]]] = {
    Add: _add,
    Update: _update,
    Upgrade: _update,
    Move: _move,
    Remove: _remove,
    Rename: _rename,
    Batch: _batch,
}
