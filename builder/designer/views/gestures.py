"""Gestures on the table of a view that its panel has no button for."""

from __future__ import annotations

from builder.designer.desk import Desk
from builder.designer.reading import Json
from builder.designer.views.pages import view_at
from schemas.errors import NotFound

_NEXT = {None: False, False: True}  # not sorted, ascending, descending, not sorted


def sort_by(desk: Desk) -> Json:
    """Return what sorts a view by a column, turns the order, or leaves the column out. Raises NotFound."""
    place, key = desk.call.field("place"), desk.call.field("field")
    if not view_at(place):
        raise NotFound("draft.nothing_there", name=place)
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
