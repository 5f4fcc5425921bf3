"""What a function makes of a value of another type: Excel's conversions. Blank is None."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, tzinfo
from decimal import Decimal

from engines.expression.decimals import EXACT, LIMIT, ONE, ZERO, bounded, fifteen_digits, kept, shown
from engines.expression.failures import NUM, VALUE, ErrorValue, Failure
from engines.expression.scope import Context
from engines.expression.serials import (
    LAST_SERIAL,
    Civil,
    civil_of_serial,
    date_of_serial,
    date_of_text,
    fraction_of,
    serial_of_date,
    serial_of_moment,
    serial_of_text,
)
from engines.expression.serials import civil as civil_of_date

_NUMBER = re.compile(
    r"([-+]?)\s*[$¥€£￥]?\s*([-+]?)((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]*)?)((?:[eE][-+]?[0-9]{1,3})?)\s*(%?)"
)
_FRACTION = re.compile(r"([-+]?)([0-9]{1,14}) ([0-9]{1,5})/([0-9]{1,5})")
_BRACKETED = re.compile(r"\(\s*([^()]+)\s*\)")


def number(value: object, context: Context) -> Decimal | None:
    """Return a value as a number; dates count days since 1900. Leaves with the error it cannot be."""
    kind = value.__class__
    if kind is Decimal:
        return value  # type: ignore[return-value]  # the class was just compared
    if value is None:
        return None
    if kind is bool:
        return ONE if value else ZERO
    if kind is str:
        return number_of_text(value)  # type: ignore[arg-type]  # likewise
    return _number_of_other(value, context.zone)


def _number_of_other(value: object, zone: tzinfo) -> Decimal | None:
    match value:
        case ErrorValue():
            raise Failure(value)
        case Decimal() | int():
            return Decimal(value)
        case str():
            return number_of_text(value)
        case datetime():
            return serial_of_moment(value, zone)
        case date():
            return Decimal(serial_of_date(value))
        case time():
            return fraction_of(value)
        case tuple():
            return _number_of_other(first(value), zone) if value else None
    raise Failure(VALUE)


def first(values: tuple[object, ...]) -> object:
    """Return the first item, blank of nothing."""
    return values[0] if values else None


def number_of_text(text: str) -> Decimal:
    """Read a number, a sum of money, a percentage, a date or a time; #VALUE! for anything else."""
    stripped = text.strip()
    bracketed = _BRACKETED.fullmatch(stripped)
    match = _NUMBER.fullmatch(bracketed[1].strip() if bracketed else stripped)
    if match is None or match[3] in {"", "."} or (match[1] and match[2]):
        return _mixed(stripped) or serial_of_text(stripped)
    found = fifteen_digits(match[3].replace(",", "") + match[4])
    if "-" in {match[1], match[2]} or bracketed:
        found = -found
    return bounded(found / 100 if match[5] else found)


def _mixed(text: str) -> Decimal | None:
    """Read ``1 3/4``; two numbers alone are a day and a month."""
    match = _FRACTION.fullmatch(text)
    if match is None or not int(match[4]):
        return None
    found = EXACT.add(Decimal(match[2]), kept(EXACT.divide(Decimal(match[3]), Decimal(match[4]))))
    return -found if match[1] == "-" else found


def text(value: object, context: Context) -> str:  # noqa: PLR0911 one case after the other
    """Return a value as text; blank is the empty text."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case Decimal():
            return number_text(value)
        case int():
            return str(value)
        case ErrorValue():
            raise Failure(value)
        case datetime():
            return value.astimezone(context.zone).replace(tzinfo=None).isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case tuple():
            return ", ".join(text(item, context) for item in value)
    raise Failure(VALUE)


def number_text(value: Decimal) -> str:
    """Write a number with the digits it has, no more than 15 and no zeros at the end."""
    rounded = fifteen_digits(str(shown(value)))
    if not rounded:
        return "0"
    plain = format(rounded, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def truth(value: object, context: Context) -> bool | None:
    """Return a value as TRUE or FALSE: numbers other than zero are TRUE."""
    match value:
        case None | bool():
            return value
        case Decimal() | int():
            return value != 0
        case str() if value.upper() in {"TRUE", "FALSE"}:
            return value.upper() == "TRUE"
        case ErrorValue():
            raise Failure(value)
        case tuple():
            return truth(first(value), context)
        case date():
            return True
    raise Failure(VALUE)


def day(value: object, context: Context) -> date | None:
    """Return a value as a date, as calendars in the zone show it."""
    match value:
        case None:
            return None
        case datetime():
            return value.astimezone(context.zone).date()
        case date():
            return value
        case ErrorValue():
            raise Failure(value)
        case str():
            try:
                return date_of_text(value)
            except Failure:
                return date_of_serial(number_of_text(value))
    found = number(value, context)
    return None if found is None else date_of_serial(found)


def civil(value: object, context: Context) -> Civil | None:
    """Return a value as a day that Excel's calendar shows."""
    if isinstance(value, date) or value is None:
        found = day(value, context)
        return None if found is None else civil_of_date(found)
    if isinstance(value, str):
        try:
            return civil_of_date(date_of_text(value))
        except Failure:
            pass
    days = serial(value, context)
    if days is None or days >= LAST_SERIAL + 1:
        raise Failure(NUM)
    return civil_of_serial(int(days))


def serial(value: object, context: Context) -> Decimal | None:
    """Return a moment as a number of days that is not negative."""
    found = number(value, context)
    if found is not None and (found < 0 or found >= LIMIT):
        raise Failure(NUM)
    return found


def flat(values: object) -> Iterator[object]:
    """Yield the items of a list, of lists in it, or the one value that is no list."""
    if isinstance(values, tuple):
        for item in values:
            yield from flat(item)
    else:
        yield values
