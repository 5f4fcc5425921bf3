"""Calendar: records on the days of a month, a week or one day, put from day to day."""

from __future__ import annotations

from calendar import Calendar as Weeks
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from engines.expression import Binary, Call, Node, Ref, ValueType, conjoin
from engines.expression import Literal as Value
from engines.query import Page, Sort
from engines.view.browser import Browser
from engines.view.fitting import Fitting
from engines.view.kind import ViewType
from schemas.elements import FieldKey, SortKey, View
from schemas.elements import Ref as Names
from schemas.errors import Invalid, Issue
from schemas.kinds import kind

_MOST = 500  # records of one page of a calendar
_YEARS = range(1990, 2200)
_DATED = {ValueType.date, ValueType.datetime}
_DAY = timedelta(days=1)
Span = Literal["month", "week", "day"]
SPANS: tuple[Span, ...] = ("month", "week", "day")


class CalendarOptions(View):
    """When a record begins and, if it takes longer, when it ends; ``span`` is what opens first."""

    start: Annotated[FieldKey, Names("field")]
    end: Annotated[FieldKey, Names("field")] | None = None
    span: Span = "month"

    @property
    def order(self) -> tuple[SortKey, ...]:
        """Return the order of days, whatever the view is sorted by."""
        return (SortKey(field=self.start),)


@dataclass(frozen=True, slots=True)
class Event:
    """A record on one of its days. ``clock``: when it begins there; ``begins``: this is its first day."""

    record: Any
    clock: str
    begins: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day with what happens on it."""

    date: date
    outside: bool
    today: bool
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """Whole weeks from Monday on, or one day. ``day``: asked for; ``full``: not all is shown."""

    span: Span
    day: date
    weeks: tuple[tuple[Day, ...], ...]
    previous: date
    next: date
    timed: bool
    full: bool
    page: Page

    @property
    def pages(self) -> Sequence[Page]:
        """Return what happens."""
        return [self.page]


@kind
class Calendar(ViewType[CalendarOptions]):
    """Records by day."""

    name, icon, paged = "calendar", "calendar", False
    Options = CalendarOptions
    examples = ({"start": "day"}, {"start": "seen", "end": "slot", "span": "week", "columns": ["owner"]})

    def verify(self, options: CalendarOptions, fitting: Fitting) -> Iterator[Issue]:
        """Check that beginning and end are dates or points in time."""
        for name, key in (("start", options.start), ("end", options.end)):
            if key is not None and fitting.type_of(key) not in {*_DATED, None}:
                yield Issue(name, "definition.not_a_date", {"name": key})

    def needs(self, options: CalendarOptions) -> Sequence[str]:
        """Return the field of the beginning."""
        return (options.start,)

    def shows(self, options: CalendarOptions) -> Sequence[str]:
        """Return the fields of the beginning and the end."""
        return tuple(filter(None, (options.start, options.end)))

    def moves(self, options: CalendarOptions) -> Sequence[str]:
        """Return the fields that a move to another day changes."""
        return self.shows(options)

    def read(self, options: CalendarOptions, browser: Browser) -> Days:
        """Return the days that were asked for with what happens on them, in one statement."""
        span = next((each for each in SPANS if each == browser.saying("span")), options.span)
        day = _asked(browser.saying("day")) or browser.today
        weeks = _weeks(span, day)
        page = happening(options, browser, weeks[0][0], weeks[-1][-1] + _DAY, _MOST)
        found = _by_day(options, browser, page, (weeks[0][0], weeks[-1][-1]))
        shown = tuple(
            tuple(Day(each, _outside(span, day, each), each == browser.today, tuple(found.get(each, ())))
                  for each in week)
            for week in weeks
        )  # fmt: skip
        before, after = _beside(span, day)
        timed = browser.form.type_of((options.start,)) is ValueType.datetime
        return Days(span, day, shown, before, after, timed, page.next is not None, page)

    def put(self, options: CalendarOptions, browser: Browser, record_id: int, to: str) -> dict[str, Any]:
        """Return beginning and end so many days later or earlier; the time of day stays."""
        day = _asked(to)
        if day is None:
            raise Invalid([Issue(options.start, "view.no_such_place", {"name": to[:40]})], "record.invalid")
        record = browser.one(record_id, self.shows(options))
        start = record.get(options.start)
        if start is None:
            return {options.start: day.isoformat()}
        zone = zone_of(browser)
        by = day - _local(start, zone).date()
        moved = {options.start: _later(start, by, zone)}
        end = record.get(options.end) if options.end else None
        return moved if end is None else moved | {str(options.end): _later(end, by, zone)}


def happening(
    options: CalendarOptions, browser: Browser, first: date, after: date, most: int, cursor: str = ""
) -> Page:
    """Return what begins within some days or, where an end is known, goes on in them."""
    begins = Ref((options.start,))
    within = conjoin(Binary(">=", begins, Value(first)), Binary("<", begins, Value(after)))
    node: Node = within
    if options.end and browser.rights.usable(options.end):
        goes_on = conjoin(Binary("<", begins, Value(first)), Binary(">=", Ref((options.end,)), Value(first)))
        node = Call("OR", (within, goes_on))
    keys = tuple(filter(None, (options.start, options.end)))
    return browser.page([node], keys, most, cursor, (Sort(options.start),))


def zone_of(browser: Browser) -> ZoneInfo:
    """Return the zone of the app, which says what a day is."""
    return ZoneInfo(browser.app.definition.time_zone)


def _asked(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def _weeks(span: Span, day: date) -> list[list[date]]:
    if span == "day":
        return [[day]]
    if span == "week":
        monday = day - timedelta(days=day.weekday())
        return [[monday + timedelta(days=each) for each in range(7)]]
    return list(Weeks().monthdatescalendar(day.year, day.month))


def _outside(span: Span, day: date, each: date) -> bool:
    return span == "month" and each.month != day.month


def _beside(span: Span, day: date) -> tuple[date, date]:
    """Return a day of the span before and one of the span after."""
    if span == "month":
        first = day.replace(day=1)
        return (first - _DAY).replace(day=1), (first + timedelta(days=31)).replace(day=1)
    width = timedelta(days=7 if span == "week" else 1)
    return day - width, day + width


def _local(value: Any, zone: ZoneInfo) -> datetime:
    """Return a date or an instant as the wall clock of the app."""
    return value.astimezone(zone) if isinstance(value, datetime) else datetime.combine(value, time(), zone)


def _later(value: Any, by: timedelta, zone: ZoneInfo) -> str:
    """Return a date or wall-clock time some days later, as it is typed."""
    if not isinstance(value, datetime):
        return str((value + by).isoformat())
    return (_local(value, zone).replace(tzinfo=None) + by).isoformat(timespec="milliseconds")


def _by_day(
    options: CalendarOptions, browser: Browser, page: Page, shown: tuple[date, date]
) -> dict[date, list[Event]]:
    """Return on which of the shown days each record stands: on all from its beginning to its end."""
    zone, found = zone_of(browser), dict[date, list[Event]]()
    for record in page.records:
        start: Any = record.get(options.start)
        if start is None:
            continue
        begins = _local(start, zone)
        day, last = begins.date(), _last(record.get(options.end) if options.end else None, begins, zone)
        clock = f"{begins:%H:%M}" if isinstance(start, datetime) else ""
        first, until = max(day, shown[0]), min(last, shown[1])
        for number in range((first - day).days, (until - day).days + 1):
            event = Event(record, "" if number else clock, number == 0)
            found.setdefault(day + timedelta(days=number), []).append(event)
    return found


def _last(end: Any, begins: datetime, zone: ZoneInfo) -> date:
    """Return the last day; what ends at midnight does not reach into the day that begins then."""
    if end is None:
        return begins.date()
    until = _local(end, zone)
    if isinstance(end, datetime) and until > begins and until.time() == time():
        until -= timedelta(microseconds=1)
    return max(until.date(), begins.date())
