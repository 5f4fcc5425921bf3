"""What the pages of to-dos and notices show."""

from __future__ import annotations

from dataclasses import dataclass

from frontend.formats import Moment
from frontend.views import Action, FieldView, Link


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A to-do, a notice or a flow. ``marks``: short words beside it; ``strong``: late, or not read yet.

    ``notes``: what was said when it was handed on. ``color``: of the marks of what is not ``strong``.
    ``check`` ticks it off, ``lead`` is what one does first; ``more``: records that belong to what it is about
    and can be begun from here.
    """

    title: str
    body: str = ""
    url: str = ""
    about: str = ""
    when: Moment | None = None
    when_text: str = ""
    marks: tuple[str, ...] = ()
    strong: bool = False
    actions: tuple[Action, ...] = ()
    notes: tuple[str, ...] = ()
    color: str = "gray"
    more: tuple[Link, ...] = ()
    check: Action | None = None
    lead: Action | None = None


@dataclass(frozen=True, slots=True)
class Composer:
    """The line in which a to-do is written: posts ``title``, ``in`` (days, of ``chips``) and ``next``."""

    url: str
    next: str
    chips: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """Rows that belong together, under the record they are about."""

    rows: tuple[WorkRow, ...]
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class WorkPage:
    """``pages/work.html``: a list, its tabs, where it goes on; ``filters``: the apps to choose from.

    ``other``: the same to-dos in another way.
    """

    title: str
    icon: str
    tabs: tuple[Link, ...] = ()
    rows: tuple[WorkRow, ...] = ()
    empty: str = ""
    next_url: str = ""
    actions: tuple[Action, ...] = ()
    filters: tuple[Link, ...] = ()
    composer: Composer | None = None
    other: Link | None = None
    groups: tuple[WorkGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class HandingPage:
    """``pages/handing.html``: posts ``to`` and ``comment``."""

    title: str
    url: str
    to: FieldView
    comment: str
    errors: tuple[str, ...]
    cancel_url: str


@dataclass(frozen=True, slots=True)
class OwnPage:
    """``pages/own.html``: a to-do one writes; ``kept`` is posted along, ``about`` a record.

    ``chips``: the days that are one click away, ``chosen`` among them.
    """

    title: str
    url: str
    fields: tuple[FieldView, ...]
    about: str
    kept: tuple[tuple[str, str], ...]
    cancel_url: str
    chips: tuple[tuple[str, str], ...] = ()
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the month, with what is due; ``more``: how many others are."""

    number: str
    label: str
    rows: tuple[WorkRow, ...]
    more: str = ""
    today: bool = False
    outside: bool = False


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """``pages/todo_calendar.html``: the weeks of a month."""

    title: str
    month: str
    previous: Link
    next: Link
    here: Link
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[CalendarDay, ...], ...]
    other: Link
    note: str = ""


@dataclass(frozen=True, slots=True)
class WishRow:
    """A kind of notice, and how it comes."""

    key: str
    title: str
    help: str
    way: str


@dataclass(frozen=True, slots=True)
class WishesPage:
    """``pages/notice_wishes.html``: posts a way for each row, ``start`` and ``end`` of the quiet hours."""

    title: str
    url: str
    ways: tuple[tuple[str, str], ...]
    rows: tuple[WishRow, ...]
    start: str
    end: str
    cancel_url: str
