"""Gestures on a dashboard: one more widget, another place, another size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from builder.designer.boards.layout import Spot, Spots, free_spot, laid_out, settled, stepped
from builder.designer.desk import Desk
from builder.designer.elements.around import surroundings
from builder.designer.elements.making import kind_label, new_element
from builder.designer.elements.shapes import shape_at
from builder.designer.reading import Json
from builder.drafting.places import locate
from builder.drafting.web import no_number
from schemas.errors import Invalid, Issue, NotFound

_LONGEST = 4  # digits of a number of the grid


def board_gesture(desk: Desk, name: str) -> list[Json]:
    """Return a gesture as commands, the one it is about last. Raises NotFound, Invalid."""
    place = desk.call.field("place")
    if name == "add_widget":
        return _add(desk, place)
    board, _, key = place.rpartition("/widgets/")
    widgets = _widgets(desk, board)
    spots = laid_out(widgets)
    if key not in spots:
        raise NotFound("draft.nothing_there", name=place)
    if name == "copy_widget":
        return [_copy(desk, board, key, spots)]
    found = _dragged(desk, spots, key) if name == "drag" else stepped(spots, key, desk.call.field("way"))
    return [*_placed(board, widgets, found, key), _place(board, key, found[key])]


def _widgets(desk: Desk, board: str) -> list[Json]:
    found = desk.element(board).get("widgets", [])
    return [each for each in found if isinstance(each, dict)]


def _placed(board: str, widgets: list[Json], spots: Spots, key: str) -> Iterator[Json]:
    """Yield what says anew where the others stand."""
    for each in widgets:
        own = str(each["key"])
        if own != key and each.get("place") != spots[own].said():
            yield _place(board, own, spots[own])


def _place(board: str, key: str, spot: Spot) -> Json:
    return {"do": "update", "at": f"{board}/widgets/{key}", "set": {"place": spot.said()}}


def _dragged(desk: Desk, spots: Spots, key: str) -> Spots:
    """Return the layout as the browser shows it; what it says is made whole again."""
    said = {name.removeprefix("spot."): value for name, value in desk.call.posted
            if name.startswith("spot.") and isinstance(value, str)}  # fmt: skip
    found = {each: _spot(value) for each, value in said.items() if each in spots}
    return settled({**spots, **found}, key)


def _spot(text: str) -> Spot:
    numbers = text.split(",")
    if len(numbers) != 4 or not all(
        each.isascii() and each.isdecimal() and len(each) <= _LONGEST for each in numbers
    ):
        raise no_number("spot", text)
    x, y, w, h = map(int, numbers)
    return Spot(x, y, w, h).within()


def _add(desk: Desk, board: str) -> list[Json]:
    """Return a new widget where it was dropped, or where there is room."""
    kinds, tag, document = desk.call.installation.widgets, desk.call.field("type"), desk.draft.document
    if tag not in kinds:
        raise Invalid([Issue("type", "definition.unknown_type", {"name": tag})], "draft.refused")
    widgets = _widgets(desk, board)
    pointer = (*locate(document, board), "widgets", len(widgets))
    shape = shape_at(desk.call.installation.grammar.app, document, pointer)
    label = kind_label(shape.models[tag], tag, desk.texts)
    taken = [str(each.get("key")) for each in widgets]
    around = replace(surroundings(document, pointer, desk.texts), latest=_latest(widgets))
    value = new_element(shape, tag, label, taken, around, desk.texts)
    spots, (w, h), key = laid_out(widgets), kinds[tag].size, value["key"]
    dropped = desk.call.field("spot")
    spot = replace(_spot(dropped), w=w, h=h).within() if dropped else free_spot(spots, w, h)
    found = settled({**spots, key: spot}, key) if dropped else {**spots, key: spot}
    moved = _placed(board, widgets, found, key) if dropped else ()
    return [*moved, {"do": "add", "to": f"{board}/widgets", "value": {**value, "place": found[key].said()}}]


def _latest(widgets: list[Json]) -> str:
    return next((str(each["form"]) for each in reversed(widgets) if each.get("form")), "")


def _copy(desk: Desk, board: str, key: str, spots: Spots) -> Json:
    widget = next(each for each in _widgets(desk, board) if each["key"] == key)
    number = 2
    while f"{key[:36]}_{number}" in spots:
        number += 1
    spot = free_spot(spots, spots[key].w, spots[key].h)
    value = {**widget, "key": f"{key[:36]}_{number}", "place": spot.said()}
    value.pop("was", None)
    return {"do": "add", "to": f"{board}/widgets", "value": value}


def board_after(desk: Desk, place: str) -> str:
    """Return the page after a gesture: the dashboard with the widget that it was about."""
    call, (_, board, *rest) = desk.call, place.split("/")
    if call.field("do") == "remove" and call.field("place") == call.field("show"):
        return f"{desk.base}/dashboards/{board}"
    widget = rest[1] if rest[1:] else call.field("show").rpartition("/widgets/")[2]
    return f"{desk.base}/dashboards/{board}" + (f"?at={widget}" if widget and "/" not in widget else "")


def board_still(desk: Desk, url: str) -> str:
    """Return a dashboard's page, or the list where it is no longer there."""
    key = urlsplit(url).path.rpartition("/")[2]
    there = {str(each.get("key")) for each in desk.draft.document.get("dashboards", ())}
    return url if key in there else desk.element_url("dashboards")
