"""View models of a rule that reads as a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.design import DraftBar, ElementPage, Problem
from frontend.views import Item, Link


@dataclass(frozen=True, slots=True)
class RuleClause:
    """A part of the sentence: what happens, what must hold, or what is done. ``facts``: what it says besides.

    ``up`` and ``down``: before what a gesture would move it.
    """

    place: str
    url: str
    text: str
    icon: str
    kind: str = ""
    facts: tuple[str, ...] = ()
    chosen: bool = False
    blank: bool = False
    problem: str = ""
    up: str = ""
    down: str = ""


@dataclass(frozen=True, slots=True)
class RuleDesignPage:
    """``builder/rule_design.html``. ``part``: what is chosen, with its panels; ``way``: what it stands in.

    ``runs``: what the published rule did.
    """

    title: str
    place: str
    url: str
    bar: DraftBar
    when: RuleClause
    held: RuleClause
    actions: tuple[RuleClause, ...]
    kinds: tuple[Item, ...]
    part: ElementPage
    way: tuple[Link, ...] = ()
    chosen: bool = False
    off: bool = False
    problems: tuple[Problem, ...] = ()
    runs: Link | None = None
