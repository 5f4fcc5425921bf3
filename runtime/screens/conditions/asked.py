"""A condition as a form sends it: ``f.<place>.<what>``, places from the outermost group inwards (``0-1``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from engines.expression.conditions import Formula, Group, Part, Row

MOST = 60
DEEPEST = 8
Pairs = Sequence[tuple[str, str]]
_NAME = re.compile(r"f\.([0-9]{1,3}(?:-[0-9]{1,3})*)\.(field|op|value|to|lines|formula|match)")
_Values = dict[str, list[str]]


def asks(pairs: Iterable[tuple[str, str]]) -> bool:
    """Tell whether there is a condition among parameters."""
    return any(_NAME.fullmatch(name) for name, _ in pairs)


def read_group(pairs: Pairs) -> Group:
    """Return the group that parameters say; parts in the order of their places."""
    said: dict[tuple[int, ...], _Values] = {}
    for name, value in pairs:
        found = _NAME.fullmatch(name)
        if found is not None:
            place = tuple(map(int, found[1].split("-")))
            if len(place) <= DEEPEST and (place in said or len(said) < MOST):
                said.setdefault(place, {}).setdefault(found[2], []).append(value)
    outermost = [value for name, value in pairs if name == "match"]
    return Group(_match(outermost), tuple(_parts(said, ())))


def _parts(said: Mapping[tuple[int, ...], _Values], around: tuple[int, ...]) -> Iterator[Part]:
    depth = len(around)
    for number in sorted({place[depth] for place in said if len(place) > depth and place[:depth] == around}):
        place = (*around, number)
        values = said.get(place, {})
        if "formula" in values:
            yield Formula(values["formula"][-1].strip())
        elif "field" in values:
            yield _row(values)
        else:
            yield Group(_match(values.get("match", ())), tuple(_parts(said, place)))


def _row(values: _Values) -> Row:
    given = [each.strip() for each in values.get("value", ())]
    if "to" in values:
        given = [*(given[-1:] or [""]), values["to"][-1].strip()]
    lines = "\n".join(values.get("lines", ())).splitlines()
    given += [each.strip() for each in lines if each.strip()]
    field = tuple(values["field"][-1].strip().split("."))
    return Row(field, values.get("op", [""])[-1], tuple(given) if any(given) else ())


def _match(values: Sequence[str]) -> str:
    return "any" if values and values[-1] == "any" else "all"


def group_pairs(group: Group) -> Iterator[tuple[str, str]]:
    """Return the parameters that say the group again."""
    if group.match == "any":
        yield "match", "any"
    yield from _pairs(group, "")


def _pairs(group: Group, around: str) -> Iterator[tuple[str, str]]:
    for number, part in enumerate(group.parts):
        place = f"{around}{number}"
        name = f"f.{place}"
        match part:
            case Formula(text):
                yield f"{name}.formula", text
            case Row(field, op, values):
                yield f"{name}.field", ".".join(field)
                yield f"{name}.op", op
                yield from ((f"{name}.value", value) for value in values)
            case Group(match):
                yield f"{name}.match", match
                yield from _pairs(part, f"{place}-")
