"""View models of what an app consists of: its relations drawn and told."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.design import DraftBar


@dataclass(frozen=True, slots=True)
class Box:
    """A form; ``short``: its name as far as it fits."""

    name: str
    short: str
    note: str
    url: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """A relation: the way of its line."""

    way: str
    label: str
    many: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation in words."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class DiagramPage:
    """``builder/diagram.html``."""

    title: str
    bar: DraftBar
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    relations: tuple[Relation, ...]
