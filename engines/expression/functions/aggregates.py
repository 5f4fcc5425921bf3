"""Aggregates: sums, averages, extremes and counts over values and lists."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engines.expression.coercion import flat, number
from engines.expression.decimals import EXACT, ONE, ZERO, divided
from engines.expression.failures import DIV0, ErrorValue, Failure
from engines.expression.functions.table import function
from engines.expression.scope import Context

_COUNTED = (Decimal, date, time)


def counted(value: Any) -> bool:
    """Tell whether a value in a list counts as a number."""
    return isinstance(value, _COUNTED) or value.__class__ is int


def numbers_in(context: Context, values: Iterable[Any]) -> list[Decimal]:
    """Return the numbers: of a list those that are numbers, of a single value what it says."""
    found = []
    for value in values:
        if isinstance(value, tuple):
            found += [
                number(item, context) for item in flat(value) if counted(item) or isinstance(item, ErrorValue)
            ]
        elif value is not None:
            found.append(number(value, context))
    return [each for each in found if each is not None]


def all_in(context: Context, values: Iterable[Any]) -> list[Decimal]:
    """Return the numbers, where texts of a list count 0 and truths 1 and 0."""
    found: list[Decimal] = []
    for value in values:
        for item in flat(value):
            if isinstance(item, str) and isinstance(value, tuple):
                found.append(ZERO)
            elif item is not None:
                found.append(number(item, context) or ZERO)
    return found


def total(values: Iterable[Decimal]) -> Decimal:
    """Return the sum, exactly."""
    result = ZERO
    for value in values:
        result = EXACT.add(result, value)
    return result


def mean(values: list[Decimal]) -> Decimal:
    """Return the average, #DIV/0! of nothing."""
    if not values:
        raise Failure(DIV0)
    return divided(total(values), Decimal(len(values)))


@function(
    "SUM(*values: list) -> number",
    ("SUM(1, 2, 3)", "6"),
    ('SUM({1, 2, "x"})', "3"),
    ('SUM("")', "0"),
    context=True,
    omitted=ZERO,
    exact_args=True,
)
def sum_(context: Context, *values: Any) -> Decimal:
    return total(numbers_in(context, values))


@function(
    "SUMSQ(*values: list) -> number", ("SUMSQ(3, 4)", "25"), context=True, exact_args=True, omitted=ZERO
)
def sumsq(context: Context, *values: Any) -> Decimal:
    return total(EXACT.multiply(each, each) for each in numbers_in(context, values))


@function(
    "PRODUCT(*values: list) -> number",
    ("PRODUCT(2, 3, 4)", "24"),
    ('PRODUCT({2; 3; "x"})', "6"),
    context=True,
    exact_args=True,
)
def product(context: Context, *values: Any) -> Decimal:
    found = numbers_in(context, values)
    result = ONE if found else ZERO
    for each in found:
        result = EXACT.multiply(result, each)
    return result


@function(
    "AVERAGE(*values: list) -> number",
    ("AVERAGE(1, 2, 6)", "3"),
    ('AVERAGE({"a"})', "#DIV/0!"),
    context=True,
    omitted=ZERO,
    inexact=True,
)
def average(context: Context, *values: Any) -> Decimal:
    return mean(numbers_in(context, values))


@function(
    "AVERAGEA(*values: list) -> number",
    ("AVERAGEA(1, TRUE, 4)", "2"),
    ('AVERAGEA({2, "a"})', "1"),
    context=True,
    omitted=ZERO,
    inexact=True,
)
def averagea(context: Context, *values: Any) -> Decimal:
    return mean(all_in(context, values))


def extreme(context: Context, values: tuple[Any, ...], *, largest: bool) -> Any:
    """Return the largest or smallest number, as a date when a date is among them."""
    found = numbers_in(context, values)
    if not found:
        return ZERO
    result = max(found) if largest else min(found)
    given = list(flat(values))
    if not any(isinstance(item, date | time) for item in given):
        return result
    same = next((item for item in given if counted(item) and number(item, context) == result), result)
    return same if not isinstance(same, Decimal) else dated(given, same, context)


def dated(given: list[Any], result: Decimal, context: Context) -> Any:
    """Return a number among dates as the date it stands for."""
    from engines.expression.serials import date_of_serial, moment_of_serial

    if any(isinstance(item, datetime) for item in given):
        return moment_of_serial(result, context.zone)
    return date_of_serial(result) if any(isinstance(item, date) for item in given) else result


@function(
    "MAX(*values: list) -> extreme",
    ("MAX(6, 9, 3)", "9"),
    ('MAX(1, "")', "1"),
    ("MAX(DATE(2022, 9, 9), 50000)", "2036-11-21"),
    context=True,
    omitted=ZERO,
    exact_args=True,
)
def max_(context: Context, *values: Any) -> Any:
    return extreme(context, values, largest=True)


@function(
    "MIN(*values: list) -> extreme",
    ("MIN(6, 9, 3)", "3"),
    ('MIN({1; 2; "0"})', "1"),
    context=True,
    omitted=ZERO,
    exact_args=True,
)
def min_(context: Context, *values: Any) -> Any:
    return extreme(context, values, largest=False)


@function(
    "MAXA(*values: list) -> number",
    ("MAXA(TRUE, 0.5)", "1"),
    ('MAXA({-1, "a"})', "0"),
    context=True,
    omitted=ZERO,
    exact_args=True,
)
def maxa(context: Context, *values: Any) -> Decimal:
    return max(all_in(context, values), default=ZERO)


@function(
    "MINA(*values: list) -> number",
    ("MINA(2, TRUE)", "1"),
    ('MINA(1, "a")', "#VALUE!"),
    context=True,
    omitted=ZERO,
    exact_args=True,
)
def mina(context: Context, *values: Any) -> Decimal:
    return min(all_in(context, values), default=ZERO)


def _items(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        yield from flat(value)


@function(
    "COUNT(*values: whole) -> number",
    ('COUNT(1, 2, "x")', "2"),
    ('COUNT({1, 2, "3"})', "2"),
    blanks=True,
    failing=False,
    omitted=ZERO,
)
def count(*values: Any) -> int:
    return sum(counted(item) for item in _items(values))


@function(
    "COUNTA(*values: whole) -> number", ('COUNTA(1, "x", "")', "2"), blanks=True, failing=False, omitted=ZERO
)
def counta(*values: Any) -> int:
    return sum(item not in (None, "") for item in _items(values))


@function("COUNTBLANK(*values: whole) -> number", ('COUNTBLANK({1, "", 3})', "1"), blanks=True, failing=False)
def countblank(*values: Any) -> int:
    return sum(item in (None, "") for item in _items(values))
