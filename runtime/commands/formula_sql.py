"""Formulas in a database: the record becomes the one row of a temporary table."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.schema import DropTable

from engines.expression import (
    Context,
    ErrorValue,
    ExpressionError,
    Node,
    SqlColumn,
    ValueType,
    check,
    compile_measure,
    compile_python,
    compile_sql,
    fold,
    references,
)
from engines.form.columns import Choice, Instant, Scaled, Text

if TYPE_CHECKING:
    from runtime.commands.formula import Fields

_EPOCH = date(1970, 1, 1)
_PLAIN: dict[ValueType, Callable[[], sa.types.TypeEngine[Any]]] = {
    ValueType.text: lambda: Text,
    ValueType.bool: sa.Boolean,
    ValueType.date: sa.Date,
    ValueType.datetime: Instant,
    ValueType.id: sa.BigInteger,
}


class Database:
    """A database that is empty again after every formula."""

    def __init__(self, name: str) -> None:
        address = "sqlite://" if name == "sqlite" else os.environ.get("DATABASE_URL", "")
        if name == "postgresql" and not address.startswith("postgresql"):
            raise ExpressionError("formula.no_engine", 0, name="DATABASE_URL")
        address = address.replace("postgresql://", "postgresql+psycopg://", 1)
        self._engine = sa.create_engine(address, poolclass=sa.StaticPool)

    def close(self) -> None:
        """Leave the database."""
        self._engine.dispose()

    def run(self, node: Node, record: dict[str, Any], fields: Fields, context: Context) -> Any:
        """Evaluate a tree. Raises ExpressionError for what no database can work out exactly."""
        if not references(node):
            return compile_python(node)({}, context)
        row = Row(record, fields)
        kind = check(node, fields)
        with self._engine.connect() as connection:
            row.create(connection)
            found = self._found(connection, node, row, context, kind)
            connection.rollback()
        return found

    def _found(
        self, connection: sa.Connection, node: Node, row: Row, context: Context, kind: ValueType
    ) -> Any:
        if kind is ValueType.bool:
            condition = compile_sql(node, row, context, exact=True)
            found = connection.scalar(sa.select(condition).select_from(row.table))
            return None if found is None else bool(found)
        if kind not in {ValueType.number, ValueType.date}:
            raise ExpressionError("expression.not_pushable", node.at)
        measure = compile_measure(node, row, context)
        error = sa.false() if measure.error is None else measure.error
        units, wrong = connection.execute(sa.select(measure.raw, error).select_from(row.table)).one()
        if wrong:
            return ErrorValue(
                "#DIV/0!" if compile_python(node)(row.record, context) == ErrorValue("#DIV/0!") else "#NUM!"
            )
        if units is None:
            return None
        return (
            _EPOCH + timedelta(days=int(units))
            if measure.is_date
            else Decimal(int(units)).scaleb(-measure.scale)
        )


class Row:
    """The table of one record. Implements ``SqlScope``."""

    def __init__(self, record: dict[str, Any], fields: Fields) -> None:
        self.record = record
        self._kinds = {key: kind for key in record if (kind := fields.type_of((key,))) is not None}
        columns = [
            sa.Column(f"f_{key}", self._type(key)) for key in self._kinds if self._type(key) is not None
        ]
        folds = [
            sa.Column(f"f_{key}__fold", Text) for key, kind in self._kinds.items() if kind is ValueType.text
        ]
        self.table = sa.Table(
            "weft_formula",
            sa.MetaData(),
            *columns,
            *folds,
            sa.Column("_id", sa.Integer),
            prefixes=["TEMPORARY"],
        )

    def _type(self, key: str) -> Any:
        kind, value = self._kinds[key], self.record[key]
        if kind is ValueType.number:
            return Scaled(0 if value is None else max(0, -int(Decimal(value).as_tuple().exponent)))
        if kind is ValueType.option:
            return Choice({value or "": 1})
        return _PLAIN[kind]() if kind in _PLAIN else None

    def create(self, connection: sa.Connection) -> None:
        """Make the table and its row."""
        connection.execute(DropTable(self.table, if_exists=True))
        self.table.create(connection)
        cells = {f"f_{key}": self.record[key] for key in self._kinds if f"f_{key}" in self.table.c}
        texts = [key for key, kind in self._kinds.items() if kind is ValueType.text]
        cells |= {f"f_{key}__fold": fold(self.record[key]) for key in texts if self.record[key]}
        connection.execute(sa.insert(self.table), {**cells, "_id": 1})

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        """Return the column of a field; lists have none."""
        key = ".".join(path)
        if f"f_{key}" not in self.table.c:
            raise ExpressionError("expression.not_pushable", 1, name=key)
        kind = self._kinds[key]
        found = self.table.c[f"f_{key}"]
        scale = found.type.decimals if isinstance(found.type, Scaled) else None
        folded = self.table.c[f"f_{key}__fold"] if kind is ValueType.text else None
        return SqlColumn(found, kind, folded, None, scale)
