"""View models of dashboards: what ``templates/runtime/dashboard.html`` and ``templates/widgets`` read."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.views import Link


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure to read; ``url`` leads to the records behind it, where there are any to see."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One group: its names, and its figures; ``values`` are the same as numbers, to be drawn.

    ``rest``: all groups that are not listed, together.
    """

    labels: tuple[str, ...]
    figures: tuple[Figure, ...]
    values: tuple[float | None, ...] = ()
    rest: bool = False


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The figures of a widget as a table; ``total`` stands below, ``keys`` tell measures apart."""

    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    rows: tuple[FigureRow, ...]
    total: FigureRow | None = None
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BigNumber:
    """``change``: the difference to the period before, with its sign; ``done``: percent of the target."""

    figure: Figure
    before: Figure | None = None
    change: str = ""
    up: bool = True
    target: str = ""
    done: int | None = None
    done_text: str = ""


@dataclass(frozen=True, slots=True)
class WidgetView:
    """A widget. ``figure`` is what Plotly draws, as JSON; ``state`` may be ``forbidden`` or ``empty``.

    ``topics``: when one of these is told, the widget asks again at ``url``. ``style`` places it.
    """

    key: str
    type: str
    title: str
    url: str
    icon: str = ""
    help: str = ""
    style: str = ""
    state: str = ""
    summary: str = ""
    figure: str = ""
    table: FigureTable | None = None
    number: BigNumber | None = None
    notes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """``runtime/dashboard.html``. ``updated``: when the figures were read; ``others``: further dashboards."""

    title: str
    url: str
    widgets: tuple[WidgetView, ...]
    note: str = ""
    icon: str = ""
    updated: str = ""
    others: tuple[Link, ...] = ()
