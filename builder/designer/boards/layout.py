"""Where widgets stand on twelve columns: nothing overlaps, nothing is wider than the grid, gaps close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any

COLUMNS = 12
_TALLEST = 20
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """A rectangle of the grid, counted from its upper left corner."""

    x: int
    y: int
    w: int
    h: int

    def meets(self, other: Spot) -> bool:
        """Tell whether two rectangles share anything."""
        return self.beside(other) and self.y < other.y + other.h and other.y < self.y + self.h

    def beside(self, other: Spot) -> bool:
        """Tell whether two rectangles share a column."""
        return self.x < other.x + other.w and other.x < self.x + self.w

    def said(self) -> Json:
        """Return it as a definition says it."""
        return asdict(self)

    def within(self) -> Spot:
        """Return the nearest rectangle that the grid has room for."""
        w, h = min(max(self.w, 1), COLUMNS), min(max(self.h, 1), _TALLEST)
        return Spot(min(max(self.x, 0), COLUMNS - w), max(self.y, 0), w, h)


Spots = dict[str, Spot]


def laid_out(widgets: Sequence[Json]) -> Spots:
    """Return where each widget stands; those that do not say it follow the one before, as on screen."""
    places = {str(each.get("key")): each.get("place") or {} for each in widgets}
    found: Spots = {key: _spot(place) for key, place in places.items() if "x" in place}
    x = y = 0
    for key, place in places.items():
        if key in found:
            continue
        spot = replace(_spot(place), x=x, y=y)
        while spot.x + spot.w > COLUMNS or _hit(spot, found):
            x, y = (x + 1, y) if x + 1 < COLUMNS else (0, y + 1)
            spot = replace(spot, x=x, y=y)
        found[key] = spot
    return {key: found[key] for key in places}


def _spot(place: Json) -> Spot:
    said = {name: place.get(name, default) for name, default in (("x", 0), ("y", 0), ("w", 6), ("h", 4))}
    return Spot(**said)


def settled(spots: Mapping[str, Spot], first: str = "") -> Spots:
    """Return the widgets without overlaps and gaps; ``first`` stays and pushes the others down."""
    inside = {key: spot.within() for key, spot in spots.items()}
    placed: Spots = {}
    for key in sorted(inside, key=lambda each: (each != first, inside[each].y, inside[each].x)):
        placed[key] = _below(inside[key], placed)
    for key in sorted(placed, key=lambda each: (placed[each].y, placed[each].x)):
        spot = placed.pop(key)
        while spot.y and not _hit(higher := replace(spot, y=spot.y - 1), placed):
            spot = higher
        placed[key] = spot
    return {key: placed[key] for key in spots}


def _below(spot: Spot, placed: Spots) -> Spot:
    while hit := next(_hits(spot, placed), None):
        spot = replace(spot, y=hit.y + hit.h)
    return spot


def _hits(spot: Spot, placed: Spots) -> Iterator[Spot]:
    return (each for each in placed.values() if spot.meets(each))


def _hit(spot: Spot, placed: Spots) -> bool:
    return any(_hits(spot, placed))


def free_spot(spots: Spots, w: int, h: int) -> Spot:
    """Return the uppermost place that has room for something new."""
    for y, x in product(range(1000), range(COLUMNS - w + 1)):
        spot = Spot(x, y, w, h)
        if not _hit(spot, spots):
            return spot
    return Spot(0, 0, w, h)


def stepped(spots: Spots, key: str, way: str) -> Spots:
    """Return the layout after one step of a widget. ``way``: a direction, or a change of its size."""
    spot = spots[key]
    if way in {"left", "right"}:
        return _sideways(spots, key, -1 if way == "left" else 1)
    if way == "down":
        return _downwards(spots, key)
    # At the right edge a widget grows to the left.
    shift = 1 if way == "wider" and spot.x + spot.w == COLUMNS else 0
    changes = {
        "up": replace(spot, y=spot.y - 1),
        "wider": replace(spot, x=spot.x - shift, w=spot.w + 1),
        "narrower": replace(spot, w=spot.w - 1),
        "taller": replace(spot, h=spot.h + 1),
        "lower": replace(spot, h=spot.h - 1),
    }
    return settled({**spots, key: changes.get(way, spot).within()}, key)


def _downwards(spots: Spots, key: str) -> Spots:
    """Return the layout with what stands below on top: a step into a gap would close again at once."""
    spot = spots[key]
    below = [each for each, one in spots.items() if one.y >= spot.y + spot.h and one.beside(spot)]
    if not below:
        return dict(spots)
    nearest = min(below, key=lambda each: spots[each].y)
    return settled({**spots, nearest: replace(spots[nearest], y=spot.y)}, nearest)


def _sideways(spots: Spots, key: str, by: int) -> Spots:
    """Return the layout after a step to the side; a neighbour of the same height changes places."""
    spot = spots[key]
    edge = spot.x if by < 0 else spot.x + spot.w
    for other, one in spots.items():
        touches = one.x + one.w == edge if by < 0 else one.x == edge
        if other != key and touches and (one.y, one.h) == (spot.y, spot.h):
            left = min(spot.x, one.x)
            swapped = (replace(spot, x=left), replace(one, x=left + spot.w)) if by < 0 else (
                replace(spot, x=left + one.w), replace(one, x=left))  # fmt: skip
            return settled({**spots, key: swapped[0], other: swapped[1]}, key)
    return settled({**spots, key: replace(spot, x=spot.x + by).within()}, key)
