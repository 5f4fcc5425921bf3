"""View models of ``ui/conditions.html`` and ``ui/formula.html``: building conditions, writing formulas."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from frontend.views import Item

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Operators:
    """Operators under one heading, which may be blank."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One comparison. ``id``: places from the outermost group inwards, ``0-1``.

    ``input``: none, text, region, lines, number, count, date, time, choice, choices or lookup; with ``pair``
    there are two of it. ``items``: what may be chosen, or of a look-up what is.
    """

    id: str
    field: str
    label: str
    op: str
    operators: tuple[Operators, ...]
    input: str = "none"
    pair: bool = False
    values: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    lookup_url: str = ""
    error: str = ""
    kind: Literal["row"] = "row"


@dataclass(frozen=True, slots=True)
class ConditionFormula:
    """What no row can show."""

    id: str
    text: str
    error: str = ""
    kind: Literal["formula"] = "formula"


@dataclass(frozen=True, slots=True)
class ConditionGroup:
    """Parts of which ``all`` or ``any`` must hold; the outermost has no ``id``."""

    id: str
    match: str
    parts: tuple[ConditionPart, ...] = ()
    kind: Literal["group"] = "group"

    @property
    def depth(self) -> int:
        """How many groups are around it."""
        return self.id.count("-") + 1 if self.id else 0


ConditionPart: TypeAlias = ConditionRow | ConditionFormula | ConditionGroup


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a formula. ``label``: how a field is called; ``wrong``: the error is here."""

    kind: str
    text: str
    label: str = ""
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a formula is found to be. ``at`` and ``length``: the characters that are wrong, counted from 1."""

    pieces: tuple[Piece, ...] = ()
    error: str = ""
    at: int = 0
    length: int = 0
    type: str = ""
    result: str = ""


@dataclass(frozen=True, slots=True)
class FormulaEditor:
    """A formula being written in the input ``name``.

    ``told_url`` answers a posted text with ``told``; ``words_url`` answers what may be written. ``records``:
    those on which it may be tried, ``record`` the chosen one.
    """

    name: str
    label: str
    text: str
    told_url: str
    words_url: str
    told: Told = field(default_factory=Told)
    records: tuple[Item, ...] = ()
    record: str = ""


@dataclass(frozen=True, slots=True)
class ConditionBuilder:
    """A condition being built.

    ``url`` answers the posted or asked-for parts with the builder as it is after ``do``. ``face``: ``rows``
    or ``formula``. ``source``: the formula the rows were made from. ``focus``: id of the part to go on with.
    ``keep``: what is sent along. ``post``: parts are posted, not asked for. ``turn`` differs in each answer:
    elements that scripts have changed are replaced by it, never adapted.
    """

    url: str
    fields: tuple[Item, ...]
    group: ConditionGroup
    face: str = "rows"
    editor: FormulaEditor | None = None
    source: str = ""
    focus: str = ""
    keep: Pairs = ()
    post: bool = False
    turn: str = ""


@dataclass(frozen=True, slots=True)
class FilterPage:
    """``runtime/filter.html``: the filter of a list on a page of its own; ``url`` is the list."""

    title: str
    url: str
    cancel_url: str
    builder: ConditionBuilder
