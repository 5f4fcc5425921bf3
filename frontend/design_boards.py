"""View models of the dashboard designer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from frontend.boards import WidgetView
from frontend.design import DraftBar, ElementPage, PaletteGroup, Problem


@dataclass(frozen=True, slots=True)
class BoardTile:
    """A widget on the canvas. ``view``: as people will see it; without one ``problem`` may say why."""

    key: str
    place: str
    url: str
    title: str
    icon: str
    x: int
    y: int
    w: int
    h: int
    view: WidgetView | None
    problem: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class BoardDesignPage:
    """``builder/board.html``. ``panel``: the chosen widget's, or the dashboard's own.

    ``sizes``: columns and rows of a new widget of each kind.
    """

    title: str
    bar: DraftBar
    place: str
    url: str
    palette: tuple[PaletteGroup, ...]
    tiles: tuple[BoardTile, ...]
    chosen: BoardTile | None
    panel: ElementPage
    sizes: Mapping[str, tuple[int, int]]
    problems: tuple[Problem, ...] = ()
