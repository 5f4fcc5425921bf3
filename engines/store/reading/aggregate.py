"""Figures over records, and the values a field holds: always in SQL, always through the lens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel
from engines.query import Aggregate, Order, Query
from engines.store.reading import measuring
from engines.store.reading.grouping import Group, group, groupable
from engines.store.reading.opening import Reading, open_reading
from engines.store.reading.path import conditions
from engines.store.store import Store


def aggregate(
    store: Store, conn: sa.Connection, app: AppModel, access: Access, asked: Aggregate
) -> list[dict[str, Any]]:
    """Return one row a group: ``Dimension.key`` to values, ``Measure.key`` to figures (exact decimals).

    In the order that was asked for; equal figures in the order of their groups.
    """
    query = Query(asked.form, where=asked.where, search=asked.search, reached=asked.reached)
    reading = open_reading(store, conn, app, access, query)
    try:
        rows = _run(reading, asked, wide=False)
    except sa.exc.DBAPIError as error:
        if "integer overflow" not in str(error):
            raise
        return _run(reading, asked, wide=True)
    groups = [tuple(row[each.key] for each in asked.dimensions) for row in rows]
    # Removed options are one blank group; only where there are any is that worth deciding row by row.
    return rows if len(set(groups)) == len(groups) else _run(reading, asked, wide=True)


def _run(reading: Reading, asked: Aggregate, *, wide: bool) -> list[dict[str, Any]]:
    """Run the query; ``wide`` is right and slow, without it sums may overflow and groups repeat."""
    groups = [group(reading, each, wide=wide) for each in asked.dimensions]
    columns = [column for index, each in enumerate(groups) for column in each.columns(index)]
    for index, measure in enumerate(asked.measures):
        found = measuring.parts(reading, measure, wide=wide)
        columns += [each.label(f"_m{index}_{part}") for part, each in enumerate(found)]
    statement = (
        sa.select(*columns).select_from(reading.form.table).where(*conditions(reading)).limit(asked.limit)
    )
    if groups:
        names = [name for index, each in enumerate(groups) for name in each.names(index)]
        statement = statement.group_by(*names).order_by(*_order(reading, asked, names, wide=wide))
    rows = reading.conn.execute(statement).mappings().all()
    return [_row(reading, asked, groups, row, wide=wide) for row in rows]


def _order(
    reading: Reading, asked: Aggregate, names: Sequence[sa.ColumnElement[Any]], *, wide: bool
) -> list[sa.UnaryExpression[Any]]:
    """Return the terms of the order; blank groups stand at the beginning, blank figures at the end."""
    ascending = [each.asc().nulls_first() for each in names]
    if asked.order is Order.first:
        return ascending
    if asked.order is Order.last:
        return [names[0].desc().nulls_last(), *ascending[1:]]
    decisive = measuring.order(reading, asked.measures[0], wide=wide)
    if asked.order is Order.smallest:
        return [*[each.asc().nulls_last() for each in decisive], *ascending]
    return [*[each.desc().nulls_last() for each in decisive], *ascending]


def _row(
    reading: Reading, asked: Aggregate, groups: Sequence[Group], row: Any, *, wide: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {
        dimension.key: each.read(row, index)
        for index, (dimension, each) in enumerate(zip(asked.dimensions, groups, strict=True))
    }
    for index, measure in enumerate(asked.measures):
        found[measure.key] = measuring.figure(reading, measure, row, index, wide=wide)
    return found


def distinct(
    store: Store, conn: sa.Connection, app: AppModel, access: Access, query: Query, key: str
) -> list[tuple[Any, int]]:
    """Return the values of a field with the number of records, most frequent first, at most the limit."""
    reading = open_reading(store, conn, app, access, query)
    column = groupable(reading, key, "field")
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
