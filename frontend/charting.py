"""View model of a list as a chart."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.boards import WidgetView
from frontend.records import Pairs
from frontend.views import Item, Link


@dataclass(frozen=True, slots=True)
class Keeping:
    """Putting the chart on a dashboard: posts ``widget`` with a title and one of ``boards`` to ``url``."""

    url: str
    title: str
    widget: str
    boards: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ChartPage:
    """``runtime/chart.html``. ``said``: which records; ``unsearched``: the search has no part in it.

    ``keep``: the query pairs that a form with other choices sends along.
    """

    title: str
    heading: str
    url: str
    widgets: tuple[WidgetView, ...]
    kinds: tuple[Link, ...]
    keep: Pairs
    fields: tuple[Item, ...]
    by: str
    buckets: tuple[Item, ...]
    bucket: str
    measures: tuple[Item, ...]
    measure: str
    said: tuple[str, ...] = ()
    unsearched: bool = False
    keeping: Keeping | None = None
