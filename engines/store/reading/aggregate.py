"""Figures over records, and the values a field holds: always in SQL, always through the lens."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engines.access import Access
from engines.expression import ExpressionError, SqlColumn, ValueType
from engines.form import AppModel, Storage
from engines.query import Aggregate, Dimension, Measure, Query
from engines.store.reading.path import Reading, conditions, open_reading
from engines.store.reading.sorting import plain
from engines.store.store import Store
from schemas.errors import Invalid, Issue

_FUNCTIONS = {"count", "sum", "average", "min", "max", "distinct", "filled"}
# Sums of scaled integers in two limbs: neither part overflows 64 bits before a billion rows do.
_LIMB = 1_000_000_000


def aggregate(store: Store, conn: sa.Connection, app: AppModel, access: Access, asked: Aggregate) -> list[dict[str, Any]]:
    """Return one row a group: dimension keys to values, ``Measure.key`` to figures (exact decimals)."""
    query = Query(asked.form, where=asked.where, search=asked.search)
    reading = open_reading(store, conn, app, access, query)
    where = conditions(reading)
    groups = [_dimension(reading, each) for each in asked.dimensions]
    columns = [column.label(f"d{index}") for index, column in enumerate(groups)]
    for index, measure in enumerate(asked.measures):
        columns += [each.label(f"m{index}_{part}") for part, each in enumerate(_measure(reading, measure))]
    statement = sa.select(*columns).select_from(reading.form.table).where(*where).limit(asked.limit)
    if groups:
        statement = statement.group_by(*groups).order_by(sa.desc("m0_0"))
    rows = conn.execute(statement).mappings().all()
    return [_figures(reading, asked, row) for row in rows]


def distinct(
    store: Store, conn: sa.Connection, app: AppModel, access: Access, query: Query, key: str
) -> list[tuple[Any, int]]:
    """Return the values a field holds with the number of records, most frequent first, at most ``query.limit``."""
    reading = open_reading(store, conn, app, access, query)
    column = _column(reading, key, "field").value
    if reading.form.fields.get(key) is not None and reading.form.fields[key].kind.storage is not Storage.column:
        raise Invalid([Issue("field", "query.not_groupable", {"name": key})], "query.invalid")
    number = sa.func.count().label("number")
    statement = (
        sa.select(column.label("value"), number)
        .where(*conditions(reading), column.is_not(None))
        .group_by(column)
        .order_by(number.desc(), plain(column))
        .limit(query.limit)
    )
    return [(row[0], row[1]) for row in conn.execute(statement)]


def _column(reading: Reading, key: str, parameter: str) -> SqlColumn:
    try:
        return reading.lens.column((key,))
    except ExpressionError:
        raise Invalid([Issue(parameter, "query.unknown_field", {"name": key})], "query.invalid") from None


def _dimension(reading: Reading, dimension: Dimension) -> sa.ColumnElement[Any]:
    found = _column(reading, dimension.field, "group")
    field = reading.form.fields.get(dimension.field)
    if dimension.bucket is not None or (field is not None and field.kind.storage is not Storage.column):
        raise Invalid([Issue("group", "query.not_groupable", {"name": dimension.field})], "query.invalid")
    return found.value


def _measure(reading: Reading, measure: Measure) -> Sequence[sa.ColumnElement[Any]]:
    """Return the columns one figure is made of: a sum has two limbs and a count."""
    if measure.function not in _FUNCTIONS:
        raise Invalid([Issue("measure", "query.unknown_measure", {"name": measure.function})], "query.invalid")
    if measure.field is None:
        if measure.function != "count":
            raise Invalid([Issue("measure", "query.measure_needs_field", {"name": measure.function})], "query.invalid")
        return (sa.func.count(),)
    found = _column(reading, measure.field, "measure")
    cells = plain(found.value)
    if measure.function in {"sum", "average"}:
        if found.type is not ValueType.number:
            raise Invalid([Issue("measure", "query.not_a_number", {"name": measure.field})], "query.invalid")
        whole = sa.func.sum(_div(cells))
        rest = sa.func.sum(cells % _LIMB)
        return (whole, rest, sa.func.count(cells))
    if measure.function == "distinct":
        return (sa.func.count(sa.distinct(plain(found.fold if found.fold is not None else found.value))),)
    if measure.function in {"count", "filled"}:
        return (sa.func.count(cells),)
    return (getattr(sa.func, measure.function)(found.value, type_=found.value.type),)


def _div(cells: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Divide whole numbers towards zero, as both databases do, so that ``%`` is the matching rest."""
    return cells.op("/", return_type=sa.BigInteger())(sa.literal(_LIMB))


def _figures(reading: Reading, asked: Aggregate, row: Any) -> dict[str, Any]:
    found: dict[str, Any] = {each.field: row[f"d{index}"] for index, each in enumerate(asked.dimensions)}
    for index, measure in enumerate(asked.measures):
        value = row[f"m{index}_0"]
        if measure.function in {"sum", "average"}:
            value = _sum(reading, measure, row, index)
        found[measure.key] = value
    return found


def _sum(reading: Reading, measure: Measure, row: Any, index: int) -> Decimal | None:
    """Put the limbs together; the average is rounded half away from zero to 12 places."""
    number = row[f"m{index}_2"]
    scale = getattr(reading.form.fields[str(measure.field)].column.type, "decimals", 0)
    units = int(row[f"m{index}_0"] or 0) * _LIMB + int(row[f"m{index}_1"] or 0)
    total = Decimal(units).scaleb(-scale)
    if measure.function == "sum":
        return total
    if not number:
        return None
    return (total / number).quantize(Decimal(10) ** -12, rounding="ROUND_HALF_UP").normalize()
