"""View models of records as cards: what templates of kinds of view show."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.records import Mark
from frontend.views import Cell, FieldView


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a card."""

    field: FieldView
    cell: Cell


@dataclass(frozen=True, slots=True)
class Card:
    """A record as a card. ``version`` goes along when it is put elsewhere; ``image``: where a picture is."""

    id: str
    version: str
    title: str
    url: str
    lines: tuple[Line, ...] = ()
    image: str = ""
    mark: Mark | None = None
