"""The statements SQLAlchemy has no words for; identifiers are quoted by the dialect, never pasted."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import ExecutableDDLElement


class AddColumn(ExecutableDDLElement):
    """Add a column that may be blank: no database rewrites a table for it."""

    def __init__(self, table: sa.Table, column: sa.Column[Any]) -> None:
        self.table, self.column = table, column


class DropColumn(ExecutableDDLElement):
    """Drop a column for good."""

    def __init__(self, table: str, column: str) -> None:
        self.table, self.column = table, column


class DropTable(ExecutableDDLElement):
    """Drop a table for good."""

    def __init__(self, table: str) -> None:
        self.table = table


class DropIndex(ExecutableDDLElement):
    """Drop an index."""

    def __init__(self, name: str) -> None:
        self.name = name


class DropView(ExecutableDDLElement):
    """Drop a view, if it is there."""

    def __init__(self, name: str) -> None:
        self.name = name


@compiles(AddColumn)
def _add_column(element: AddColumn, compiler: Any, **_: Any) -> str:
    column = compiler.get_column_specification(element.column)
    return f"ALTER TABLE {compiler.preparer.format_table(element.table)} ADD COLUMN {column}"


@compiles(DropColumn)
def _drop_column(element: DropColumn, compiler: Any, **_: Any) -> str:
    quote = compiler.preparer.quote
    return f"ALTER TABLE {quote(element.table)} DROP COLUMN {quote(element.column)}"


@compiles(DropTable)
def _drop_table(element: DropTable, compiler: Any, **_: Any) -> str:
    return f"DROP TABLE IF EXISTS {compiler.preparer.quote(element.table)}"


@compiles(DropIndex)
def _drop_index(element: DropIndex, compiler: Any, **_: Any) -> str:
    return f"DROP INDEX IF EXISTS {compiler.preparer.quote(element.name)}"


@compiles(DropView)
def _drop_view(element: DropView, compiler: Any, **_: Any) -> str:
    return f"DROP VIEW IF EXISTS {compiler.preparer.quote(element.name)}"
