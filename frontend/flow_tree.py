"""View models of a flow drawn as cards from the top down."""

from __future__ import annotations

from dataclasses import dataclass, field

from frontend.design import DraftBar, ElementPage, Problem
from frontend.views import Item, Link


@dataclass(frozen=True, slots=True)
class FlowChip:
    """A way to a card elsewhere. ``kind``: back, jump, missing, on or stay; ``url`` leads to what says it."""

    text: str
    url: str
    kind: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class FlowPlus:
    """Between two cards: what may be put there, once it is ``open``. ``edges``: the ways it would divide.

    ``targets``: the cards to which the way may lead instead. ``name``: of the one way, where it has one.
    """

    id: str
    url: str
    text: str
    edges: tuple[str, ...]
    open: bool = False
    kinds: tuple[Item, ...] = ()
    targets: tuple[Item, ...] = ()
    name: FlowChip | None = None


@dataclass(frozen=True, slots=True)
class FlowBranch:
    """One of the ways that stand side by side. ``note``: its condition as a sentence."""

    title: str
    note: str
    url: str
    chosen: bool
    line: FlowLine
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FlowCard:
    """A node. ``growth``: in which of its properties one more way may be said, with the button's text."""

    place: str
    url: str
    title: str
    kind: str
    icon: str
    note: str
    chosen: bool
    tone: str = ""
    chips: tuple[FlowChip, ...] = ()
    branches: tuple[FlowBranch, ...] = ()
    growth: tuple[Item, ...] = ()
    plus: FlowPlus | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class FlowLine:
    """Cards one below the other. ``plus`` stands above the first; ``chip`` says what comes after the last."""

    cards: tuple[FlowCard, ...]
    plus: FlowPlus | None = None
    chip: FlowChip | None = None
    ends: bool = False


@dataclass(frozen=True, slots=True)
class FlowPage:
    """``builder/flow.html``. ``part``: what is chosen, with its panels; ``way``: what it stands in.

    ``to_be_stages``: options of which a stage each can be made in one go.
    """

    title: str
    note: str
    place: str
    url: str
    bar: DraftBar
    line: FlowLine
    stages: tuple[FlowLine, ...]
    loose: tuple[FlowLine, ...]
    part: ElementPage
    way: tuple[Link, ...] = ()
    chosen: bool = False
    problems: tuple[Problem, ...] = field(default=())
    to_be_stages: tuple[Item, ...] = ()
