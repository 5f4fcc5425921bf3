"""View models of what is done in a list itself: a cell, further rows, one field of many records."""

from __future__ import annotations

from dataclasses import dataclass, field

from frontend.groups import Figures, Further
from frontend.records import Column, Row
from frontend.views import FieldView, Issue, Item


@dataclass(frozen=True, slots=True)
class CellPage:
    """``runtime/cell.html``: the input of one cell, posted to ``url`` with ``_version``.

    ``reason``: why there is none. ``problems``: what is wrong elsewhere because of it. ``theirs``: what
    stands there now, where somebody else changed it meanwhile.
    """

    url: str
    field: FieldView
    version: str
    reason: str = ""
    problems: tuple[str, ...] = ()
    theirs: str | None = None


@dataclass(frozen=True, slots=True)
class RowsPage:
    """``runtime/rows.html``: further rows of a group, or the figures of a list, for a page that is there."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    more: Further | None = None
    totals: Figures = field(default_factory=dict)
    level: int = 0
    select: bool = False


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One of the records that would be changed: what stands there, and why it would not be, else blank."""

    title: str
    now: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class BulkPage:
    """``runtime/bulk.html``: one field of the chosen records. Without ``value`` the field is asked for.

    ``looked``: the first records as they stand; ``refused``: how many of all would not be changed.
    """

    title: str
    url: str
    ids: tuple[str, ...]
    cancel_url: str
    fields: tuple[Item, ...] = ()
    value: FieldView | None = None
    issues: tuple[Issue, ...] = ()
    looked: tuple[BulkRow, ...] = ()
    refused: int = 0
