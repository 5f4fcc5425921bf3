"""What a person does to a condition: every button is one command, ``row:0-1`` or ``drop:2``."""

from __future__ import annotations

from dataclasses import replace

from engines.expression.conditions import Formula, Group, Part, Row

Place = tuple[int, ...]


def edited(group: Group, command: str, blank: Row) -> tuple[Group, str]:
    """Return the group after a command, and the place to go on with.

    ``row:``, ``formula:`` and ``group:`` add a part to the group of that place, ``drop:`` takes one away.
    Anything else changes nothing.
    """
    word, _, said = command.partition(":")
    place = _place(said)
    if place is None:
        return group, ""
    if word == "drop":
        return _dropped(group, place), _beside(place)
    around = group.match if not place else _match_at(group, place)
    added: dict[str, Part] = {
        "row": blank,
        "formula": Formula(""),
        "group": Group("all" if around == "any" else "any", (blank,)),
    }
    if around is None or word not in added:
        return group, ""
    found, number = _added(group, place, added[word])
    at = "-".join(map(str, (*place, number)))
    return found, f"{at}-0" if word == "group" else at


def _place(text: str) -> Place | None:
    parts = text.split("-") if text else []
    if not all(each.isascii() and each.isdecimal() and len(each) < 4 for each in parts):
        return None
    return tuple(map(int, parts))


def _match_at(group: Group, place: Place) -> str | None:
    part: Part = group
    for number in place:
        if not isinstance(part, Group) or number >= len(part.parts):
            return None
        part = part.parts[number]
    return part.match if isinstance(part, Group) else None


def _added(group: Group, place: Place, part: Part) -> tuple[Group, int]:
    if not place:
        return replace(group, parts=(*group.parts, part)), len(group.parts)
    inner = group.parts[place[0]]
    assert isinstance(inner, Group)  # noqa: S101 - the place was looked up
    changed, number = _added(inner, place[1:], part)
    return _with(group, place[0], changed), number


def _dropped(group: Group, place: Place) -> Group:
    if not place or place[0] >= len(group.parts):
        return group
    if len(place) == 1:
        return replace(group, parts=group.parts[: place[0]] + group.parts[place[0] + 1 :])
    inner = group.parts[place[0]]
    return _with(group, place[0], _dropped(inner, place[1:])) if isinstance(inner, Group) else group


def _with(group: Group, number: int, part: Part) -> Group:
    return replace(group, parts=(*group.parts[:number], part, *group.parts[number + 1 :]))


def _beside(place: Place) -> str:
    return "-".join(map(str, (*place[:-1], max(place[-1] - 1, 0)))) if place else ""
