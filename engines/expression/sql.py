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
from engines.expression.measures import (
    DayNumber,
    Measure,
    Measures,
    Unpushable,
    by_steps,
    either,
    guarded,
    is_measure,
)
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
    integer type needs none, for any other None means any. ``order`` is what lists are sorted by where that is
    neither the fold nor the value.
    """

    value: sa.ColumnElement[Any]
    type: ValueType
    fold: sa.ColumnElement[str] | None = None
    contains: Callable[[object], Condition] | None = None
    scale: int | None = None
    order: sa.ColumnElement[Any] | None = None


class SqlScope(Protocol):
    """The columns an expression may name."""

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        """Return the column behind ``path``. Raises ExpressionError when it cannot be used in SQL."""
        ...


def compile_sql(node: Node, columns: SqlScope, context: Context, *, exact: bool = False) -> Condition:
    """Return a condition that is TRUE exactly where ``node`` is; elsewhere it is FALSE or NULL.

    With ``exact`` it is FALSE exactly where ``node`` is FALSE, NULL where it is blank or an error value.
    Expects a tree that the checker accepted. Raises ExpressionError ``expression.not_pushable``.
    """
    return _Builder(columns, context, exact).condition(node)


def compile_measure(node: Node, columns: SqlScope, context: Context) -> Measure:
    """Return a number or a day as SQL, in units of its scale. Raises ExpressionError likewise."""
    return _Builder(columns, context)._measure(node)  # noqa: SLF001 - the builder's other door


def compile_error(node: Node, columns: SqlScope, context: Context) -> Condition | None:
    """Return where a condition is an error value, None where it never is. Raises ExpressionError likewise."""
    return _Builder(columns, context, exact=True)._failing(node)  # noqa: SLF001 - the builder's third door


@dataclass(frozen=True, slots=True)
class _Builder:
    """Compile conditions. ``exact`` keeps FALSE and NULL apart, which only matters below NOT and the like."""

    columns: SqlScope
    context: Context
    exact: bool = False

    def condition(self, node: Node) -> Condition:  # noqa: PLR0911 - one return per kind of node
        if not references(node):
            return _truth(self._constant(node), node)
        match node:
            case Ref():
                column = self._column(node)
                if column.type is not ValueType.bool:
                    raise _not_pushable(node)
                return column.value == sa.literal(True, column.value.type)
            case Unary("NOT", Binary(("=" | "<>") as op, left, right, at)):
                return self.condition(Binary(_OPPOSITE[op], left, right, at))
            case Unary("NOT", operand):
                return sa.not_(replace(self, exact=True).condition(operand))
            case Binary("IN", left, ListOf(items)):
                return guarded(self._failing(node), self._in(left, items))
            case Binary(op, left, right) if op in _OPERATORS:
                if self._computed(left) or self._computed(right) or self._differ(left, right):
                    return self._measured(op, left, right, node)
                return guarded(self._failing(node), self._comparison(node))
        return self._call(node)

    def _failing(self, node: Node) -> Condition | None:  # noqa: PLR0911 one case after the other
        """Return where ``node`` is an error value, None where it never is."""
        if not references(node):
            return None
        match node:
            case Unary("NOT", operand):
                return self._failing(operand)
            case Binary("IN", left, ListOf(items)):
                return either(self._failing(left), *map(self._failing, items))
            case Binary(op, left, right) if op in _OPERATORS:
                return either(self._failing(left), self._failing(right))
            case Call(("AND" | "OR"), args):
                return either(*map(self._failing, args))
            case Call("IF", (condition, *branches)):
                if any(self._failing(branch) is not None for branch in branches):
                    raise _not_pushable(node)
                return self._failing(condition)
        return self._measure(node).error if is_measure(node) else None

    def _computed(self, node: Node) -> bool:
        """Tell whether the database must compute this number; one without fields is bound, computed."""
        return is_measure(node) and bool(references(node))

    def _differ(self, left: Node, right: Node) -> bool:
        """Tell whether two numbers are stored in different scales."""
        if not (isinstance(left, Ref) and isinstance(right, Ref)):
            return False
        one, other = self._column(left), self._column(right)
        return one.type is other.type is ValueType.number and one.scale != other.scale

    def _measured(self, op: str, left: Node, right: Node, node: Node) -> Condition:
        first, second = self._measure(left), self._measure(right)
        if first.is_date is not second.is_date:
            raise _not_pushable(node)
        failing = either(first.error, second.error)
        found = by_steps(op, first, second)
        if found is None:
            found = by_steps(_MIRRORED[op], second, first)
        if found is not None:
            return guarded(failing, found)
        scale = max(first.scale, second.scale)
        try:
            one, other = first.scaled(scale), second.scaled(scale)
        except Unpushable:
            raise _not_pushable(node) from None
        if op in _OPPOSITE:
            found = one.is_not_distinct_from(other) if op == "=" else one.is_distinct_from(other)
        else:
            found = _OPERATORS[op](one, other)
        return guarded(failing, found)

    def _measure(self, node: Node) -> Measure:
        measures = Measures(
            self._field_measure, self._constant, self._text, lambda part: not references(part)
        )
        try:
            return measures.of(node)
        except Unpushable:
            raise _not_pushable(node) from None

    def _field_measure(self, node: Ref) -> Measure:
        column = self._column(node)
        if column.type is ValueType.date:
            return Measure(DayNumber(column.value), 0, 3_000_000, is_date=True)
        plain = isinstance(column.value.type, sa.Integer)
        if column.type is not ValueType.number or (column.scale is None and not plain):
            raise Unpushable
        return Measure(sa.type_coerce(column.value, sa.BigInteger), 0 if plain else column.scale or 0)

    def _text(self, node: Node) -> sa.ColumnElement[Any]:
        column = self._column(node)
        if column.type is not ValueType.text:
            raise Unpushable
        return column.value

    def _call(self, node: Node) -> Condition:  # noqa: PLR0911 one case after the other
        match node:
            case Call("AND", args):
                found = sa.and_(*map(self.condition, args))
                return guarded(self._failing(node), found) if self.exact else found
            case Call("OR", args):
                return guarded(self._failing(node), sa.or_(*map(self.condition, args)))
            case Call("IF", args):
                return guarded(self._failing(node), self._if(args))
            case Call("ISBLANK", (arg,)):
                return self._blank(arg)
            case Call("BETWEEN", (value, low, high)) if not (references(low) or references(high)):
                return sa.and_(
                    self.condition(Binary(">=", value, low)), self.condition(Binary("<=", value, high))
                )
            case Call("EXACT", (whole, part)) if not references(part):
                return self._exactly(whole, part)
            case Call("CONTAINS", (whole, part)):
                return self.holding(whole, part)
            case Call(("STARTSWITH" | "ENDSWITH") as name, (whole, part)):
                return self.edge(whole, part, end=name == "ENDSWITH")
        raise _not_pushable(node)

    def _blank(self, node: Node) -> Condition:
        value = self._measure(node).raw if is_measure(node) else self._operand(node).value
        failing = self._failing(node)
        return value.is_(None) if failing is None else sa.case((failing, sa.false()), else_=value.is_(None))

    def _exactly(self, whole: Node, part: Node) -> Condition:
        column, wanted = self._column(whole), self._constant(part)
        if column.type is not ValueType.text or not isinstance(wanted, str | None):
            raise _not_pushable(whole)
        return sa.func.coalesce(column.value, "") == sa.literal(wanted or "", sa.Text())

    def _if(self, args: tuple[Node, ...]) -> Condition:
        condition, then, *rest = args
        other = self.condition(rest[0]) if rest else sa.cast(sa.null(), sa.Boolean)
        return sa.case((self.condition(condition), self.condition(then)), else_=other)

    def holding(self, whole: Node, part: Node) -> Condition:
        column, needle = self._column(whole), self._constant(part)
        if needle is None:
            return _truth(None, part)
        if column.type not in _MANY:
            return _target(column, whole).contains(fold(str(needle)), autoescape=True)
        found = self._holds(column, needle, whole)
        return sa.case((column.value.is_not(None), found)) if self.exact else found

    def edge(self, whole: Node, part: Node, *, end: bool) -> Condition:
        column, needle = self._column(whole), self._constant(part)
        if needle is None:
            return _truth(None, part)
        target = _target(column, whole)
        return (target.endswith if end else target.startswith)(fold(str(needle)), autoescape=True)

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
            return sa.or_(sa.false(), *[self.condition(Binary("=", left, item)) for item in items])
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
            return blank.get(op, _truth(None, right))
        target = _target(column, left)
        fitted, whole = self._fitted(column, value, right)
        if not whole:
            if op in _OPPOSITE:
                return _truth(op == "<>", node)
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


def _truth(value: object, node: Node) -> Condition:
    if value is None:
        return sa.cast(sa.null(), sa.Boolean)
    if not isinstance(value, bool):
        raise _not_pushable(node)
    return sa.true() if value else sa.false()


def _not_pushable(node: Node) -> ExpressionError:
    return ExpressionError("expression.not_pushable", node.at)
