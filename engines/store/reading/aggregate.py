"""Figures over records, and the values a field holds: always in SQL, always through the lens."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from engines.access import Access
from engines.expression import ExpressionError, SqlColumn, ValueType
from engines.form import AppModel
from engines.form.columns import Choice
from engines.form.shapes import SORTED
from engines.query import Aggregate, Dimension, Measure, Query
from engines.store.reading.opening import Reading, open_reading
from engines.store.reading.path import conditions
from engines.store.reading.sorting import plain
from engines.store.store import Store
from schemas.errors import Invalid, Issue

_ORDERED = {ValueType.number, ValueType.date, ValueType.datetime, ValueType.time}
_FUNCTIONS = {"count", "sum", "average", "min", "max", "distinct", "filled"}
# Sums of scaled integers in two limbs: neither part overflows 64 bits before a billion rows do.
_LIMB = 1_000_000_000


def aggregate(
    store: Store, conn: sa.Connection, app: AppModel, access: Access, asked: Aggregate
) -> list[dict[str, Any]]:
    """Return one row a group: dimension keys to values, ``Measure.key`` to figures (exact decimals).

    The largest first figure comes first, equal ones in the order of their groups.
    """
    query = Query(asked.form, where=asked.where, search=asked.search)
    reading = open_reading(store, conn, app, access, query)
    try:
        rows = _run(reading, asked, wide=False)
    except sa.exc.DBAPIError as error:
        if "integer overflow" not in str(error):
            raise
        return _run(reading, asked, wide=True)
    groups = [tuple(row[each.field] for each in asked.dimensions) for row in rows]
    # Removed options are one blank group; only where there are any is that worth deciding row by row.
    return rows if len(set(groups)) == len(groups) else _run(reading, asked, wide=True)


def _run(reading: Reading, asked: Aggregate, *, wide: bool) -> list[dict[str, Any]]:
    """Run the query; ``wide`` is right and slow, without it sums may overflow and groups repeat."""
    groups = [_dimension(reading, each, wide=wide) for each in asked.dimensions]
    columns = [column.label(f"_d{index}") for index, column in enumerate(groups)]
    for index, measure in enumerate(asked.measures):
        parts = _measure(reading, measure, wide=wide)
        columns += [each.label(f"_m{index}_{part}") for part, each in enumerate(parts)]
    statement = (
        sa.select(*columns).select_from(reading.form.table).where(*conditions(reading)).limit(asked.limit)
    )
    if groups:
        # By label: PostgreSQL takes an expression with parameters for another one each time it stands there.
        names: list[sa.ColumnElement[Any]] = [sa.literal_column(f"_d{index}") for index in range(len(groups))]
        largest = [each.desc().nulls_last() for each in _order(reading, asked.measures[0], wide=wide)]
        statement = statement.group_by(*names).order_by(
            *largest, *[each.asc().nulls_first() for each in names]
        )
    rows = reading.conn.execute(statement).mappings().all()
    return [_figures(reading, asked, row, wide=wide) for row in rows]


def distinct(
    store: Store, conn: sa.Connection, app: AppModel, access: Access, query: Query, key: str
) -> list[tuple[Any, int]]:
    """Return the values of a field with the number of records, most frequent first, at most the limit."""
    reading = open_reading(store, conn, app, access, query)
    column = _groupable(reading, key, "field")
    number = sa.func.count().label("_number")
    value: sa.ColumnElement[Any] = sa.literal_column("_value")
    statement = (
        sa.select(column.label("_value"), number)
        .where(*conditions(reading), column.is_not(None))
        .group_by(value)
        .order_by(number.desc(), value)
        .limit(query.limit)
    )
    return [(row[0], row[1]) for row in conn.execute(statement)]


def _column(reading: Reading, key: str, parameter: str) -> SqlColumn:
    try:
        return reading.lens.column((key,))
    except ExpressionError:
        raise Invalid([Issue(parameter, "query.unknown_field", {"name": key})], "query.invalid") from None


def _dimension(reading: Reading, dimension: Dimension, *, wide: bool) -> sa.ColumnElement[Any]:
    if dimension.bucket is not None:
        raise Invalid([Issue("group", "query.not_groupable", {"name": dimension.field})], "query.invalid")
    return _groupable(reading, dimension.field, "group", wide=wide)


def _groupable(reading: Reading, key: str, parameter: str, *, wide: bool = True) -> sa.ColumnElement[Any]:
    """Return the column to group by; an option that was removed is blank."""
    found = _column(reading, key, parameter).value
    field = reading.form.fields.get(key)
    if field is not None and field.storage not in SORTED:
        raise Invalid([Issue(parameter, "query.not_groupable", {"name": key})], "query.invalid")
    if wide and isinstance(found.type, Choice):
        return sa.case((plain(found).in_([*found.type.uids.by_uid]), found), else_=sa.null())
    return found


def _measure(reading: Reading, measure: Measure, *, wide: bool) -> Sequence[sa.ColumnElement[Any]]:
    """Return the columns one figure is made of: an average has a sum and a count, a wide sum two limbs."""
    if measure.function not in _FUNCTIONS:
        raise Invalid(
            [Issue("measure", "query.unknown_measure", {"name": measure.function})], "query.invalid"
        )
    if measure.field is None:
        if measure.function != "count":
            raise Invalid(
                [Issue("measure", "query.measure_needs_field", {"name": measure.function})], "query.invalid"
            )
        return (sa.func.count(),)
    found = _column(reading, measure.field, "measure")
    cells = plain(found.value)
    if measure.function in {"sum", "average"}:
        if found.type is not ValueType.number:
            raise Invalid([Issue("measure", "query.not_a_number", {"name": measure.field})], "query.invalid")
        total = [sa.func.sum(_div(cells)), sa.func.sum(cells % _LIMB)] if wide else [sa.func.sum(cells)]
        return (*total, sa.func.count(cells)) if measure.function == "average" else tuple(total)
    if measure.function in {"count", "filled"}:
        return (sa.func.count(cells),)
    if measure.function == "distinct":
        known = _groupable(reading, measure.field, "measure")
        return (sa.func.count(sa.distinct(plain(found.fold if found.fold is not None else known))),)
    if found.type not in _ORDERED:
        raise Invalid([Issue("measure", "query.not_sortable", {"name": measure.field})], "query.invalid")
    return (getattr(sa.func, measure.function)(found.value, type_=found.value.type),)


def _order(reading: Reading, measure: Measure, *, wide: bool) -> Sequence[sa.ColumnElement[Any]]:
    """Return what puts the figures in order: the limbs of a sum carried over, so that the first decides."""
    parts = _measure(reading, measure, wide=wide)
    if measure.function == "sum":  # of nothing it is 0, and is placed so
        parts = [sa.func.coalesce(each, 0) for each in parts]
    first, *rest = parts
    if measure.function == "average":
        units: sa.ColumnElement[Any] = sa.cast(first, sa.Float)
        if wide:
            units = units * _LIMB + sa.cast(rest[0], sa.Float)
        return (units / sa.func.nullif(rest[-1], 0),)
    if not rest:
        return (plain(first),)
    low = sa.cast((rest[0] % _LIMB + _LIMB) % _LIMB, sa.BigInteger)
    return (first + _div(sa.cast(rest[0], sa.BigInteger) - low), low)


def _div(cells: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Divide whole numbers towards zero, as both databases do, so that ``%`` is the matching rest."""
    return cells.op("/", return_type=sa.BigInteger())(sa.literal(_LIMB))


def _figures(reading: Reading, asked: Aggregate, row: Any, *, wide: bool) -> dict[str, Any]:
    found: dict[str, Any] = {each.field: row[f"_d{index}"] for index, each in enumerate(asked.dimensions)}
    for index, measure in enumerate(asked.measures):
        value = row[f"_m{index}_0"]
        if measure.function in {"sum", "average"}:
            value = _sum(reading, measure, row, index, wide=wide)
        found[measure.key] = value
    return found


def _sum(reading: Reading, measure: Measure, row: Any, index: int, *, wide: bool) -> Decimal | None:
    """Put a sum together; the average is rounded half away from zero to 12 places."""
    scale = reading.lens.column((str(measure.field),)).scale or 0
    units = int(row[f"_m{index}_0"] or 0)
    if wide:
        units = units * _LIMB + int(row[f"_m{index}_1"] or 0)
    total: Decimal = Decimal(units).scaleb(-scale)
    if measure.function == "sum":
        return total
    number = row[f"_m{index}_{2 if wide else 1}"]
    if not number:
        return None
    average: Decimal = (total / number).quantize(Decimal(10) ** -12, rounding="ROUND_HALF_UP")
    return average.normalize()
