"""Aggregates under a condition: what meets a criterion is counted, summed, averaged or compared."""

from decimal import Decimal
from typing import Any

from engines.expression.coercion import number
from engines.expression.decimals import EXACT, ONE, ZERO
from engines.expression.failures import ErrorValue, Failure
from engines.expression.functions.aggregates import counted, mean, total
from engines.expression.functions.criteria import columns_of, matching, numbers_at
from engines.expression.functions.table import function
from engines.expression.scope import Context


@function(
    "COUNTIF(values: list, criterion: any) -> number",
    ('COUNTIF({1, 5, 9}, ">3")', "2"),
    ('COUNTIF({"apple", "pear"}, "a*")', "1"),
    blanks=True,
    context=True,
)
def countif(context: Context, values: Any, criterion: Any) -> int:
    return sum(matching(context, (values, criterion)))


@function(
    "COUNTIFS(values: list, criterion: any, *more: list) -> number",
    ('COUNTIFS({1, 5, 9}, ">3", {"a", "b", "a"}, "a")', "1"),
    least=2,
    blanks=True,
    context=True,
)
def countifs(context: Context, *pairs: Any) -> int:
    return sum(matching(context, pairs))


@function(
    "SUMIF(values: list, criterion: any, summed: list = none) -> number",
    ('SUMIF({1, 5, 9}, ">3")', "14"),
    ('SUMIF({"a", "b"}, "b", {1, 2})', "2"),
    blanks=True,
    context=True,
    exact_args=True,
)
def sumif(context: Context, values: Any, criterion: Any, summed: Any) -> Decimal:
    return total(
        numbers_at(
            values if summed is None else summed,
            matching(context, (values, criterion)),
            context,
            strict=False,
        )
    )


@function(
    "SUMIFS(summed: list, values: list, criterion: any, *more: list) -> number",
    ('SUMIFS({1, 2, 4}, {"a", "b", "a"}, "a")', "5"),
    least=3,
    blanks=True,
    context=True,
    exact_args=True,
)
def sumifs(context: Context, summed: Any, *pairs: Any) -> Decimal:
    return total(numbers_at(summed, matching(context, pairs), context))


@function(
    "AVERAGEIF(values: list, criterion: any, averaged: list = none) -> number",
    ('AVERAGEIF({2, 4; 8, 16}, ">5", {1, 2; 3, 4})', "3.5"),
    blanks=True,
    context=True,
    inexact=True,
)
def averageif(context: Context, values: Any, criterion: Any, averaged: Any) -> Decimal:
    return mean(
        numbers_at(
            values if averaged is None else averaged,
            matching(context, (values, criterion)),
            context,
            strict=False,
        )
    )


@function(
    "MAXIFS(numbers: list, values: list, criterion: any, *more: list) -> number",
    ('MAXIFS({2, 4, 8}, {1, 4, 1}, "<2")', "8"),
    least=3,
    blanks=True,
    context=True,
)
def maxifs(context: Context, numbers: Any, *pairs: Any) -> Decimal:
    return max(numbers_at(numbers, matching(context, pairs), context), default=ZERO)


@function(
    "MINIFS(numbers: list, values: list, criterion: any, *more: list) -> number",
    ('MINIFS({2, 4, 8}, {1, 4, 1}, "<2")', "2"),
    least=3,
    blanks=True,
    context=True,
)
def minifs(context: Context, numbers: Any, *pairs: Any) -> Decimal:
    return min(numbers_at(numbers, matching(context, pairs), context), default=ZERO)


@function(
    "SUMPRODUCT(*lists: list) -> number",
    ("SUMPRODUCT({1, 2}, {3, 4})", "11"),
    ("SUMPRODUCT({1, 2}, {3})", "#VALUE!"),
    context=True,
    exact_args=True,
)
def sumproduct(context: Context, *lists: Any) -> Decimal:
    result = ZERO
    for row in zip(*columns_of(lists), strict=True):
        term = ONE
        for item in row:
            if isinstance(item, ErrorValue):
                raise Failure(item)
            term = EXACT.multiply(term, (number(item, context) or ZERO) if counted(item) else ZERO)
        result = EXACT.add(result, term)
    return result
