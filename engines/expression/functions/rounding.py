"""Rounding: to places, to multiples, to whole, even and odd numbers."""

from decimal import Decimal

from engines.expression.decimals import CEILING, DOWN, EXACT, FLOOR, HALF_UP, ONE, UP, ZERO, rounded
from engines.expression.failures import DIV0, NUM, Failure
from engines.expression.functions.table import function

_MOST_DIGITS = 30


def _digits(digits: Decimal) -> int:
    return max(-_MOST_DIGITS, min(_MOST_DIGITS, int(digits)))


@function("INT(number: number) -> number", ("INT(-2.5)", "-3"), ("INT(2.5)", "2"), pushed=True)
def int_(value: Decimal) -> Decimal:
    return rounded(value, 0, FLOOR)


@function(
    "TRUNC(number: number, digits: number = 0) -> number", ("TRUNC(-2.57, 1)", "-2.5"), ("TRUNC(99.9)", "99")
)
def trunc(value: Decimal, digits: Decimal) -> Decimal:
    return rounded(value, _digits(digits), DOWN)


@function(
    "ROUND(number: number, digits: number = 0) -> number",
    ("ROUND(2.675, 2)", "2.68"),
    ("ROUND(-2.5, 0)", "-3"),
    ("ROUND(55.1, -1)", "60"),
    pushed=True,
)
def round_(value: Decimal, digits: Decimal) -> Decimal:
    return rounded(value, _digits(digits), HALF_UP)


@function(
    "ROUNDUP(number: number, digits: number = 0) -> number",
    ("ROUNDUP(1.01, 0)", "2"),
    ("ROUNDUP(-123456, -3)", "-124000"),
)
def roundup(value: Decimal, digits: Decimal) -> Decimal:
    places = _digits(digits)
    if places < -15 and value:
        return ONE.scaleb(-places)
    return rounded(value, places, UP)


@function("ROUNDDOWN(number: number, digits: number = 0) -> number", ("ROUNDDOWN(3*0.415, 2)", "1.24"))
def rounddown(value: Decimal, digits: Decimal) -> Decimal:
    return rounded(value, _digits(digits), DOWN)


@function(
    "MROUND(number: countable, multiple: countable) -> number",
    ("MROUND(10, 3)", "9"),
    ("MROUND(-10, -3)", "-9"),
    ("MROUND(5, -2)", "#NUM!"),
)
def mround(value: Decimal, multiple: Decimal) -> Decimal:
    if not value or not multiple:
        return ZERO
    if (value > 0) != (multiple > 0):
        raise Failure(NUM)
    return _to_multiple(value, multiple, HALF_UP)


def _to_multiple(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    quotient = EXACT.divide(value, step)
    if quotient.adjusted() > 40:
        return value
    return EXACT.multiply(quotient.quantize(ONE, rounding=rounding, context=EXACT), step)


@function(
    "CEILING(number: number, step: number = 1) -> number",
    ("CEILING(2.1, 0.5)", "2.5"),
    ("CEILING(-4.5, -1)", "-5"),
    ("CEILING(-4.5, 1)", "-4"),
)
def ceiling(value: Decimal, step: Decimal) -> Decimal:
    if not value or not step:
        return ZERO
    if value > 0 > step:
        raise Failure(NUM)
    return _to_multiple(value, step, CEILING)


@function(
    "FLOOR(number: number, step: number = 1) -> number",
    ("FLOOR(2.6, 0.5)", "2.5"),
    ("FLOOR(-4.5, 1)", "-5"),
    ("FLOOR(5, 0)", "#DIV/0!"),
)
def floor(value: Decimal, step: Decimal) -> Decimal:
    if not step:
        if not value:
            return ZERO
        raise Failure(DIV0)
    if value > 0 > step:
        raise Failure(NUM)
    return _to_multiple(value, step, FLOOR)


@function(
    "CEILING.MATH(number: number, step: number = 1, away: number = 0) -> number",
    ("CEILING.MATH(6.7)", "7"),
    ("CEILING.MATH(-5.5, 2, 1)", "-6"),
)
def ceiling_math(value: Decimal, step: Decimal, away: Decimal) -> Decimal:
    if not step:
        return ZERO
    return _to_multiple(value, abs(step), FLOOR if away and value < 0 else CEILING)


@function(
    "FLOOR.MATH(number: number, step: number = 1, away: number = 0) -> number",
    ("FLOOR.MATH(-5.5, 2)", "-6"),
    ("FLOOR.MATH(-5.5, 2, 1)", "-4"),
)
def floor_math(value: Decimal, step: Decimal, away: Decimal) -> Decimal:
    if not step:
        return ZERO
    return _to_multiple(value, abs(step), CEILING if away and value < 0 else FLOOR)


@function("EVEN(number: number) -> number", ("EVEN(1.5)", "2"), ("EVEN(-0.3)", "-2"))
def even(value: Decimal) -> Decimal:
    return _to_multiple(value, Decimal(2), UP)


@function("ODD(number: number) -> number", ("ODD(1.5)", "3"), ("ODD(-10)", "-11"), ("ODD(0)", "1"))
def odd(value: Decimal) -> Decimal:
    size = _to_multiple(abs(value) - 1, Decimal(2), CEILING) + 1 if abs(value) > 1 else ONE
    return -size if value < 0 else size
