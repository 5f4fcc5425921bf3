"""Computed numbers and days in SQL: integers that neither overflow nor differ between databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
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
class _Step:
    """A number that rises with ``raw``, by ``height`` each time. ``first``: where a step begins."""

    raw: Raw
    first: Callable[[int], int]
    height: int = 1

    def compared(self, op: str, units: Fraction) -> Condition | None:
        """Return the comparison with so many units, made of ``raw``; None where 64 bits are too few.

        A database compares a column faster than what it has to work out, and can use an index.
        """
        units /= self.height
        number = floor(units)
        here, after = self.first(number), self.first(number + 1)
        if max(abs(here), abs(after)) > LARGEST:
            return None
        whole = number == units
        low, high, last = (sa.literal(each, sa.BigInteger) for each in (here, after, after - 1))
        match op:
            case ">":
                return self.raw >= high
            case "<=":
                return self.raw < high
            case ">=":
                return self.raw >= (low if whole else high)
            case "<":
                return self.raw < (low if whole else high)
        among = sa.and_(self.raw.between(low, last), self.raw.is_not(None)) if whole else sa.false()
        return among if op == "=" else sa.not_(among)


@dataclass(frozen=True, slots=True)
class Measure:
    """``raw`` units of 10^-``scale``, at most ``bound``; ``error`` holds where there is an error value.

    ``known``: the units of what reads no field. ``step``: what they were made of, where they rise with it.
    """

    raw: Raw
    scale: int = 0
    bound: int = _FIELD
    error: Condition | None = None
    is_date: bool = False
    known: int | None = None
    step: _Step | None = None

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
    return Measure(sa.literal(units, sa.BigInteger), scale, max(abs(units), 1), known=units)


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


def _floored(found: Measure) -> Measure:
    """Return the largest whole number below: databases cut integers towards zero."""
    unit = 10**found.scale
    if unit == 1:
        return found
    step = _Step(found.raw, lambda number: number * unit)
    raw = _quotient(found, unit, below=unit - 1, above=0)
    return _limited(Measure(raw, 0, found.bound // unit + 1, found.error, step=step))


def _rounded(found: Measure, digits: Any) -> Measure:
    if not isinstance(digits, Decimal) or found.is_date:
        raise Unpushable
    drop = found.scale - int(digits)
    if drop <= 0:
        return found
    if drop > 15:
        raise Unpushable
    unit = 10**drop
    half = unit // 2
    # Half is rounded away from zero, so that below zero it is the next unit up that begins after it.
    back = 10 ** max(0, -int(digits))
    step = _Step(found.raw, lambda number: number * unit - half + (number <= 0), back)
    raw, bound = _quotient(found, unit, below=half, above=half), found.bound // unit + 1
    if back > 1:
        raw = raw * sa.literal(back, sa.BigInteger)
    return _limited(Measure(raw, max(0, int(digits)), bound * back, found.error, step=step))


def _quotient(found: Measure, unit: int, *, below: int, above: int) -> Raw:
    """Divide what is moved away from zero by so much, and cut."""
    if found.bound + max(below, above) > LARGEST:
        raise Unpushable
    raw, whole = found.raw, sa.literal(unit, sa.BigInteger)
    return sa.case(
        (raw < 0, (raw - sa.literal(below, sa.BigInteger)) // whole),
        else_=(raw + sa.literal(above, sa.BigInteger)) // whole,
    )


def _remainder(left: Measure, right: Measure) -> Measure:
    if left.is_date or right.is_date:
        raise Unpushable
    scale = max(left.scale, right.scale)
    number, bound = left.scaled(scale), right.bound * 10 ** (scale - right.scale)
    if right.known:
        most, whole = left.bound * 10 ** (scale - left.scale), right.known * 10 ** (scale - right.scale)
        if 2 * most + bound <= LARGEST:
            return Measure(_known_remainder(number, most, whole), scale, bound, left.error)
    divisor = sa.func.nullif(right.scaled(scale), 0)
    rest = number % divisor
    turned = sa.and_(rest != 0, (rest < 0) != (divisor < 0))
    error = either(left.error, right.error, sa.and_(number.is_not(None), right.raw == 0))
    return Measure(guarded(error, sa.case((turned, rest + divisor), else_=rest)), scale, bound, error)


def _known_remainder(number: Raw, bound: int, divisor: int) -> Raw:
    """Return the remainder with the sign of the divisor: of what is moved above zero first."""
    size = abs(divisor)
    above = sa.literal((bound // size + 1) * size, sa.BigInteger)
    whole = sa.literal(size, sa.BigInteger)
    return (above + number) % whole if divisor > 0 else -((above - number) % whole)


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
            return _floored(found)
    raise Unpushable


def _part(name: str, arg: Node, measures: Measures) -> Measure:
    found = measures.of(arg)
    if not isinstance(arg, Ref) or not found.is_date:
        raise Unpushable
    whole = found.raw.clauses.clauses[0] if isinstance(found.raw, DayNumber) else found.raw
    part = sa.cast(sa.extract(_PARTS.get(name, "month"), whole), sa.BigInteger)
    return Measure(part if name in _PARTS else (part + 2) // sa.literal(3, sa.BigInteger), 0, 9999)


def by_steps(op: str, left: Measure, right: Measure) -> Condition | None:
    """Return the comparison of what rises in steps with a number, without working it out; None for others."""
    if left.step is None or right.known is None:
        return None
    return left.step.compared(op, Fraction(right.known * 10**left.scale, 10**right.scale))


def is_measure(node: Node) -> bool:
    """Tell whether a node is computed from numbers or dates."""
    match node:
        case Binary("+" | "-" | "*" | "/" | "^") | Unary("-") | Unary("%"):
            return True
        case Call(name):
            return name in MEASURED
    return False
