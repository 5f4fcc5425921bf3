"""Where a widget stands on the page."""

from __future__ import annotations

from schemas.behaviour import Place


def style(place: Place) -> str:
    """Return where a widget stands on the grid, as properties that a narrow screen overrules."""
    at = "" if place.x is None or place.y is None else f"--x:{place.x + 1};--y:{place.y + 1};"
    return f"{at}--w:{place.w};--h:{place.h}"
