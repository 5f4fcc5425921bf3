"""SQL back end: a condition becomes a SQLAlchemy expression with nothing but bound parameters."""

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Protocol, TypeAlias

import sqlalchemy as sa
from sqlalchemy.sql.elements import Grouping

from engines.expression.deps import references
from engines.expression.errors import ExpressionError
from engines.expression.failures import ErrorValue
from engines.expression.python import compile_python
from engines.expression.scope import Context, ValueType
from engines.expression.text import fold
from engines.expression.tree import Binary, Call, ListOf, Node, Ref, Unary
from engines.expression.values import comparable

Condition: TypeAlias = sa.ColumnElement[bool]
_OPERATORS: dict[str, Callable[..., Condition]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE = {"=": "<>", "<>": "="}
_MANY = frozenset({ValueType.options, ValueType.ids})
_ARITHMETIC = frozenset("+-*/")
_UNSCALED_DIGITS = 18


@dataclass(frozen=True, slots=True)
class SqlColumn:
    """A field in SQL.

    ``value`` is NULL exactly where the field is blank; of a to-many field it may be anything else otherwise.
    ``fold`` is the companion that serves comparison of text; ``contains`` the test of a to-many field, given
    an option key or a record id. ``scale`` is the number of decimals a number can hold; a column of a plain
    integer type needs none, for any other None means any.
    """

    value: sa.ColumnElement[Any]
    type: ValueType
    fold: sa.ColumnElement[str] | None = None
    contains: Callable[[object], Condition] | None = None
    scale: int | None = None


class SqlScope(Protocol):
    """The columns an expression may name."""

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        """Return the column behind ``path``. Raises ExpressionError when it cannot be used in SQL."""
        ...


def compile_sql(node: Node, columns: SqlScope, context: Context) -> Condition:
    """Return a condition that is TRUE exactly where ``node`` is; elsewhere it is FALSE or NULL.

    Expects a tree that the checker accepted. Raises ExpressionError ``expression.not_pushable``.
    """
    return _Builder(columns, context).condition(node)


@dataclass(frozen=True, slots=True)
class _Builder:
    """Compile conditions. ``exact`` keeps FALSE and NULL apart, which only matters below NOT and the like."""

    columns: SqlScope
    context: Context
    exact: bool = False

    def condition(self, node: Node) -> Condition:  # noqa: PLR0911 - one return per kind of node
        if not references(node):
            return _truth(self._constant(node))
        match node:
            case Ref():
                column = self._column(node)
                return column.value == sa.literal(True, column.value.type)
            case Unary("NOT", Binary(("=" | "<>") as op, left, right, at)):
                return self._comparison(Binary(_OPPOSITE[op], left, right, at))
            case Unary("NOT", operand):
                return sa.not_(replace(self, exact=True).condition(operand))
            case Binary("IN", left, ListOf(items)):
                return self._in(left, items)
            case Binary(op=op) if op in _OPERATORS:
                return self._comparison(node)
        return self._call(node)

    def _call(self, node: Node) -> Condition:
        match node:
            case Call("AND", args):
                return sa.and_(*map(self.condition, args))
            case Call("OR", args):
                return sa.or_(*map(self.condition, args))
            case Call("IF", args):
                return self._if(args)
            case Call("ISBLANK", (arg,)):
                return self._operand(arg).value.is_(None)
            case Call("CONTAINS", (whole, part)):
                return self.holding(whole, part)
            case Call("STARTSWITH", (whole, part)):
                return self.prefix(whole, part)
        raise _not_pushable(node)

    def _if(self, args: tuple[Node, ...]) -> Condition:
        condition, then, *rest = args
        other = self.condition(rest[0]) if rest else sa.cast(sa.null(), sa.Boolean)
        return sa.case((self.condition(condition), self.condition(then)), else_=other)

    def holding(self, whole: Node, part: Node) -> Condition:
        column, needle = self._column(whole), self._constant(part)
        if needle is None:
            return _truth(None)
        if column.type not in _MANY:
            return _target(column, whole).contains(fold(str(needle)), autoescape=True)
        found = self._holds(column, needle, whole)
        return sa.case((column.value.is_not(None), found)) if self.exact else found

    def prefix(self, whole: Node, part: Node) -> Condition:
        column, needle = self._column(whole), self._constant(part)
        if needle is None:
            return _truth(None)
        return _target(column, whole).startswith(fold(str(needle)), autoescape=True)

    def _constant(self, node: Node) -> object:
        if references(node):
            raise _not_pushable(node)
        found = compile_python(node)({}, self.context)
        if isinstance(found, ErrorValue | tuple):
            raise _not_pushable(node)
        return found

    def _column(self, node: Node) -> SqlColumn:
        if not isinstance(node, Ref):
            raise _not_pushable(node)
        return self.columns.column(node.path)

    def _operand(self, node: Node) -> SqlColumn:
        if isinstance(node, Ref):
            return self._column(node)
        if isinstance(node, Binary) and node.op in _ARITHMETIC:
            raise _not_pushable(node)
        # SQLAlchemy writes NOT CASE … END IS NULL without the brackets that an operand needs.
        return SqlColumn(Grouping(replace(self, exact=True).condition(node)), ValueType.bool)

    def _holds(self, column: SqlColumn, value: object, node: Node) -> Condition:
        if column.contains is None:
            raise _not_pushable(node)
        return column.contains(comparable(value, column.type, self.context.zone, node.at))

    def _in(self, left: Node, items: tuple[Node, ...]) -> Condition:
        if not isinstance(left, Ref) or any(map(references, items)):
            return sa.or_(sa.false(), *[self._comparison(Binary("=", left, item)) for item in items])
        column = self._column(left)
        values = [self._constant(item) for item in items]
        given = [value for value in values if value is not None]
        found: list[Condition] = [column.value.is_(None)] if len(given) < len(values) else []
        if column.type in _MANY:
            found.extend(self._holds(column, value, left) for value in given)
        elif given:
            found.append(self._listed(column, given, left))
        return sa.or_(sa.false(), *found)

    def _listed(self, column: SqlColumn, values: list[object], node: Node) -> Condition:
        target = _target(column, node)
        fitted = [self._fitted(column, value, node) for value in values]
        listed = target.in_([value for value, whole in fitted if whole])
        return sa.and_(listed, target.is_not(None)) if self.exact else listed

    def _comparison(self, node: Binary) -> Condition:
        op, left, right = node.op, node.left, node.right
        if not references(left):
            op, left, right = _MIRRORED[op], right, left
        column = self._operand(left)
        if references(right):
            return self._between_columns(op, column, self._operand(right), node)
        value = self._constant(right)
        if value is None:
            blank = {"=": column.value.is_(None), "<>": column.value.is_not(None)}
            return blank.get(op, _truth(None))
        target = _target(column, left)
        fitted, whole = self._fitted(column, value, right)
        if not whole:
            if op in _OPPOSITE:
                return _truth(op == "<>")
            op = {"<": "<=", ">=": ">"}.get(op, op)
        compared = _OPERATORS[op](target, sa.literal(fitted, target.type))
        if op == "<>":
            return sa.or_(compared, target.is_(None))
        return sa.and_(compared, target.is_not(None)) if self.exact and op == "=" else compared

    def _between_columns(self, op: str, left: SqlColumn, right: SqlColumn, node: Node) -> Condition:
        # Scales and option keys are stored per field, so their columns cannot be compared as they are.
        if left.type is not right.type or left.scale != right.scale or left.type is ValueType.option:
            raise _not_pushable(node)
        one, other = _target(left, node), _target(right, node)
        if op in _OPPOSITE:
            return one.is_not_distinct_from(other) if op == "=" else one.is_distinct_from(other)
        return _OPERATORS[op](one, other)

    def _fitted(self, column: SqlColumn, value: object, node: Node) -> tuple[object, bool]:
        """Return the largest value that ``column`` can hold up to ``value``, and whether it is ``value``."""
        zone = self.context.zone
        if column.type is ValueType.date and isinstance(value, datetime):
            day = value.astimezone(zone).date()
            return day, comparable(day, ValueType.datetime, zone, node.at) == value
        result = comparable(value, column.type, zone, node.at)
        plain = isinstance(column.value.type, sa.Integer)
        scale = 0 if plain else column.scale
        if not isinstance(result, Decimal) or scale is None:
            return result, True
        limit = Decimal(10) ** (_UNSCALED_DIGITS - scale)
        floor = max(-limit, min(limit, result)).quantize(Decimal(1).scaleb(-scale), ROUND_FLOOR)
        return int(floor) if plain else floor, floor == result


def _target(column: SqlColumn, node: Node) -> sa.ColumnElement[Any]:
    target = column.fold if column.type is ValueType.text else column.value
    if target is None or column.type in _MANY:
        raise _not_pushable(node)
    return target


def _truth(value: object) -> Condition:
    if value is None:
        return sa.cast(sa.null(), sa.Boolean)
    return sa.true() if value is True else sa.false()


def _not_pushable(node: Node) -> ExpressionError:
    return ExpressionError("expression.not_pushable", node.at)
