"""Numbers: exact decimals of at most 15 digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from engines.expression import fold
from engines.form.field import refuse

DIGITS = 15
_LONGEST = 64
# A comma is read between groups of three only: 1052,75 is a mistake as often as it is a decimal comma.
_FIGURE = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[+-]?\d{1,3})?", re.ASCII)

Clean = Callable[[str], tuple[str, int]]


def decimal_reader(
    decimals: int, low: Decimal | None = None, high: Decimal | None = None, clean: Clean | None = None
) -> Callable[[Any], Decimal]:
    """Build the reader of one field's numbers: text with separators, JSON numbers, cells.

    ``clean``: folded text -> the figure in it and the power of ten that its unit stands for.
    """
    unit, limit = Decimal(1).scaleb(-decimals), Decimal(10) ** (DIGITS - decimals)
    least = -limit

    def read(raw: Any) -> Decimal:
        value = to_decimal(raw, clean)
        if not least < value < limit:
            raise refuse("field.too_many_digits", value=raw, digits=DIGITS)
        exact = value.quantize(unit)
        if exact != value:
            raise refuse("field.too_many_decimals", value=raw, decimals=decimals)
        if low is not None and exact < low:
            raise refuse("field.below_min", value=raw, min=format(low, "f"))
        if high is not None and exact > high:
            raise refuse("field.above_max", value=raw, max=format(high, "f"))
        return exact or abs(exact)  # -0 is 0

    return read


def to_decimal(raw: object, clean: Clean | None = None) -> Decimal:
    """Return the number a door received; thousands separators and full-width digits are read."""
    if isinstance(raw, str):
        value = _from_text(raw, clean)
    elif isinstance(raw, float):
        value = Decimal(format(raw, f".{DIGITS}g"))  # as many digits as a cell shows
    elif isinstance(raw, int | Decimal) and not isinstance(raw, bool):
        value = Decimal(raw)
    else:
        raise refuse("field.not_a_number", value=raw)
    if not value.is_finite():
        raise refuse("field.not_a_number", value=raw)
    return value


def _from_text(raw: str, clean: Clean | None) -> Decimal:
    if len(raw) > _LONGEST or "_" in raw:
        raise refuse("field.not_a_number", value=raw)
    try:
        return Decimal(raw)
    except InvalidOperation:
        figure, power = clean(fold(raw.strip())) if clean else (fold(raw.strip()), 0)
    figure = figure.replace("\u2212", "-")
    if not _FIGURE.fullmatch(figure):
        raise refuse("field.not_a_number", value=raw)
    try:
        return Decimal(figure.replace(",", "")).scaleb(power)
    except InvalidOperation:
        raise refuse("field.not_a_number", value=raw) from None
