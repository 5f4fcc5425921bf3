"""What a widget found: figures by group, and for each the records that stand behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engines.expression import Node
from engines.query import Reached
from schemas.elements import Text


@dataclass(frozen=True, slots=True)
class Head:
    """A column: a dimension, or with a ``function`` a figure. ``path``: the form and field it speaks of."""

    key: str
    label: Text | None = None
    path: tuple[str, str] | None = None
    bucket: str | None = None
    function: str | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """The records behind a figure: ``where`` of a form, or also those that reached a step."""

    form: str
    where: Node | None = None
    reached: Reached | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One group: its values, one figure a measure, and a door a figure; None: nothing can stand behind it."""

    groups: tuple[Any, ...]
    figures: tuple[Any, ...]
    doors: tuple[Door | None, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader should know: that not all is listed, or that something was assumed."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """Dimensions and figures of one widget.

    ``total``: the same figures over all groups. ``forbidden``: the viewer may not use what it asks for, and
    learns nothing else.
    """

    dimensions: tuple[Head, ...] = ()
    measures: tuple[Head, ...] = ()
    lines: tuple[Line, ...] = ()
    total: Line | None = None
    notes: tuple[Note, ...] = ()
    forbidden: bool = False

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to show."""
        return not any(value for line in self.lines for value in line.figures)


FORBIDDEN = Answer(forbidden=True)
