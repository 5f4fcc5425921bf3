"""Numbers: signs, division, powers, logarithms, divisors."""

import math
from decimal import Decimal
from typing import Any

from engines.expression.coercion import flat, number
from engines.expression.decimals import EXACT, LIMIT, from_float, kept
from engines.expression.decimals import power as raised
from engines.expression.failures import DIV0, NUM, VALUE, Failure
from engines.expression.functions.table import function
from engines.expression.scope import Context


@function("ABS(number: number) -> number", ("ABS(-5)", "5"), ("ABS(2.5)", "2.5"), pushed=True)
def abs_(value: Decimal) -> Decimal:
    return value.copy_abs()


@function("SIGN(number: number) -> number", ("SIGN(-3)", "-1"), ("SIGN(0)", "0"), pushed=True)
def sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)


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
    "QUOTIENT(number: countable, divisor: countable) -> number",
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
        if isinstance(item, bool):
            raise Failure(VALUE)
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
