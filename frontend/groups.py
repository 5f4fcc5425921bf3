"""View models of a list in groups, and of the figures of its columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from frontend.views import Item, Link

if TYPE_CHECKING:
    from frontend.records import Row

Figures = Mapping[str, tuple[tuple[str, str], ...]]  # field key -> what it is, and how much


@dataclass(frozen=True, slots=True)
class Further:
    """Further records of a group: a list of them all, and an address that answers the next ones only."""

    id: str
    text: str
    url: str
    part_url: str


@dataclass(frozen=True, slots=True)
class GroupView:
    """One group: its head, and its records where it is open and holds no other groups.

    ``level`` counts from 0; ``of`` is the field. ``toggle_url`` is the list with the group opened or closed,
    ``list_url`` the list of its records alone.
    """

    id: str
    level: int
    of: str
    text: str
    count: str
    color: str = ""
    blank: bool = False
    open: bool = False
    toggle_url: str = ""
    list_url: str = ""
    figures: Figures = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    more: Further | None = None


@dataclass(frozen=True, slots=True)
class Choosing:
    """One of up to three choices of what to group by: a field, a stretch of days, an order."""

    name: str
    field: str
    bucket: str
    order: str


@dataclass(frozen=True, slots=True)
class GroupMenu:
    """The menu that groups a list: sends ``keep`` and the choices to ``url``."""

    url: str
    keep: tuple[tuple[str, str], ...]
    fields: tuple[Item, ...]
    dated: tuple[str, ...]
    choices: tuple[Choosing, ...]
    buckets: tuple[str, ...]
    orders: tuple[str, ...]
    count: int = 0
    clear_url: str = ""
    open_url: str = ""
    close_url: str = ""


@dataclass(frozen=True, slots=True)
class MenuPart:
    """Some entries of the menu of a column, under a title."""

    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class SheetView:
    """A table that is edited where it stands: cells are at ``url``/<record>/cell/<field>.

    ``query`` says the list again, so that a row that was saved is shown as it shows it. ``editable``: some
    cell may be. ``paste_url`` takes a block of cells, blank where nothing may be pasted.
    """

    url: str
    query: str
    editable: bool
    paste_url: str = ""
