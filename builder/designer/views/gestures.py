"""Gestures on the table of a view that its panel has no button for."""

from __future__ import annotations

from builder.designer.desk import Desk
from builder.designer.reading import Json
from builder.designer.views.fits import fitting_of
from builder.designer.views.pages import view_at
from engines.expression import ValueType
from runtime.screens.grouped.said import MOST_LEVELS
from schemas.errors import NotFound

_DATED = {ValueType.date, ValueType.datetime}
_NEXT = {None: False, False: True}  # not sorted, ascending, descending, not sorted


def view_gesture(desk: Desk, name: str) -> Json:
    """Return the command that a gesture on a column means."""
    return {"sort_by": sort_by, "group_by": group_by, "total_by": total_by}[name](desk)


def sort_by(desk: Desk) -> Json:
    """Return what sorts a view by a column, turns the order, or leaves the column out. Raises NotFound."""
    place, key = _asked(desk)
    said: list[Json] = list(desk.element(place).get("sort", ()))
    was = next((bool(each.get("descending")) for each in said if each.get("field") == key), None)
    descending = _NEXT.get(was)
    one: Json = {"field": key} | ({"descending": True} if descending else {})
    kept = [each for each in said if each.get("field") != key]
    if was is None:
        found = [one, *kept]  # what was clicked last matters most
    else:
        found = kept if descending is None else [one if each.get("field") == key else each for each in said]
    return {"do": "update", "at": place, "set": {"sort": found or None}}


def group_by(desk: Desk) -> Json:
    """Return what puts the records in groups by a column, inside those that are there, or no longer does."""
    place, key = _asked(desk)
    fitting = fitting_of(desk, place.split("/")[1])
    said: list[Json] = list(desk.element(place).get("group", ()))
    kept = [each for each in said if each.get("field") != key]
    if len(kept) == len(said):
        if fitting is None or not fitting.groupable(key) or len(said) == MOST_LEVELS:
            raise NotFound("draft.nothing_there", name=place)
        kept.append({"field": key} | ({"bucket": "month"} if fitting.type_of(key) in _DATED else {}))
    return {"do": "update", "at": place, "set": {"group": kept or None}}


def total_by(desk: Desk) -> Json:
    """Return what gives a column its next figure, and after the last one none."""
    place, key = _asked(desk)
    fitting = fitting_of(desk, place.split("/")[1])
    said: list[Json] = list(desk.element(place).get("totals", ()))
    ways = ["", *fitting.figures(key)] if fitting is not None else [""]
    now = next((str(each.get("function", "sum")) for each in said if each.get("field") == key), "")
    after = ways[(ways.index(now) + 1) % len(ways)] if now in ways else ""
    kept = [each for each in said if each.get("field") != key]
    found = [*kept, {"field": key, "function": after}] if after else kept
    return {"do": "update", "at": place, "set": {"totals": found or None}}


def _asked(desk: Desk) -> tuple[str, str]:
    place = desk.call.field("place")
    if not view_at(place):
        raise NotFound("draft.nothing_there", name=place)
    return place, desk.call.field("field")
