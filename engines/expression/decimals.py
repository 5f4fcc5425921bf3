"""Exact arithmetic: the digits that are kept, the limit of a result, and every way of rounding."""

import math
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Context, Decimal

from engines.expression.failures import DIV0, NUM, Failure

ZERO, ONE = Decimal(0), Decimal(1)
LIMIT = Decimal(10) ** 15
# Exact for the sum and product of any few numbers of 15 digits.
EXACT = Context(prec=60, rounding=ROUND_HALF_UP, Emax=999_999, Emin=-999_999)
WIDE = Context(prec=400, rounding=ROUND_HALF_UP, Emax=999_999, Emin=-999_999)
_QUOTIENT = Decimal("1e-12")
_SHOWN = Decimal("1e-10")
_FIFTEEN = Context(prec=15, rounding=ROUND_HALF_UP)

HALF_UP, DOWN, UP, FLOOR, CEILING = ROUND_HALF_UP, ROUND_DOWN, ROUND_UP, ROUND_FLOOR, ROUND_CEILING


def fifteen_digits(text: str) -> Decimal:
    """Return the number that ``text`` says, rounded to 15 digits."""
    return _FIFTEEN.create_decimal(text)


def bounded(number: Decimal) -> Decimal:
    """Return ``number``, or leave with #NUM! when it has 16 digits or more before the point."""
    if number.adjusted() >= 15 and number:
        raise Failure(NUM)
    return number


def kept(number: Decimal) -> Decimal:
    """Cut a number that does not end to 12 decimals."""
    return quantized(bounded(number), _QUOTIENT)


def shown(number: Decimal) -> Decimal:
    """Round a number that came from ``kept`` to the 10 decimals it is compared and shown with."""
    exponent = number.as_tuple().exponent
    return number if isinstance(exponent, int) and exponent >= -10 else quantized(number, _SHOWN)


def quantized(number: Decimal, unit: Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Round to the decimals of ``unit``."""
    return number.quantize(unit, rounding=rounding, context=WIDE if number.adjusted() > 40 else EXACT)


def divided(left: Decimal, right: Decimal) -> Decimal:
    """Divide by a number that is not zero, to 12 decimals."""
    return kept(EXACT.divide(left, right))


def rounded(number: Decimal, digits: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Round to ``digits`` decimals, or to powers of ten when negative."""
    if digits < -15:
        return ZERO
    exponent = number.as_tuple().exponent
    if digits > 30 or (isinstance(exponent, int) and -exponent <= digits):
        return number
    return quantized(number, Decimal(1).scaleb(-digits), rounding) + ZERO


def floored(number: Decimal) -> int:
    """Return the largest whole number up to ``number``."""
    return math.floor(number)


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Return the power, exact where it is a whole one. Leaves with #NUM! or #DIV/0! where there is none."""
    if not base and exponent <= 0:
        raise Failure(DIV0 if exponent else NUM)
    if not base:
        return ZERO
    if exponent == exponent.to_integral_value():
        if abs(base) != 1 and (beyond := _beyond(base, exponent)) is not None:
            return beyond
        result = EXACT.power(base, exponent)
        return bounded(result) if int(result.as_tuple().exponent) >= -12 else kept(result)
    if base > 0:
        return kept(EXACT.power(base, exponent))
    return _root_of_negative(base, exponent)


def _beyond(base: Decimal, exponent: Decimal) -> Decimal | None:
    """Return 0 for a power too small to be seen; #NUM! for one too large, before it is worked out."""
    digits = float(exponent) * float(EXACT.log10(abs(base)))
    if digits > 16:
        raise Failure(NUM)
    return ZERO if digits < -20 else None


def _root_of_negative(base: Decimal, exponent: Decimal) -> Decimal:
    # An odd root of a negative number is real: (-8)^(1/3).
    root = EXACT.divide(ONE, exponent)
    nearest = root.to_integral_value()
    if abs(root - nearest) < Decimal("1e-9") and nearest % 2:
        return -kept(EXACT.power(-base, exponent))
    raise Failure(NUM)


def from_float(work: Callable[[], float]) -> Decimal:
    """Return what ``work`` gives as a decimal; leaves with #NUM! where it has no result."""
    try:
        result = work()
    except (ValueError, OverflowError, ZeroDivisionError):
        raise Failure(NUM) from None
    if math.isnan(result) or math.isinf(result):
        raise Failure(NUM)
    return kept(Decimal(repr(result)))
