"""What the pages of to-dos and notices show."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.formats import Moment
from frontend.views import Action, FieldView, Link


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A to-do, a notice or a flow. ``marks``: short words beside it; ``strong``: late, or not read yet.

    ``notes``: what was said when it was handed on. ``color``: of the marks of what is not ``strong``.
    """

    title: str
    body: str = ""
    url: str = ""
    about: str = ""
    when: Moment | None = None
    when_text: str = ""
    marks: tuple[str, ...] = ()
    strong: bool = False
    actions: tuple[Action, ...] = ()
    notes: tuple[str, ...] = ()
    color: str = "gray"


@dataclass(frozen=True, slots=True)
class WorkPage:
    """``pages/work.html``: a list, its tabs, where it goes on; ``filters``: the apps to choose from."""

    title: str
    icon: str
    tabs: tuple[Link, ...] = ()
    rows: tuple[WorkRow, ...] = ()
    empty: str = ""
    next_url: str = ""
    actions: tuple[Action, ...] = ()
    filters: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class HandingPage:
    """``pages/handing.html``: posts ``to`` and ``comment``."""

    title: str
    url: str
    to: FieldView
    comment: str
    errors: tuple[str, ...]
    cancel_url: str


@dataclass(frozen=True, slots=True)
class OwnPage:
    """``pages/own.html``: a to-do one writes for oneself; ``kept`` is posted along, ``about`` a record."""

    title: str
    url: str
    fields: tuple[FieldView, ...]
    about: str
    kept: tuple[tuple[str, str], ...]
    cancel_url: str
