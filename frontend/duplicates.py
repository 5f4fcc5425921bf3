"""View models of duplicates: groups that were found, records side by side, what was merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from frontend.formats import Moment
from frontend.views import Action, Cell, Event, Issue, Item, Link, Person


@dataclass(frozen=True, slots=True)
class Twin:
    """One record of a group. ``cells``: what is compared of it, in the order of the group's ``heads``."""

    id: str
    title: str
    url: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Records that may be one. ``why``: what they have in common; ``dismiss``: that says they are not."""

    twins: tuple[Twin, ...]
    heads: tuple[str, ...]
    why: str
    score: int
    merge_url: str
    dismiss: Action


@dataclass(frozen=True, slots=True)
class FoundPage:
    """``runtime/duplicates.html``. ``busy``: a scan has yet to end; ``more``: some are not shown."""

    groups: tuple[Group, ...]
    scan: Action
    busy: bool = False
    more: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One of the records side by side."""

    id: str
    title: str
    url: str
    version: str
    changed: Moment | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What one record offers for a field; ``choice`` is what its radio button posts."""

    choice: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class MergeRow:
    """One field. ``same``: there is nothing to choose; ``closed``: the person may not; ``united``: a list."""

    key: str
    label: str
    offers: tuple[Offer, ...]
    chosen: str
    same: bool = False
    closed: bool = False
    united: bool = False


@dataclass(frozen=True, slots=True)
class MergePage:
    """``runtime/merge.html``. ``moves``: what is re-pointed, with counts."""

    title: str
    url: str
    sides: tuple[Side, ...]
    survivor: str
    rows: tuple[MergeRow, ...]
    moves: Sequence[tuple[str, str]]
    cancel_url: str
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """A record that was taken in: what it held, and what happened to it."""

    title: str
    facts: tuple[tuple[str, str], ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """One merge. ``undo`` None: it was taken back already, or the person may not."""

    when: Moment
    who: Person | None
    taken: tuple[Taken, ...]
    undone: Moment | None = None
    undo: Action | None = None


@dataclass(frozen=True, slots=True)
class MergesPage:
    """``runtime/merges.html``."""

    title: str
    back: Link
    past: tuple[Past, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """Records that may be the one being filled in. ``field``: beside which that is said.

    ``links``: to those that may be opened. ``refused``: it will not be saved like this.
    """

    field: str
    text: str
    why: str = ""
    links: tuple[Link, ...] = ()
    refused: bool = False


@dataclass(frozen=True, slots=True)
class AlikeParts:
    """``ui/alike.html``: what a form being filled resembles just now."""

    alike: tuple[Alike, ...] = ()


@dataclass(frozen=True, slots=True)
class TriedField:
    """A field that a rule compares. ``said``: what is typed in the two lines; ``choices`` of a select."""

    key: str
    label: str
    said: tuple[str, ...]
    choices: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """A field as it is compared in each line, and how alike that is."""

    label: str
    said: tuple[str, ...]
    score: str


@dataclass(frozen=True, slots=True)
class MatchTrial:
    """``ui/matching.html``: a rule is tried. ``verdict``: blank before two lines can be compared."""

    url: str
    place: str
    fields: tuple[TriedField, ...]
    verdict: str = ""
    good: bool = False
    compared: tuple[Compared, ...] = ()
    notes: tuple[str, ...] = ()
    found: tuple[Link, ...] = ()
