"""What the operators mean for two Python values. Blank is None."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from engines.expression.decimals import DOWN, EXACT, divided, power, quantized
from engines.expression.errors import ExpressionError
from engines.expression.failures import DIV0, NUM, VALUE, ErrorValue, Failure
from engines.expression.scope import ValueType
from engines.expression.serials import SECONDS_A_DAY, fraction_of, serial_of_date, serial_of_moment
from engines.expression.text import fold

LARGEST_ID = 2**63 - 1
_KINDS: dict[type, ValueType] = {
    str: ValueType.text,
    Decimal: ValueType.number,
    bool: ValueType.bool,
    date: ValueType.date,
    datetime: ValueType.datetime,
    time: ValueType.time,
    int: ValueType.id,
    tuple: ValueType.any,
}
_MOMENTS = frozenset({ValueType.date, ValueType.datetime, ValueType.time})


def kind_of(value: object) -> ValueType:
    """Return the type a value has by itself; options are text and any tuple is ``any``."""
    found = _KINDS.get(type(value))
    if found is None:
        found = next((_KINDS[parent] for parent in type(value).__mro__ if parent in _KINDS), ValueType.any)
    return found


def comparable(value: object, kind: ValueType, zone: tzinfo, at: int) -> object:
    """Return a non-blank ``value`` as it is compared with values of ``kind``: folded, dated, in UTC.

    Raises ExpressionError when no value of ``kind`` could equal it by its type.
    """
    try:
        result = _COMPARABLE[kind](value, zone)
    except (KeyError, ValueError, OverflowError):
        result = None
    if result is None:
        raise ExpressionError("expression.type_mismatch", at, expected=kind.value, found=kind_of(value).value)
    return result


def _text(value: object, _: tzinfo) -> object:
    return fold(value) if isinstance(value, str) else None


def _number(value: object, _: tzinfo) -> object:
    # An int is a record's id, or a system value such as a version.
    return Decimal(value) if type(value) is int else value if isinstance(value, Decimal) else None


def _bool(value: object, _: tzinfo) -> object:
    return value if isinstance(value, bool) else None


def _id(value: object, _: tzinfo) -> object:
    if isinstance(value, Decimal):
        value = format(value.normalize(), "f") if value.adjusted() < 20 else ""
    digits = str(value) if isinstance(value, int | str) else ""
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 20 else LARGEST_ID + 1
    return number if number <= LARGEST_ID else None


def _date(value: object, _: tzinfo) -> object:
    if isinstance(value, str):
        return date.fromisoformat(value)
    return value if kind_of(value) is ValueType.date else None


def _datetime(value: object, zone: tzinfo) -> object:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    elif kind_of(value) is ValueType.date and isinstance(value, date):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        return None
    return milliseconds(value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _time(value: object, _: tzinfo) -> object:
    return time.fromisoformat(value) if isinstance(value, str) else value if isinstance(value, time) else None


_COMPARABLE: dict[ValueType, Callable[[object, tzinfo], object]] = {
    ValueType.text: _text,
    ValueType.option: _text,
    ValueType.options: _text,
    ValueType.number: _number,
    ValueType.bool: _bool,
    ValueType.id: _id,
    ValueType.ids: _id,
    ValueType.date: _date,
    ValueType.datetime: _datetime,
    ValueType.time: _time,
}


def milliseconds(moment: datetime) -> datetime:
    """Cut ``moment`` to the milliseconds that are stored."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def aligned(left: object, right: object, zone: tzinfo, at: int) -> tuple[object, object]:
    """Return two non-blank values in the form in which they can be compared with each other."""
    kinds = (kind_of(left), kind_of(right))
    if kinds[0] is kinds[1]:
        kind = kinds[0]
    elif ValueType.text in kinds:
        kind = kinds[1] if kinds[0] is ValueType.text else kinds[0]
    elif ValueType.number in kinds:
        kind = ValueType.number
        left, right = (serial(side, zone) if kind_of(side) in _MOMENTS else side for side in (left, right))
    else:
        kind = ValueType.datetime
    return comparable(left, kind, zone, at), comparable(right, kind, zone, at)


def serial(value: object, zone: tzinfo) -> Decimal:
    """Return a date, a moment or a time as a number of days."""
    match value:
        case datetime():
            return serial_of_moment(value, zone)
        case date():
            return Decimal(serial_of_date(value))
        case time():
            return fraction_of(value)
    raise Failure(VALUE)


def equal(left: object, right: object, zone: tzinfo, at: int) -> bool:
    """Compare totally: blank equals blank and nothing else, values of different types are different."""
    if left is None or right is None:
        return left is right
    try:
        first, second = aligned(left, right, zone, at)
    except (ExpressionError, Failure):
        return False
    return first == second


def contains(whole: object, part: object, zone: tzinfo, at: int) -> bool | None:
    """Say whether a text holds a text, or several values hold a value."""
    if whole is None or part is None:
        return None
    if isinstance(whole, tuple):
        return any(equal(item, part, zone, at) for item in whole)
    return str(comparable(part, ValueType.text, zone, at)) in str(comparable(whole, ValueType.text, zone, at))


def calculate(op: str, left: object, right: object) -> object:
    """Apply ``+ - * / ^``; dates count in days. Blank where a side is, an error value for no result."""
    for side in (left, right):
        if isinstance(side, ErrorValue):
            return side
    if left is None or right is None:
        return None
    left, right = (Decimal(side) if type(side) is int else side for side in (left, right))
    try:
        if isinstance(left, Decimal) and isinstance(right, Decimal):
            return _number_result(op, left, right)
        return _date_result(op, left, right)
    except Failure as failure:
        return failure.error
    except (OverflowError, ArithmeticError):
        return NUM


def _date_result(op: str, left: object, right: object) -> object:
    if op == "+" and isinstance(left, Decimal) and isinstance(right, date):
        left, right = right, left
    if isinstance(left, date) and isinstance(right, Decimal) and op in {"+", "-"}:
        return _moved(left, right if op == "+" else -right)
    if op == "-" and isinstance(left, date) and isinstance(right, date):
        if type(left) is date and type(right) is date:
            return Decimal((left - right).days)
        if isinstance(left, datetime) and isinstance(right, datetime):
            seconds = Decimal((left - right) // timedelta(milliseconds=1)).scaleb(-3)
            return divided(seconds, Decimal(SECONDS_A_DAY))
    return VALUE


def _number_result(op: str, left: Decimal, right: Decimal) -> Decimal | ErrorValue:
    if op == "/":
        return divided(left, right) if right else DIV0
    if op == "^":
        return power(left, right)
    result = _EXACTLY[op](left, right)
    return result if result.adjusted() < 15 or not result else NUM


_EXACTLY: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
}


def _moved(start: date, days: Decimal) -> date:
    if isinstance(start, datetime):
        seconds = quantized(days * SECONDS_A_DAY, Decimal(1))
        return start + timedelta(seconds=int(seconds))
    return start + timedelta(days=int(quantized(days, Decimal(1), DOWN)))
