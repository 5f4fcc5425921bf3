"""Tables and columns as they stand in the database: what is there, what is added, what is really removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engines.form.model import AppModel
from engines.store.catalogue import Row
from engines.store.publishing.ddl import AddColumn, DropColumn, DropIndex, DropTable
from engines.store.publishing.present import columns_of


def tables_of(model: AppModel) -> list[sa.Table]:
    """Return every table of an app: forms, subforms, links."""
    return list(model.metadata.tables.values())


def expand(conn: sa.Connection, tables: Sequence[sa.Table]) -> None:
    """Create the tables and add the columns that are missing; what is there already stays as it is."""
    there = columns_of(conn, {table.name for table in tables})
    for table in tables:
        if table.name not in there:
            table.create(conn)
            continue
        for column in table.columns:
            if column.name not in there[table.name]:
                conn.execute(AddColumn(table, column))


def remove(conn: sa.Connection, rows: Sequence[Row]) -> None:
    """Drop what the rows own, with companions and indexes; the data is gone afterwards."""
    gone = {str(row.physical) for row in rows if row.owns_table}
    for row in rows:
        if row.physical is None or row.owns_table:
            continue
        table, _, column = row.physical.partition(".")
        if table not in gone:
            _remove_column(conn, table, column)
    for table in gone:
        conn.execute(DropTable(table))


def _remove_column(conn: sa.Connection, table: str, column: str) -> None:
    columns = columns_of(conn, {table}).get(table, set())
    doomed = {each for each in columns if each == column or each.startswith(f"{column}__")}
    for index in sa.inspect(conn).get_indexes(table) if doomed else ():
        if doomed & set(index["column_names"]):
            conn.execute(DropIndex(str(index["name"])))
    for each in sorted(doomed):
        conn.execute(DropColumn(table, each))


def light(row: Row) -> tuple[sa.TableClause, sa.ColumnClause[Any]]:
    """Return the table and the column that tells which records have a value, by physical names alone."""
    if row.physical is None:
        raise TypeError(f"{row.path} owns no storage")
    if not row.owns_table:
        name, _, value = row.physical.partition(".")
        table = sa.table(name, sa.column("_id"), sa.column(value))
        return table, table.c[value]
    reference = (
        "_id" if row.kind == "form" else "_parent_id" if row.detail["storage"] == "rows" else "_record_id"
    )
    table = sa.table(row.physical, sa.column(reference))
    return table, table.c[reference]


def filled(conn: sa.Connection, row: Row) -> int:
    """Count the records that have a value in storage, living or in the trash."""
    if row.physical is None:
        return 0
    table, column = light(row)
    measure = sa.func.count(column if not row.owns_table else column.distinct())
    return int(conn.execute(sa.select(measure).select_from(table)).scalar_one())
