"""Working days and working hours: weekends of any shape, and holidays as a list."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from engines.expression.coercion import day as to_day
from engines.expression.coercion import flat, number, serial
from engines.expression.decimals import ZERO, divided
from engines.expression.failures import NUM, VALUE, Failure
from engines.expression.functions.table import function
from engines.expression.scope import Context
from engines.expression.serials import (
    LAST_SERIAL,
    SECONDS_A_DAY,
    date_of_serial,
    seconds_of_serial,
    serial_of_date,
    weekday_of_serial,
)

_SATURDAY_SUNDAY = frozenset({5, 6})


def _weekend(given: Any) -> frozenset[int]:
    """Return the free weekdays (Monday 0) of a code, or of seven letters 0 and 1 from Monday on."""
    if given is None:
        return _SATURDAY_SUNDAY
    if isinstance(given, str) and len(given) == 7 and set(given) <= {"0", "1"}:
        return frozenset(place for place, letter in enumerate(given) if letter == "1")
    if not isinstance(given, Decimal):
        raise Failure(VALUE)
    code = int(given)
    if 1 <= code <= 7:
        return frozenset({(code + 4) % 7, (code + 5) % 7})
    if 11 <= code <= 17:
        return frozenset({(code - 5) % 7})
    raise Failure(NUM)


def _holidays(context: Context, given: Any) -> frozenset[int]:
    found = (to_day(item, context) for item in flat(given) if item is not None)
    return frozenset(serial_of_date(each) for each in found if each is not None)


def _is_free(day: int, weekend: frozenset[int], holidays: frozenset[int]) -> bool:
    return weekday_of_serial(day) in weekend or day in holidays


def _between(start: int, end: int, weekend: frozenset[int], holidays: frozenset[int]) -> int:
    """Count working days, both ends included; whole weeks at once. Days are numbers since 1900."""
    if start > end:
        return -_between(end, start, weekend, holidays)
    weeks, rest = divmod(end - start + 1, 7)
    count = weeks * (7 - len(weekend))
    count += sum(weekday_of_serial(start + place) not in weekend for place in range(rest))
    return count - sum(start <= day <= end and weekday_of_serial(day) not in weekend for day in holidays)


def _moved(start: int, steps: int, weekend: frozenset[int], holidays: frozenset[int]) -> date:
    if len(weekend) == 7:
        raise Failure(VALUE)
    direction, worked = 1 if steps > 0 else -1, 7 - len(weekend)
    left, current = abs(steps), start
    off = [day for day in holidays if weekday_of_serial(day) not in weekend]
    while left > 14:
        weeks = left // worked - 1
        reached = current + 7 * weeks * direction
        low, high = sorted((current, reached))
        # The day one stands on is counted already, the day one reaches is not.
        left += sum(low <= day <= high and day != current for day in off) - weeks * worked
        current = reached
    while left:
        current += direction
        left -= not _is_free(current, weekend, holidays)
    return date_of_serial(Decimal(current))


def _steps(days: Decimal) -> int:
    if abs(days) > 3_000_000:
        raise Failure(NUM)
    return int(days)


@function(
    "NETWORKDAYS(start: calendar, end: calendar, holidays: list = none) -> number",
    ("NETWORKDAYS(DATE(2024, 1, 1), DATE(2024, 1, 7))", "5"),
    ("NETWORKDAYS(DATE(2024, 1, 1), DATE(2024, 1, 7), DATE(2024, 1, 1))", "4"),
    context=True,
)
def networkdays(context: Context, start: date, end: date, holidays: Any) -> int:
    return _between(
        serial_of_date(start), serial_of_date(end), _SATURDAY_SUNDAY, _holidays(context, holidays)
    )


@function(
    "NETWORKDAYS.INTL(start: calendar, end: calendar, weekend: any = none, holidays: list = none) -> number",
    ("NETWORKDAYS.INTL(DATE(2024, 1, 1), DATE(2024, 1, 7), 11)", "6"),
    ('NETWORKDAYS.INTL(DATE(2024, 1, 1), DATE(2024, 1, 7), "0000000")', "7"),
    context=True,
)
def networkdays_intl(context: Context, start: date, end: date, weekend: Any, holidays: Any) -> int:
    return _between(
        serial_of_date(start), serial_of_date(end), _weekend(weekend), _holidays(context, holidays)
    )


@function(
    "WORKDAY(start: calendar, days: countable, holidays: list = none) -> date",
    ("WORKDAY(DATE(2024, 1, 5), 1)", "2024-01-08"),
    ("WORKDAY(DATE(2024, 1, 8), -1)", "2024-01-05"),
    context=True,
)
def workday(context: Context, start: date, days: Decimal, holidays: Any) -> date:
    return _moved(serial_of_date(start), _steps(days), _SATURDAY_SUNDAY, _holidays(context, holidays))


@function(
    "WORKDAY.INTL(start: calendar, days: countable, weekend: any = none, holidays: list = none) -> date",
    ("WORKDAY.INTL(DATE(2024, 1, 5), 1, 11)", "2024-01-06"),
    ("WORKDAY.INTL(DATE(2024, 1, 5), 1, 99)", "#NUM!"),
    context=True,
)
def workday_intl(context: Context, start: date, days: Decimal, weekend: Any, holidays: Any) -> date:
    return _moved(serial_of_date(start), _steps(days), _weekend(weekend), _holidays(context, holidays))


def _working_seconds(
    first: Decimal, last: Decimal, opens: int, closes: int, holidays: frozenset[int]
) -> Iterator[int]:
    """Yield the seconds worked on the first day, the last day and the whole days between."""
    start, end = int(first), int(last)
    if not _is_free(start, _SATURDAY_SUNDAY, holidays):
        until = seconds_of_serial(last) if start == end else closes
        yield max(0, min(until, closes) - max(seconds_of_serial(first), opens))
    if start == end:
        return
    if not _is_free(end, _SATURDAY_SUNDAY, holidays):
        yield max(0, min(seconds_of_serial(last), closes) - opens)
    yield max(0, _between(start + 1, end - 1, _SATURDAY_SUNDAY, holidays)) * (closes - opens)


@function(
    'WORKHOURS(start: any, end: any, opens: any = "09:00", closes: any = "18:00", holidays: list = none) -> number',
    ('WORKHOURS("2024-01-05 17:00", "2024-01-08 10:00")', "2"),
    ('WORKHOURS("2024-01-08 10:00", "2024-01-08 10:00")', "0"),
    context=True,
    inexact=True,
)
def workhours(
    context: Context, start: Any, end: Any, opens: Any, closes: Any, holidays: Any
) -> Decimal | None:
    first, last = serial(start, context), serial(end, context)
    if first is None or last is None:
        return None
    if max(first, last) >= LAST_SERIAL + 1:
        raise Failure(NUM)
    if first > last:
        backwards: Decimal = workhours(context, end, start, opens, closes, holidays)
        return -backwards
    bounds = [seconds_of_serial(number(each, context) or ZERO) for each in (opens, closes)]
    if not 0 <= bounds[0] < bounds[1] <= SECONDS_A_DAY:
        raise Failure(NUM)
    seconds = sum(_working_seconds(first, last, bounds[0], bounds[1], _holidays(context, holidays)))
    return divided(Decimal(seconds), Decimal(3600))
