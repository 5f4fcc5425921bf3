"""The distance between two days as the conventions of finance count it."""

import calendar
from datetime import date
from decimal import Decimal

from engines.expression.decimals import EXACT, ZERO


def whole_months(start: date, end: date) -> int:
    """Return how many months have passed completely."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (end.day < start.day)


def _month_end(day: date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]


def days360(start: date, end: date, *, european: bool = False) -> int:
    """Return the days between two dates in a year of twelve months of 30 days."""
    first, last = start.day, end.day
    if european:
        first, last = min(first, 30), min(last, 30)
    else:
        if _month_end(start) and start.month == 2:
            first = 30
            if _month_end(end) and end.month == 2:
                last = 30
        first = min(first, 30)
        if last == 31 and first == 30:
            last = 30
    return (end.year - start.year) * 360 + (end.month - start.month) * 30 + last - first


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
