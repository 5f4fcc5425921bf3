"""To-dos by the day on which they are due: a month at a time."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from engines.store.todo_lists import Which, todos_between
from frontend.views import Link
from frontend.work import CalendarDay, CalendarPage, WorkRow
from runtime import due
from runtime.desk import TODOS, Desk, person_of
from runtime.screens.shell import page, texts_of
from runtime.screens.work import CALENDAR
from runtime.screens.work_rows import todo_row
from runtime.web.call import Answer, Call

_A_DAY, _A_MONTH = 3, 400
_YEARS = range(1990, 2200)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def show_calendar(call: Call) -> Answer:
    """Answer the month that was asked for, or this one."""
    t, today = texts_of(call).t, due.today(call)
    first = _asked(call, today)
    weeks = list(Calendar().monthdatescalendar(first.year, first.month))
    found, full = _rows(call, weeks[0][0], weeks[-1][-1] + timedelta(days=1))
    days = [[_day(call, each, first, today, found.get(each, ())) for each in week] for week in weeks]
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    model = CalendarPage(
        t("work.todos"), t("work.month", year=str(first.year), month=f"{first.month:02}"),
        Link(t("work.earlier"), _url(before), "chevron-left"),
        Link(t("work.later"), _url(after), "chevron-right"),
        Link(t("work.this_month"), CALENDAR, active=first == today.replace(day=1)),
        tuple(t(f"work.weekday.{each}") for each in _WEEKDAYS), tuple(map(tuple, days)),
        Link(t("work.list"), TODOS, "list-check"), t("work.calendar_full", count=_A_MONTH) if full else "",
    )  # fmt: skip
    return page(call, "pages/todo_calendar.html", model, [Link(t("work.todos"), TODOS)])


def _asked(call: Call, today: date) -> date:
    try:
        found = date.fromisoformat(f"{call.query.get('month', '')}-01")
    except ValueError:
        return today.replace(day=1)
    return found if found.year in _YEARS else today.replace(day=1)


def _url(day: date) -> str:
    return f"{CALENDAR}?month={day:%Y-%m}"


def _rows(call: Call, first: date, end: date) -> tuple[Mapping[date, list[WorkRow]], bool]:
    """Return what is due on each day, and whether there is more than is shown."""
    told, zone = Desk(call), ZoneInfo(due.zone_of(call))
    span = due.starts(call, first), due.starts(call, end)
    kept = todos_between(call.conn, person_of(call), *span, _A_MONTH + 1)
    told.look_up(kept)
    found: dict[date, list[WorkRow]] = {}
    for each in kept[:_A_MONTH]:
        if each.todo.due is not None:
            day = each.todo.due.astimezone(zone).date()
            found.setdefault(day, []).append(todo_row(told, each, Which.open, CALENDAR))
    return found, len(kept) > _A_MONTH


def _day(call: Call, day: date, first: date, today: date, rows: Iterable[WorkRow]) -> CalendarDay:
    texts, shown = texts_of(call), tuple(rows)
    more = len(shown) - _A_DAY
    return CalendarDay(
        str(day.day), call.installation.renderer.formats[texts.locale].day(day), shown[:_A_DAY],
        texts.t("work.more_of_day", count=more) if more > 0 else "", day == today, day.month != first.month,
    )  # fmt: skip
