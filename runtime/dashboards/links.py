"""Where a dashboard is, and from a figure to the list that shows exactly the records it counts."""

from __future__ import annotations

from urllib.parse import urlencode

from engines.expression import to_text
from engines.query import Reached
from engines.report.answer import Door

_LONGEST = 4_000  # characters of an address that every browser and proxy carries


def dashboard_url(app: str, key: str) -> str:
    """Return the address of a dashboard."""
    return f"/a/{app}/dashboards/{key}"


def pairs(door: Door) -> list[tuple[str, str]]:
    """Return the parameters of a list, the same at every door."""
    found = [] if door.where is None else [("filter", to_text(door.where))]
    return found if door.reached is None else [*found, ("reached", reached_text(door.reached))]


def list_url(app: str, door: Door | None) -> str:
    """Return the address of the list, blank where there is none or it would be endless."""
    if door is None:
        return ""
    query = urlencode(pairs(door))
    url = f"/a/{app}/{door.form}"
    return "" if len(query) > _LONGEST else f"{url}?{query}" if query else url


def reached_text(reached: Reached) -> str:
    """Write ``stage:open:new,open,won``: the field, the step, and all steps in their order."""
    return f"{reached.field}:{reached.step}:{','.join(reached.steps)}"


def read_reached(text: str) -> Reached | None:
    """Read what ``reached_text`` wrote, None for what is something else."""
    field, _, rest = text.partition(":")
    step, _, steps = rest.partition(":")
    several = tuple(steps.split(","))
    return Reached(field, several, step) if field and step in several else None
