"""What the operators mean for two Python values. Blank is None; an error value is blank."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Context, Decimal

from engines.expression.errors import ExpressionError
from engines.expression.scope import ValueType
from engines.expression.text import fold

LARGEST_ID = 2**63 - 1
_LIMIT = Decimal(10) ** 15
_QUOTIENT = Decimal("1e-12")
_SHOWN = Decimal("1e-10")
_SECONDS_A_DAY = 86_400
# Exact for the sum and product of any two numbers of 15 digits.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
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


def kind_of(value: object) -> ValueType:
    """Return the type a value has by itself; options are text and any tuple is ``any``."""
    return next((_KINDS[parent] for parent in type(value).__mro__ if parent in _KINDS), ValueType.any)


def rounded(value: object) -> object:
    """Round a number that came from a quotient to the 10 decimals it is compared and shown with."""
    return value.quantize(_SHOWN, context=_EXACT) if isinstance(value, Decimal) else value


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
    digits = str(value) if isinstance(value, int | Decimal | str) else ""
    number = int(digits) if digits.isascii() and digits.isdigit() else LARGEST_ID + 1
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
    else:
        kind = ValueType.number if ValueType.number in kinds else ValueType.datetime
    return comparable(left, kind, zone, at), comparable(right, kind, zone, at)


def equal(left: object, right: object, zone: tzinfo, at: int) -> bool:
    """Compare totally: blank equals blank and nothing else."""
    if left is None or right is None:
        return left is right
    first, second = aligned(left, right, zone, at)
    return first == second


def contains(whole: object, part: object, zone: tzinfo, at: int) -> bool | None:
    """Say whether a text holds a text, or several values hold a value."""
    if whole is None or part is None:
        return None
    if isinstance(whole, tuple):
        return any(equal(item, part, zone, at) for item in whole)
    return str(comparable(part, ValueType.text, zone, at)) in str(comparable(whole, ValueType.text, zone, at))


def calculate(op: str, left: object, right: object, at: int) -> object:
    """Apply ``+ - * /``; dates count in days. Blank where a side is blank or there is no result."""
    if left is None or right is None:
        return None
    left, right = (Decimal(side) if type(side) is int else side for side in (left, right))
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return _number_result(op, left, right)
    try:
        if isinstance(left, date) and isinstance(right, Decimal) and op in {"+", "-"}:
            return _moved(left, right if op == "+" else -right)
        if type(left) is date and type(right) is date and op == "-":
            return Decimal((left - right).days)
    except OverflowError:
        return None
    raise ExpressionError("expression.type_mismatch", at, expected="number", found=kind_of(right).value)


def _number_result(op: str, left: Decimal, right: Decimal) -> Decimal | None:
    if op == "/":
        result = _EXACT.divide(left, right).quantize(_QUOTIENT, context=_EXACT) if right else None
    else:
        result = {"+": _EXACT.add, "-": _EXACT.subtract, "*": _EXACT.multiply}[op](left, right)
    return result if result is not None and abs(result) < _LIMIT else None


def _moved(start: date, days: Decimal) -> date:
    if isinstance(start, datetime):
        return start + timedelta(seconds=round(days * _SECONDS_A_DAY))
    return start + timedelta(days=int(days))
