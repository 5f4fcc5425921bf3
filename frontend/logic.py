"""View models of the page that shows all logic of a form."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.design import DraftBar, Problem
from frontend.views import Link


@dataclass(frozen=True, slots=True)
class LogicEntry:
    """One thing that a form does by itself, as a sentence; ``url`` leads to where it is changed."""

    text: str
    url: str
    icon: str = "point"
    note: str = ""
    off: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class LogicGroup:
    """Sentences of one kind."""

    key: str
    title: str
    entries: tuple[LogicEntry, ...]


@dataclass(frozen=True, slots=True)
class LogicCircle:
    """Rules that may set each other off, in their turn."""

    text: str
    rules: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class LogicPage:
    """``builder/logic.html``."""

    title: str
    bar: DraftBar
    form_url: str
    formulas_url: str
    groups: tuple[LogicGroup, ...]
    circles: tuple[LogicCircle, ...] = ()
    problems: tuple[Problem, ...] = ()
