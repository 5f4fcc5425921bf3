"""Computed numbers and days in SQL: integers that neither overflow nor differ between databases."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from engines.expression.tree import Binary, Call, Node, Ref, Unary

Condition: TypeAlias = sa.ColumnElement[bool]
Raw: TypeAlias = sa.ColumnElement[Any]
LARGEST = 2**63 - 1
_FIELD = 10**15
_EPOCH = date(1970, 1, 1)
_DAYS = ((date.min - _EPOCH).days, (date.max - _EPOCH).days)
_PARTS = {"YEAR": "year", "MONTH": "month", "DAY": "day"}
MEASURED = frozenset({"ABS", "SIGN", "INT", "ROUND", "MOD", "LEN", "QUARTER", "DAYS", *_PARTS})


class Unpushable(Exception):
    """Leaves a measure that SQL cannot take exactly; the place is added by whoever asked."""


class DayNumber(FunctionElement[int]):
    """The days from 1970 to a date."""

    type = sa.BigInteger()
    inherit_cache = True
    name = "day_number"


@compiles(DayNumber, "sqlite")
def _sqlite(element: DayNumber, compiler: Any, **more: Any) -> str:
    return f"CAST(julianday({compiler.process(element.clauses, **more)}) - 2440587.5 AS INTEGER)"


@compiles(DayNumber)
def _standard(element: DayNumber, compiler: Any, **more: Any) -> str:
    return f"({compiler.process(element.clauses, **more)} - DATE '1970-01-01')"


@dataclass(frozen=True, slots=True)
class Measure:
    """``raw`` units of 10^-``scale``, at most ``bound``; ``error`` holds where there is an error value."""

    raw: Raw
    scale: int = 0
    bound: int = _FIELD
    error: Condition | None = None
    is_date: bool = False

    def scaled(self, scale: int) -> Raw:
        """Return the units of a finer scale."""
        factor = 10 ** (scale - self.scale)
        if self.bound * factor > LARGEST:
            raise Unpushable
        return self.raw if factor == 1 else self.raw * sa.literal(factor, sa.BigInteger)


@dataclass(frozen=True, slots=True)
class Measures:
    """Builds measures. ``column``: a field's raw units, ``constant``: the value of what reads no field."""

    column: Callable[[Ref], Measure]
    constant: Callable[[Node], Any]
    text: Callable[[Node], Raw]
    constant_only: Callable[[Node], bool]

    def of(self, node: Node) -> Measure:  # noqa: C901, PLR0911 one case after the other
        """Return the measure of a node. Raises Unpushable."""
        if self.constant_only(node):
            return _constant(self.constant(node))
        match node:
            case Ref():
                return self.column(node)
            case Unary("-", operand):
                found = self.of(operand)
                return Measure(-found.raw, found.scale, found.bound, found.error)
            case Binary(("+" | "-") as op, left, right):
                return _sum(op, self.of(left), self.of(right))
            case Binary("*", left, right):
                return _product(self.of(left), self.of(right))
            case Call("LEN", (whole,)):
                return Measure(sa.func.coalesce(sa.func.length(self.text(whole)), 0))
            case Call("ROUND", (number, digits)) if self.constant_only(digits):
                return _rounded(self.of(number), self.constant(digits))
            case Call("MOD", (number, divisor)):
                return _remainder(self.of(number), self.of(divisor))
            case Call("DAYS", (end, start)):
                return _sum("-", self.of(end), self.of(start))
            case Call(name, (arg,)) if name in MEASURED:
                return _of_one(name, self, arg)
        raise Unpushable


def _constant(value: Any) -> Measure:
    if isinstance(value, date) and type(value) is date:
        days = (value - _EPOCH).days
        return Measure(sa.literal(days, sa.BigInteger), 0, max(abs(days), 1), is_date=True)
    if type(value) is int:
        value = Decimal(value)
    if not isinstance(value, Decimal):
        raise Unpushable
    plain = value.normalize()
    scale = max(0, -int(plain.as_tuple().exponent))
    if scale > 12 or value.adjusted() > 17:
        raise Unpushable
    units = int(plain.scaleb(scale))
    return Measure(sa.literal(units, sa.BigInteger), scale, max(abs(units), 1))


def either(*errors: Condition | None) -> Condition | None:
    """Return where any of the errors is."""
    found = [each for each in errors if each is not None]
    return sa.or_(*found) if found else None


def guarded(error: Condition | None, value: Raw) -> Raw:
    """Return the value, NULL where there is an error."""
    return value if error is None else sa.case((error, sa.null()), else_=value)


def _sum(op: str, left: Measure, right: Measure) -> Measure:
    dates = left.is_date + right.is_date
    if dates and (
        left.scale
        or right.scale
        or (op == "+" and dates == 2)
        or (op == "-" and dates == 1 and right.is_date)
    ):
        raise Unpushable
    scale = max(left.scale, right.scale)
    one, other = left.scaled(scale), right.scaled(scale)
    bound = left.bound * 10 ** (scale - left.scale) + right.bound * 10 ** (scale - right.scale)
    if bound > LARGEST:
        raise Unpushable
    raw = one + other if op == "+" else one - other
    moved = dates == 1
    return _limited(Measure(raw, scale, bound, either(left.error, right.error), moved))


def _limited(found: Measure) -> Measure:
    """Add the error of a result of 16 digits, or of a day that no calendar has."""
    limit = 10 ** (15 + found.scale)
    if found.is_date:
        beyond: Condition = sa.not_(found.raw.between(*_DAYS))
    elif found.bound < limit:
        return found
    else:
        beyond = sa.or_(
            found.raw >= sa.literal(limit, sa.BigInteger), found.raw <= sa.literal(-limit, sa.BigInteger)
        )
    error = either(found.error, beyond)
    return Measure(guarded(error, found.raw), found.scale, found.bound, error, found.is_date)


def _product(left: Measure, right: Measure) -> Measure:
    if left.is_date or right.is_date:
        raise Unpushable
    scale, error = left.scale + right.scale, either(left.error, right.error)
    limit = 10 ** (15 + scale) - 1
    if left.bound * right.bound <= LARGEST:
        return _limited(Measure(left.raw * right.raw, scale, left.bound * right.bound, error))
    if limit > LARGEST:
        raise Unpushable
    size = sa.func.abs(right.raw)
    beyond: Condition = sa.and_(
        right.raw != 0,
        # Of a whole number, or the quotient would be sought with a function that knows no NULL.
        sa.func.abs(left.raw)
        > sa.literal(limit, sa.BigInteger) // sa.type_coerce(sa.func.nullif(size, 0), sa.BigInteger),
    )
    error = either(error, beyond)
    return Measure(guarded(error, left.raw * right.raw), scale, limit, error)


def _floored(raw: Raw, factor: int) -> Raw:
    unit = sa.literal(factor, sa.BigInteger)
    below = sa.case(
        (sa.and_(raw < 0, raw % unit != 0), sa.literal(1, sa.BigInteger)), else_=sa.literal(0, sa.BigInteger)
    )
    return _cut(raw, unit) - below


def _cut(raw: Raw, unit: Raw) -> Raw:
    """Divide and cut: both databases do so for integers."""
    return (raw - raw % unit) // unit


def _rounded(found: Measure, digits: Any) -> Measure:
    if not isinstance(digits, Decimal) or found.is_date:
        raise Unpushable
    drop = found.scale - int(digits)
    if drop <= 0:
        return found
    if drop > 15:
        raise Unpushable
    factor = 10**drop
    size = sa.func.abs(found.raw) + sa.literal(factor // 2, sa.BigInteger)
    units = _cut(size, sa.literal(factor, sa.BigInteger))
    raw = sa.case((found.raw < 0, -units), else_=units)
    if int(digits) >= 0:
        return _limited(Measure(raw, int(digits), found.bound // factor + 1, found.error))
    back = 10 ** -int(digits)
    return _limited(
        Measure(raw * sa.literal(back, sa.BigInteger), 0, (found.bound // factor + 1) * back, found.error)
    )


def _remainder(left: Measure, right: Measure) -> Measure:
    if left.is_date or right.is_date:
        raise Unpushable
    scale = max(left.scale, right.scale)
    number, divisor = left.scaled(scale), sa.func.nullif(right.scaled(scale), 0)
    rest = number % divisor
    turned = sa.and_(rest != 0, (rest < 0) != (divisor < 0))
    error = either(left.error, right.error, sa.and_(number.is_not(None), right.raw == 0))
    bound = right.bound * 10 ** (scale - right.scale)
    return Measure(guarded(error, sa.case((turned, rest + divisor), else_=rest)), scale, bound, error)


def _of_one(name: str, measures: Measures, arg: Node) -> Measure:
    found = measures.of(arg)
    if name in _PARTS or name == "QUARTER":
        return _part(name, arg, measures)
    if found.is_date:
        raise Unpushable
    match name:
        case "ABS":
            return Measure(sa.func.abs(found.raw), found.scale, found.bound, found.error)
        case "SIGN":
            side = sa.case((found.raw > 0, 1), (found.raw < 0, -1), (found.raw == 0, 0), else_=sa.null())
            return Measure(sa.type_coerce(side, sa.BigInteger), 0, 1, found.error)
        case "INT":
            return _limited(Measure(_floored(found.raw, 10**found.scale), 0, found.bound + 1, found.error))
    raise Unpushable


def _part(name: str, arg: Node, measures: Measures) -> Measure:
    found = measures.of(arg)
    if not isinstance(arg, Ref) or not found.is_date:
        raise Unpushable
    whole = found.raw.clauses.clauses[0] if isinstance(found.raw, DayNumber) else found.raw
    part = sa.cast(sa.extract(_PARTS.get(name, "month"), whole), sa.BigInteger)
    return Measure(part if name in _PARTS else (part + 2) // sa.literal(3, sa.BigInteger), 0, 9999)


def is_measure(node: Node) -> bool:
    """Tell whether a node is computed from numbers or dates."""
    match node:
        case Binary("+" | "-" | "*" | "/" | "^") | Unary("-") | Unary("%"):
            return True
        case Call(name):
            return name in MEASURED
    return False
