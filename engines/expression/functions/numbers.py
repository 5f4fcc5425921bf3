"""Numbers: rounding in every direction, division, powers, logarithms."""

import math
from decimal import Decimal
from typing import Any

from engines.expression.coercion import flat, number
from engines.expression.decimals import (
    CEILING,
    DOWN,
    EXACT,
    FLOOR,
    HALF_UP,
    LIMIT,
    ONE,
    UP,
    ZERO,
    from_float,
    kept,
    rounded,
)
from engines.expression.decimals import power as raised
from engines.expression.failures import DIV0, NUM, Failure
from engines.expression.functions.table import function
from engines.expression.scope import Context

_MOST_DIGITS = 30


def _digits(digits: Decimal) -> int:
    return max(-_MOST_DIGITS, min(_MOST_DIGITS, int(digits)))


@function("ABS(number: number) -> number", ("ABS(-5)", "5"), ("ABS(2.5)", "2.5"), pushed=True)
def abs_(value: Decimal) -> Decimal:
    return value.copy_abs()


@function("SIGN(number: number) -> number", ("SIGN(-3)", "-1"), ("SIGN(0)", "0"), pushed=True)
def sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)


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
    "MROUND(number: number, multiple: number) -> number",
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


@function(
    "MOD(number: number, divisor: number) -> number",
    ("MOD(-7, 3)", "2"),
    ("MOD(6, 1.333)", "0.668"),
    ("MOD(1, 0)", "#DIV/0!"),
    pushed=True,
)
def mod(value: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise Failure(DIV0)
    rest = EXACT.remainder(value, divisor)
    return rest + divisor if rest and (rest < 0) != (divisor < 0) else rest


@function(
    "QUOTIENT(number: number, divisor: number) -> number",
    ("QUOTIENT(5.5, 2.667)", "2"),
    ("QUOTIENT(-10, 3)", "-3"),
    ("QUOTIENT(1, 0)", "#DIV/0!"),
)
def quotient(value: Decimal, divisor: Decimal) -> Decimal:
    if not divisor:
        raise Failure(DIV0)
    return EXACT.divide_int(value, divisor)


@function(
    "POWER(base: number, exponent: number) -> number",
    ("POWER(2, 10)", "1024"),
    ("POWER(4, 0.5)", "2"),
    ("POWER(-1, 0.5)", "#NUM!"),
    inexact=True,
)
def power(base: Decimal, exponent: Decimal) -> Decimal:
    return raised(base, exponent)


@function("SQRT(number: number) -> number", ("SQRT(144)", "12"), ("SQRT(-1)", "#NUM!"), inexact=True)
def sqrt(value: Decimal) -> Decimal:
    if value < 0:
        raise Failure(NUM)
    return kept(EXACT.sqrt(value))


@function("EXP(number: number) -> number", ("EXP(0)", "1"), ("ROUND(EXP(1), 5)", "2.71828"), inexact=True)
def exp(value: Decimal) -> Decimal:
    return from_float(lambda: math.exp(value))


@function(
    "LN(number: number) -> number",
    ("LN(1)", "0"),
    ("ROUND(LN(10), 5)", "2.30259"),
    ("LN(0)", "#NUM!"),
    inexact=True,
)
def ln(value: Decimal) -> Decimal:
    return from_float(lambda: math.log(value))


@function(
    "LOG(number: number, base: number = 10) -> number",
    ("LOG(64, 8)", "2"),
    ("LOG(1000)", "3"),
    ("LOG(10, 1)", "#DIV/0!"),
    inexact=True,
)
def log(value: Decimal, base: Decimal) -> Decimal:
    if base == 1 and value > 0:
        raise Failure(DIV0)
    if value <= 0 or base <= 0:
        raise Failure(NUM)
    return kept(EXACT.divide(EXACT.ln(value), EXACT.ln(base)))


@function(
    "LOG10(number: number) -> number",
    ("LOG10(0.1)", "-1"),
    ("LOG10(1000)", "3"),
    ("LOG10(-1)", "#NUM!"),
    inexact=True,
)
def log10(value: Decimal) -> Decimal:
    found: Decimal = log(value, Decimal(10))
    return found


@function("PI() -> number", ("ROUND(PI(), 5)", "3.14159"), inexact=True, failing=False)
def pi() -> Decimal:
    return Decimal("3.141592653590")


def _whole_numbers(context: Context, values: Any) -> list[int]:
    found = []
    for item in flat(values):
        value = number(item, context)
        if value is None:
            continue
        if value < 0:
            raise Failure(NUM)
        found.append(int(value))
    return found


@function("GCD(*numbers: list) -> number", ("GCD(24, 36)", "12"), ("GCD(-2, 4)", "#NUM!"), context=True)
def gcd(context: Context, *values: Any) -> int:
    return math.gcd(*_whole_numbers(context, values))


@function("LCM(*numbers: list) -> number", ("LCM(4, 6)", "12"), ("LCM(5, 0)", "0"), context=True)
def lcm(context: Context, *values: Any) -> Decimal:
    result = 1
    for value in _whole_numbers(context, values):
        result = math.lcm(result, value)
        if result >= LIMIT:
            raise Failure(NUM)
    return Decimal(result)
