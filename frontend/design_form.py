"""View models of the form designer: fields, the sections and tabs they stand in, the page."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.design import DraftBar, PaletteGroup, Panel, Problem
from frontend.remarks import RemarkBox
from frontend.views import FieldView, Link


@dataclass(frozen=True, slots=True)
class CanvasField:
    """A field as it will look, with its handles. ``up``, ``down``: into which section, before which field."""

    place: str
    key: str
    view: FieldView
    kind: str
    icon: str
    url: str
    chosen: bool
    required: bool
    can_require: bool
    up: tuple[str, str] | None = None
    down: tuple[str, str] | None = None
    section: str = ""
    error: str = ""
    remarks: int = 0


@dataclass(frozen=True, slots=True)
class CanvasGroup:
    """A section on the canvas, or without a ``place`` the fields that none names.

    ``up`` and ``down``: the tab and the section before which it would go; ``facts``: what else it says.
    """

    key: str
    title: str
    fields: tuple[CanvasField, ...]
    place: str = ""
    url: str = ""
    tab: str = ""
    chosen: bool = False
    up: tuple[str, str] | None = None
    down: tuple[str, str] | None = None
    facts: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class CanvasTab:
    """A tab on the canvas with its sections; without a ``place`` what stands above or beneath the tabs.

    ``left`` and ``right``: before which tab it would go, None where it cannot.
    """

    key: str
    title: str
    groups: tuple[CanvasGroup, ...]
    place: str = ""
    left: str | None = None
    right: str | None = None


@dataclass(frozen=True, slots=True)
class FormDesignPage:
    """``builder/form.html``. ``fresh``: what is chosen waits for its name. ``section``: of new fields."""

    title: str
    bar: DraftBar
    place: str
    url: str
    palette: tuple[PaletteGroup, ...]
    fields: tuple[CanvasField, ...]
    panel: Panel | None
    problems: tuple[Problem, ...] = ()
    parts_url: str = ""
    remarks: RemarkBox | None = None
    used: tuple[Link, ...] | None = None
    fresh: bool = False
    frames: tuple[CanvasTab, ...] = ()
    section: str = ""
