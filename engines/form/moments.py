"""What depends on the clock, as SQL: numbers, days, conditions and choices between texts; no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.sql.functions import FunctionElement

from engines.expression import (
    Call,
    Context,
    ExpressionError,
    Literal,
    Node,
    Ref,
    SqlColumn,
    SqlScope,
    ValueType,
    compile_error,
    compile_measure,
    compile_sql,
    fold,
)
from engines.form.columns import Scaled, Text
from engines.form.field import FieldType
from schemas.elements import FieldOptions

_Texts = tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]  # the text, and its fold


class Day(FunctionElement[date]):
    """The date so many days after 1970 began."""

    type = sa.Date()
    inherit_cache = True
    name = "day"


@compiles(Day, "sqlite")
def _sqlite(element: Day, compiler: Any, **more: Any) -> str:
    return f"date({compiler.process(element.clauses, **more)} + 2440587.5)"


@compiles(Day)
def _standard(element: Day, compiler: Any, **more: Any) -> str:
    return f"(DATE '1970-01-01' + CAST({compiler.process(element.clauses, **more)} AS INTEGER))"


def impersonal(context: Context) -> Context:
    """Return the moment without the person: a value is one for everybody."""
    return replace(context, user_id=None, department_id=None)


def moment_column(
    node: Node, kind: FieldType[Any, Any], options: FieldOptions, columns: SqlScope, context: Context
) -> SqlColumn:
    """Return the column of a computed field that no table holds.

    Raises ExpressionError ``expression.not_pushable`` where SQL would not give exactly what Python gives.
    """
    context = impersonal(context)
    if isinstance(node, Ref):
        return columns.column(node.path)
    match kind.value_type:
        case ValueType.number:
            return _number(node, options, columns, context)
        case ValueType.date:
            return _day(node, columns, context)
        case ValueType.bool:
            found = compile_sql(node, columns, context, exact=True)
            return SqlColumn(Grouping(found), ValueType.bool)
        case ValueType.text:
            value, folded = (sa.cast(each, Text) for each in _text(node, columns, context))
            return SqlColumn(value, ValueType.text, folded)
    raise ExpressionError("expression.not_pushable", 1)


def _number(node: Node, options: FieldOptions, columns: SqlScope, context: Context) -> SqlColumn:
    places = getattr(options, "decimals", 0)
    measure = compile_measure(Call("ROUND", (node, Literal(Decimal(places)))), columns, context)
    raw = measure.scaled(places)
    if measure.error is not None:
        raw = sa.case((measure.error, sa.null()), else_=raw)
    return SqlColumn(sa.type_coerce(raw, Scaled(places)), ValueType.number, scale=places)


def _day(node: Node, columns: SqlScope, context: Context) -> SqlColumn:
    measure = compile_measure(node, columns, context)
    if not measure.is_date:
        raise ExpressionError("expression.not_pushable", 1)
    found: sa.ColumnElement[Any] = Day(measure.raw)
    if measure.error is not None:
        found = sa.case((measure.error, sa.null()), else_=found)
    return SqlColumn(found, ValueType.date)


def _text(node: Node, columns: SqlScope, context: Context) -> _Texts:
    """Return a text that conditions choose."""
    match node:
        case Literal(str() | None as value):
            return sa.literal(value or None, sa.Text()), sa.literal(fold(value) if value else None, sa.Text())
        case Ref(path):
            column = columns.column(path)
            if column.type is ValueType.text and column.fold is not None:
                return column.value, column.fold
        case Call("IF", (condition, *branches)) if branches:
            other = branches[1] if len(branches) > 1 else Literal(None)
            return _chosen([(condition, branches[0])], other, columns, context)
        case Call("IFS", args) if len(args) % 2 == 0:
            return _chosen(list(zip(args[::2], args[1::2], strict=True)), Literal(None), columns, context)
    raise ExpressionError("expression.not_pushable", 1)


def _chosen(
    branches: Sequence[tuple[Node, Node]], other: Node, columns: SqlScope, context: Context
) -> _Texts:
    values: list[tuple[Any, Any]] = []
    folds: list[tuple[Any, Any]] = []
    for condition, branch in branches:
        failing = compile_error(condition, columns, context)
        if failing is not None:  # the whole is an error value then, and is shown as blank
            values.append((failing, sa.null()))
            folds.append((failing, sa.null()))
        found = compile_sql(condition, columns, context)
        value, folded = _text(branch, columns, context)
        values.append((found, value))
        folds.append((found, folded))
    value, folded = _text(other, columns, context)
    return sa.case(*values, else_=value), sa.case(*folds, else_=folded)
