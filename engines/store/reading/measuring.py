"""Figures in SQL: the columns each is made of, what puts groups in order, and the exact number they make."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engines.expression import ExpressionError, ValueType, check_condition, compile_sql
from engines.query import Measure
from engines.store.reading.grouping import column, groupable
from engines.store.reading.opening import Reading
from engines.store.reading.sorting import plain
from schemas.errors import Invalid, Issue

_ORDERED = {ValueType.number, ValueType.date, ValueType.datetime, ValueType.time}
_FUNCTIONS = {"count", "sum", "average", "min", "max", "distinct", "filled", "share"}
_WITHOUT_FIELD = {"count", "share"}
# Sums of scaled integers in two limbs: neither part overflows 64 bits before a billion rows do.
_LIMB = 1_000_000_000
_PLACES = Decimal(10) ** -12
Parts = Sequence[sa.ColumnElement[Any]]


def parts(reading: Reading, measure: Measure, *, wide: bool) -> Parts:
    """Return the columns one figure is made of: an average has a sum and a count, a wide sum two limbs."""
    where = _condition(reading, measure)
    found = [
        each if where is None else each.filter(where) for each in _functions(reading, measure, wide=wide)
    ]
    return [*found, sa.func.count()] if measure.function == "share" else found


def _condition(reading: Reading, measure: Measure) -> sa.ColumnElement[bool] | None:
    if measure.where is None:
        return None
    try:
        check_condition(measure.where, reading.lens)
        return compile_sql(measure.where, reading.lens, reading.lens.context)
    except ExpressionError as error:
        raise Invalid([Issue("measure", error.code, error.params)], "query.invalid") from None


def _functions(reading: Reading, measure: Measure, *, wide: bool) -> list[Any]:
    """Return the functions of a figure, not yet narrowed."""
    name = measure.function
    if name not in _FUNCTIONS:
        raise _refused("query.unknown_measure", name)
    if name in _WITHOUT_FIELD and measure.field is None:
        return [sa.func.count()]
    if measure.field is None:
        raise _refused("query.measure_needs_field", name)
    found = column(reading, measure.field, "measure")
    cells = plain(found.value)
    if name in {"sum", "average"}:
        if found.type is not ValueType.number:
            raise _refused("query.not_a_number", measure.field)
        limbs = [sa.func.sum(_div(cells)), sa.func.sum(cells % _LIMB)] if wide else [sa.func.sum(cells)]
        return [*limbs, sa.func.count(cells)] if name == "average" else limbs
    if name in {"count", "filled", "share"}:
        return [sa.func.count(cells)]
    if name == "distinct":
        known = groupable(reading, measure.field, "measure")
        return [sa.func.count(sa.distinct(plain(found.fold if found.fold is not None else known)))]
    if found.type not in _ORDERED:
        raise _refused("query.not_sortable", measure.field)
    return [getattr(sa.func, name)(found.value, type_=found.value.type)]


def _refused(code: str, name: str) -> Invalid:
    return Invalid([Issue("measure", code, {"name": name})], "query.invalid")


def order(reading: Reading, measure: Measure, *, wide: bool) -> Parts:
    """Return what puts the figures in order: the limbs of a sum carried over, so that the first decides."""
    found = parts(reading, measure, wide=wide)
    if measure.function == "sum":  # of nothing it is 0, and is placed so
        found = [sa.func.coalesce(each, 0) for each in found]
    first, *rest = found
    if measure.function in {"average", "share"}:
        units: sa.ColumnElement[Any] = sa.cast(first, sa.Float)
        if wide and measure.function == "average":
            units = units * _LIMB + sa.cast(rest[0], sa.Float)
        return (units / sa.func.nullif(rest[-1], 0),)
    if not rest:
        return (plain(first),)
    low = sa.cast((rest[0] % _LIMB + _LIMB) % _LIMB, sa.BigInteger)
    return (first + _div(sa.cast(rest[0], sa.BigInteger) - low), low)


def _div(cells: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Divide whole numbers towards zero, as both databases do, so that ``%`` is the matching rest."""
    return cells.op("/", return_type=sa.BigInteger())(sa.literal(_LIMB))


def figure(reading: Reading, measure: Measure, row: Any, index: int, *, wide: bool) -> Any:
    """Put a figure together; quotients are rounded half away from zero to 12 places."""
    first = row[f"_m{index}_0"]
    if measure.function == "share":
        return _quotient(Decimal(first), row[f"_m{index}_1"])
    if measure.function not in {"sum", "average"}:
        return first
    units = int(first or 0)
    if wide:
        units = units * _LIMB + int(row[f"_m{index}_1"] or 0)
    total: Decimal = Decimal(units).scaleb(-(column(reading, str(measure.field), "measure").scale or 0))
    if measure.function == "sum":
        return total
    return _quotient(total, row[f"_m{index}_{2 if wide else 1}"])


def _quotient(total: Decimal, number: int | None) -> Decimal | None:
    if not number:
        return None
    found: Decimal = (total / number).quantize(_PLACES, rounding="ROUND_HALF_UP")
    return found.normalize()
