"""What the pages of to-dos and notices show."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.formats import Moment
from frontend.views import Action, Link


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A to-do or a notice. ``marks``: short words beside it; ``strong``: late, or not read yet."""

    title: str
    body: str = ""
    url: str = ""
    about: str = ""
    when: Moment | None = None
    when_text: str = ""
    marks: tuple[str, ...] = ()
    strong: bool = False
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkPage:
    """``pages/work.html``: a list, its tabs, and where it goes on."""

    title: str
    icon: str
    tabs: tuple[Link, ...] = ()
    rows: tuple[WorkRow, ...] = ()
    empty: str = ""
    next_url: str = ""
    actions: tuple[Action, ...] = ()
