"""Statistics: order, spread and the middle of numbers."""

from collections import Counter
from decimal import Decimal
from typing import Any

from engines.expression.coercion import flat
from engines.expression.decimals import EXACT, ZERO, divided, kept
from engines.expression.failures import DIV0, NA, NUM, ErrorValue, Failure
from engines.expression.functions.aggregates import dated, numbers_in, total
from engines.expression.functions.table import function
from engines.expression.scope import Context


def _some(context: Context, values: Any) -> list[Decimal]:
    found = numbers_in(context, values)
    if not found:
        raise Failure(NUM)
    return found


@function(
    "MEDIAN(*numbers: list) -> number",
    ("MEDIAN(1, 2, 3, 4)", "2.5"),
    context=True,
    inexact=True,
    omitted=ZERO,
)
def median(context: Context, *values: Any) -> Decimal:
    found = sorted(_some(context, values))
    middle = len(found) // 2
    return found[middle] if len(found) % 2 else divided(found[middle - 1] + found[middle], Decimal(2))


@function(
    "MODE(*numbers: list) -> number",
    ("MODE(1, 2, 2, 3)", "2"),
    ("MODE(1, 2)", "#N/A"),
    context=True,
    omitted=ZERO,
    exact_args=True,
)
def mode(context: Context, *values: Any) -> Decimal:
    counts = Counter(numbers_in(context, values))
    most = max(counts.values(), default=0)
    if most < 2:
        raise Failure(NA)
    return next(value for value, times in counts.items() if times == most)


def _ranked(context: Context, values: Any, rank: Decimal, *, largest: bool) -> Any:
    found = sorted(_some(context, (values if isinstance(values, tuple) else (values,),)), reverse=largest)
    place = int(rank)
    if not 1 <= place <= len(found):
        raise Failure(NUM)
    return dated(list(flat(values)), found[place - 1], context)


@function(
    "LARGE(numbers: list, rank: number) -> item",
    ("LARGE({3, 4, 2, 5}, 2)", "4"),
    ("LARGE({1}, 2)", "#NUM!"),
    context=True,
    exact_args=True,
)
def large(context: Context, values: Any, rank: Decimal) -> Any:
    return _ranked(context, values, rank, largest=True)


@function(
    "SMALL(numbers: list, rank: number) -> item",
    ("SMALL({3, 4, 2, 5}, 2)", "3"),
    ("SMALL({1}, 0)", "#NUM!"),
    context=True,
    exact_args=True,
)
def small(context: Context, values: Any, rank: Decimal) -> Any:
    return _ranked(context, values, rank, largest=False)


@function(
    "RANK(number: number, numbers: list, ascending: number = 0) -> number",
    ("RANK(4, {3, 4, 5})", "2"),
    ("RANK(3, {3, 4, 5}, 1)", "1"),
    ("RANK(9, {1})", "#N/A"),
    context=True,
)
def rank(context: Context, value: Decimal, values: Any, ascending: Decimal) -> int:
    found = numbers_in(context, (values if isinstance(values, tuple) else (values,),))
    if value not in found:
        raise Failure(NA)
    return 1 + sum(each < value if ascending else each > value for each in found)


@function(
    "PERCENTILE(numbers: list, share: number) -> number",
    ("PERCENTILE({1, 2, 3, 4}, 0.3)", "1.9"),
    ("PERCENTILE({1, 2}, 2)", "#NUM!"),
    context=True,
    inexact=True,
)
def percentile(context: Context, values: Any, share: Decimal) -> Decimal:
    found = sorted(_some(context, (values,)))
    if not 0 <= share <= 1:
        raise Failure(NUM)
    place = EXACT.multiply(share, Decimal(len(found) - 1))
    below = int(place)
    above = min(below + 1, len(found) - 1)
    return kept(found[below] + EXACT.multiply(place - below, found[above] - found[below]))


def _spread(context: Context, values: Any, *, sample: bool) -> Decimal:
    for value in values:
        if isinstance(value, tuple):
            wrong = next((item for item in flat(value) if isinstance(item, ErrorValue)), None)
            if wrong is not None:
                raise Failure(wrong)
    found = numbers_in(context, values)
    divisor = len(found) - 1 if sample else len(found)
    if divisor < 1:
        raise Failure(DIV0)
    # From the sums alone, so that no rounded mean spoils the squares.
    square = EXACT.multiply(total(found), total(found))
    squares = EXACT.multiply(total(EXACT.multiply(each, each) for each in found), Decimal(len(found)))
    return EXACT.divide(squares - square, Decimal(len(found) * divisor))


@function(
    "VAR(*numbers: list) -> number",
    ("VAR(1, 2, 3, 4, 5)", "2.5"),
    ("VAR(1)", "#DIV/0!"),
    context=True,
    omitted=ZERO,
    inexact=True,
)
def var(context: Context, *values: Any) -> Decimal:
    return kept(_spread(context, values, sample=True))


@function(
    "VARP(*numbers: list) -> number", ("VARP(1, 2, 3, 4, 5)", "2"), context=True, omitted=ZERO, inexact=True
)
def varp(context: Context, *values: Any) -> Decimal:
    return kept(_spread(context, values, sample=False))


@function(
    "STDEV(*numbers: list) -> number",
    ("STDEV(1, 3, 5)", "2"),
    ("STDEV(1)", "#DIV/0!"),
    context=True,
    omitted=ZERO,
    inexact=True,
)
def stdev(context: Context, *values: Any) -> Decimal:
    return kept(EXACT.sqrt(_spread(context, values, sample=True)))


@function("STDEVP(*numbers: list) -> number", ("STDEVP(2, 4)", "1"), context=True, omitted=ZERO, inexact=True)
def stdevp(context: Context, *values: Any) -> Decimal:
    return kept(EXACT.sqrt(_spread(context, values, sample=False)))
