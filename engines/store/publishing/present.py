"""What stands in the database now: one query each, where reflection would ask once a table."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

_master = sa.table("sqlite_master", sa.column("type"), sa.column("name"), sa.column("tbl_name"))
_columns = sa.table(
    "columns", sa.column("table_schema"), sa.column("table_name"), sa.column("column_name"),
    schema="information_schema",
)  # fmt: skip
_indexes = sa.table(
    "pg_indexes", sa.column("schemaname"), sa.column("tablename"), sa.column("indexname"), schema="pg_catalog"
)


def columns_of(conn: sa.Connection, tables: Collection[str]) -> dict[str, set[str]]:
    """Return the columns of those of the tables that exist."""
    if conn.dialect.name == "sqlite":
        info = sa.func.pragma_table_info(_master.c.name).table_valued("name")
        statement: sa.Select[*tuple[Any, ...]] = sa.select(_master.c.name, info.c.name).join_from(
            _master, info, sa.true()
        )
        statement = statement.where(_master.c.type == "table")
    else:
        statement = sa.select(_columns.c.table_name, _columns.c.column_name)
        statement = statement.where(_columns.c.table_schema == sa.func.current_schema())
    found: dict[str, set[str]] = {}
    for table, column in conn.execute(statement):
        if table in tables:
            found.setdefault(str(table), set()).add(str(column))
    return found


def indexes_of(conn: sa.Connection, tables: Collection[str]) -> set[str]:
    """Return the names of the indexes of some tables."""
    if conn.dialect.name == "sqlite":
        statement: sa.Select[*tuple[Any, ...]] = sa.select(_master.c.tbl_name, _master.c.name)
        statement = statement.where(_master.c.type == "index")
    else:
        statement = sa.select(_indexes.c.tablename, _indexes.c.indexname)
        statement = statement.where(_indexes.c.schemaname == sa.func.current_schema())
    return {str(name) for table, name in conn.execute(statement) if table in tables}
