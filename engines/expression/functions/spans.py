"""The distance between two days as the conventions of finance count it."""

import calendar
from datetime import date
from decimal import Decimal

from engines.expression.decimals import EXACT, ZERO
from engines.expression.failures import NUM, Failure


def whole_months(start: date, end: date) -> int:
    """Return how many months have passed completely."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)


def _february_ends(day: date) -> bool:
    return day.month == 2 and day.day == calendar.monthrange(day.year, 2)[1]


def moved_by_months(day: date, months: int, *, last: bool = False) -> date:
    """Return the same day other months, clamped to the month's end; with ``last`` that end itself."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not 1900 <= year <= 9999:
        raise Failure(NUM)
    end = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, end if last else min(day.day, end))


def days_beyond_months(start: date, end: date) -> int:
    """Return the days after the last whole month; below zero where Excel says so, after a short month."""
    if end.day >= start.day:
        return end.day - start.day
    previous = moved_by_months(end, -1, last=True)
    return end.day + previous.day - start.day


def days_beyond_years(start: date, end: date) -> int:
    """Return the days after the last whole year: in the year of the start, then in one without leap day."""
    if (end.month, end.day) >= (start.month, start.day):
        return (date(start.year, end.month, 1) - start).days + end.day - 1
    return (
        (date(start.year, 12, 31) - start).days + date(2001, end.month, 1).timetuple().tm_yday + end.day - 1
    )


def days360(start: date, end: date, *, european: bool = False) -> int:
    """Return the days between two dates in a year of twelve months of 30 days."""
    first, last = min(start.day, 30), end.day
    if european:
        last = min(last, 30)
    else:
        if _february_ends(start):
            first = 30
        if last == 31 and first == 30:
            last = 30
    return _of_months(start, end) + last - first


def bond_days(start: date, end: date) -> int:
    """Return the same as bonds count it: February ends are alike, and a 31st after one stays."""
    first, last = start.day, end.day
    if last == 31 and first >= 30:
        last = 30
    first = min(first, 30)
    if _february_ends(start):
        first, last = 30, 30 if _february_ends(end) else last
    return _of_months(start, end) + last - first


def _of_months(start: date, end: date) -> int:
    return (end.year - start.year) * 360 + (end.month - start.month) * 30


def actual_years(start: date, end: date) -> Decimal:
    """Return the real days divided by the average length of the years they touch."""
    if start == end:
        return ZERO
    days = Decimal((end - start).days)
    within = (end.year, end.month, end.day) <= (start.year + 1, start.month, start.day)
    if within:
        return EXACT.divide(days, Decimal(366 if _meets_leap_day(start, end) else 365))
    years = range(start.year, end.year + 1)
    total = sum(366 if calendar.isleap(year) else 365 for year in years)
    return EXACT.divide(days * len(years), Decimal(total))


def _meets_leap_day(start: date, end: date) -> bool:
    if start.year == end.year:
        return calendar.isleap(start.year)
    years = [year for year in (start.year, end.year) if calendar.isleap(year)]
    return any(start <= date(year, 2, 29) <= end for year in years)
