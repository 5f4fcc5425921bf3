"""View models of dashboards: what ``templates/runtime/dashboard.html`` and ``templates/widgets`` read."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.views import Action, Link
from frontend.work import Composer, WorkRow


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
class Spot:
    """A record or page to go to, and what is told beside its name."""

    text: str
    url: str
    icon: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WidgetView:
    """A widget. ``figure`` is what Plotly draws, as JSON; ``state`` may be ``forbidden`` or ``empty``.

    ``topics``: when one of these is told, the widget asks again at ``url``. ``style`` places it.
    Without a figure it has rows of ``work``, ``spots`` or ``links``, or says what ``empty`` says.
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
    work: tuple[WorkRow, ...] = ()
    spots: tuple[Spot, ...] = ()
    links: tuple[Link, ...] = ()
    composer: Composer | None = None
    more: Link | None = None
    empty: str = ""
    csrf: str = ""


@dataclass(frozen=True, slots=True)
class DashboardPage:
    """``runtime/dashboard.html``. ``updated``: when the figures were read; ``others``: further dashboards.

    ``greeting``: on a home instead of its title.
    """

    title: str
    url: str
    widgets: tuple[WidgetView, ...]
    note: str = ""
    icon: str = ""
    updated: str = ""
    others: tuple[Link, ...] = ()
    greeting: str = ""
    arrange: Link | None = None


@dataclass(frozen=True, slots=True)
class ArrangeRow:
    """A widget among those to be put in order."""

    key: str
    title: str
    icon: str
    shown: bool


@dataclass(frozen=True, slots=True)
class ArrangePage:
    """``runtime/arrange.html``: posts ``order``, ``shown``, ``up`` or ``down``; ``reset`` forgets it all."""

    title: str
    url: str
    rows: tuple[ArrangeRow, ...]
    cancel_url: str
    reset: Action | None = None
