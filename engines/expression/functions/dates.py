"""Dates: making them, taking them apart, moving them by months, and the time between two."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engines.expression.coercion import day as to_day
from engines.expression.coercion import serial
from engines.expression.decimals import ZERO, divided, kept
from engines.expression.failures import NUM, VALUE, ErrorValue, Failure
from engines.expression.functions.spans import (
    actual_years,
    bond_days,
    days360,
    days_beyond_months,
    days_beyond_years,
    moved_by_months,
    whole_months,
)
from engines.expression.functions.table import function
from engines.expression.scope import Context
from engines.expression.serials import (
    SECONDS_A_DAY,
    Civil,
    date_of_serial,
    date_of_text,
    seconds_of_serial,
    serial_of_date,
    serial_of_text,
    time_of_text,
)
from engines.expression.values import milliseconds

_LARGEST = 32_767


@function("TODAY() -> date", context=True, volatile=True, pushed=True, failing=False)
def today(context: Context) -> date:
    return context.today


@function("NOW() -> datetime", context=True, volatile=True, pushed=True, failing=False)
def now(context: Context) -> datetime:
    return milliseconds(context.now)


@function(
    "DATE(year: number, month: number, day: number) -> date",
    ("DATE(2024, 2, 30)", "2024-03-01"),
    ("DATE(2010, -15, -50)", "2008-07-12"),
    ("DATE(-1, 1, 1)", "#NUM!"),
)
def date_(year: Decimal, month: Decimal, day: Decimal) -> date:
    years = int(year)
    if not 0 <= years <= 9999 or abs(month) > _LARGEST * 4 or abs(day) > 10**7:
        raise Failure(NUM)
    years += 1900 if years < 1900 else 0
    months = years * 12 + int(month) - 1
    try:
        found = date(months // 12, months % 12 + 1, 1) + timedelta(days=int(day) - 1)
    except (ValueError, OverflowError):
        raise Failure(NUM) from None
    serial_of_date(found)
    return found


@function(
    "TIME(hour: number, minute: number, second: number) -> number",
    ("TIME(12, 0, 0)", "0.5"),
    ("TIME(27, 0, 0)", "0.125"),
    ("TIME(2, -121, 0)", "#NUM!"),
    inexact=True,
)
def time_(hour: Decimal, minute: Decimal, second: Decimal) -> Decimal:
    if max(abs(hour), abs(minute), abs(second)) > _LARGEST:
        raise Failure(NUM)
    seconds = int(hour) * 3600 + int(minute) * 60 + int(second)
    if seconds < 0:
        raise Failure(NUM)
    return divided(Decimal(seconds % SECONDS_A_DAY), Decimal(SECONDS_A_DAY))


@function(
    "DATEVALUE(text: any) -> date",
    ('DATEVALUE("2024-02-29")', "2024-02-29"),
    ('DATEVALUE("1/31/2024")', "2024-01-31"),
    ('DATEVALUE("2023-02-29")', "#VALUE!"),
    context=True,
)
def datevalue(context: Context, given: Any) -> date | None:
    if isinstance(given, date):
        return to_day(given, context)
    if not isinstance(given, str):
        raise Failure(VALUE)
    if time_of_text(given) is not None:
        return date_of_serial(ZERO)
    return date_of_text(given)


@function(
    "TIMEVALUE(text: any) -> number",
    ('TIMEVALUE("6:00")', "0.25"),
    ('TIMEVALUE("6:00 PM")', "0.75"),
    ('TIMEVALUE("x")', "#VALUE!"),
    inexact=True,
)
def timevalue(given: Any) -> Decimal:
    if not isinstance(given, str):
        raise Failure(VALUE)
    at = time_of_text(given)
    found = serial_of_text(given) if at is None else at
    return found - int(found)


def _part(name: str, example: tuple[str, str], read: Any, **options: Any) -> None:
    function(f"{name}(date: civil) -> number", example, (f"{name}(-1)", "#NUM!"), **options)(read)


_part("YEAR", ("YEAR(DATE(2024, 3, 9))", "2024"), lambda day: day.year, pushed=True)
_part("MONTH", ("MONTH(DATE(2024, 3, 9))", "3"), lambda day: day.month, pushed=True)
_part("DAY", ("DAY(DATE(2024, 3, 9))", "9"), lambda day: day.day, pushed=True)
_part("QUARTER", ("QUARTER(DATE(2024, 5, 9))", "2"), lambda day: (day.month + 2) // 3, pushed=True)
_part("ISOWEEKNUM", ("ISOWEEKNUM(DATE(2021, 1, 3))", "53"), lambda day: day.week.isocalendar()[1])


def _clock(name: str, example: tuple[str, str], read: Any) -> None:
    def of(context: Context, given: Any) -> Any:
        if isinstance(given, str):
            given = serial_of_text(given)
        found = serial(given, context)
        return None if found is None else read(seconds_of_serial(found) % SECONDS_A_DAY)

    function(f"{name}(time: any) -> number", example, context=True)(of)


_clock("HOUR", ('HOUR("18:30")', "18"), lambda seconds: seconds // 3600)
_clock("MINUTE", ('MINUTE("18:30")', "30"), lambda seconds: seconds // 60 % 60)
_clock("SECOND", ('SECOND("18:30:15")', "15"), lambda seconds: seconds % 60)


@function(
    "WEEKDAY(date: civil, kind: number = 1) -> number",
    ("WEEKDAY(DATE(2024, 3, 9))", "7"),
    ("WEEKDAY(DATE(2024, 3, 9), 2)", "6"),
    ("WEEKDAY(DATE(2024, 3, 9), 9)", "#NUM!"),
)
def weekday(day: Civil, kind: Decimal) -> int:
    code = int(kind)
    if code in {1, 2}:
        return (day.weekday + 1) % 7 + 1 if code == 1 else day.weekday + 1
    if code == 3:
        return day.weekday
    if 11 <= code <= 17:
        return (day.weekday - (code - 11)) % 7 + 1
    raise Failure(NUM)


@function(
    "WEEKNUM(date: civil, kind: number = 1) -> number",
    ("WEEKNUM(DATE(2024, 2, 29))", "9"),
    ("WEEKNUM(DATE(2021, 1, 3), 21)", "53"),
)
def weeknum(day: Civil, kind: Decimal) -> int:
    code = int(kind)
    if code == 21:
        return day.week.isocalendar()[1]
    if code not in {1, 2, *range(11, 18)}:
        raise Failure(NUM)
    first = {1: 6, 2: 0}.get(code, code - 11)
    start = (day.weekday - day.place) % 7
    return (day.place + (start - first) % 7) // 7 + 1


def _months(months: Decimal) -> int:
    return int(months) if abs(months) < 10**6 else 10**6


@function(
    "EDATE(date: calendar, months: countable) -> date",
    ("EDATE(DATE(2024, 1, 31), 1)", "2024-02-29"),
    ("EDATE(DATE(2024, 3, 31), -1)", "2024-02-29"),
)
def edate(day: date, months: Decimal) -> date:
    return moved_by_months(day, _months(months))


@function(
    "EOMONTH(date: calendar, months: countable) -> date", ("EOMONTH(DATE(2024, 1, 15), 1)", "2024-02-29")
)
def eomonth(day: date, months: Decimal) -> date:
    # Day 0 is in January 1900.
    return moved_by_months(max(day, date(1900, 1, 1)), _months(months), last=True)


@function(
    "DAYS(end: date, start: date) -> number", ("DAYS(DATE(2024, 3, 1), DATE(2024, 2, 28))", "2"), pushed=True
)
def days(end: date, start: date) -> int:
    return (end - start).days


@function(
    "DAYS360(start: date, end: date, european: bool = FALSE) -> number",
    ("DAYS360(DATE(2024, 1, 31), DATE(2024, 3, 31))", "60"),
    ("DAYS360(DATE(2024, 1, 30), DATE(2024, 2, 29), TRUE)", "29"),
)
def days360_(start: date, end: date, european: bool) -> int:
    return days360(start, end, european=european)


@function(
    "DATEDIF(start: date, end: date, unit: text) -> number",
    ('DATEDIF(DATE(2001, 6, 1), DATE(2012, 8, 15), "YD")', "75"),
    ('DATEDIF(DATE(2024, 1, 31), DATE(2024, 2, 29), "M")', "0"),
    ('DATEDIF(DATE(2024, 2, 1), DATE(2024, 1, 1), "D")', "#NUM!"),
)
def datedif(start: date, end: date, unit: str) -> int:
    if start > end:
        raise Failure(NUM)
    match unit.upper():
        case "D":
            return serial_of_date(end) - serial_of_date(start)
        case "M":
            return whole_months(start, end)
        case "Y":
            return whole_months(start, end) // 12
        case "YM":
            return whole_months(start, end) % 12
        case "MD":
            return days_beyond_months(start, end)
        case "YD":
            return days_beyond_years(start, end)
    raise Failure(NUM)


@function(
    "YEARFRAC(start: calendar, end: calendar, basis: countable = 0) -> number",
    ("YEARFRAC(DATE(2015, 1, 1), DATE(2015, 3, 31))", "0.25"),
    ("YEARFRAC(DATE(2024, 1, 1), DATE(2024, 7, 1), 3)", "0.498630137"),
    inexact=True,
)
def yearfrac(start: date, end: date, basis: Decimal) -> Decimal | ErrorValue:
    if start > end:
        start, end = end, start
    between = Decimal((end - start).days)
    match int(basis):
        case 0:
            return divided(Decimal(bond_days(start, end)), Decimal(360))
        case 1:
            return kept(actual_years(start, end))
        case 2:
            return divided(between, Decimal(360))
        case 3:
            return divided(between, Decimal(365))
        case 4:
            return divided(Decimal(days360(start, end, european=True)), Decimal(360))
    return NUM
