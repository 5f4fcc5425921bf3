"""Python back end: a tree becomes one closure, built once and called per record."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engines.expression.arithmetic import arithmetic, joined_text, negative, percent
from engines.expression.calls import call
from engines.expression.coercion import flat
from engines.expression.comparing import comparison, membership
from engines.expression.compiled import Compiled, Evaluate, Grid, Row, Spill, grid, lift
from engines.expression.errors import ExpressionError
from engines.expression.failures import VALUE, ErrorValue
from engines.expression.filtering import apart, filtered, of_each
from engines.expression.functions import function_of
from engines.expression.scope import Context
from engines.expression.tree import Array, Binary, Call, ListOf, Literal, Node, Ref, Unary


def compile_python(node: Node) -> Evaluate:
    """Return a function of a row and a context. The row's keys are paths joined by dots; absent is blank.

    An error is a result, an ``ErrorValue``; the function raises nothing.
    """
    compiled = _compile(node)
    evaluate = compiled.operand
    if isinstance(node, Literal | Ref) or (isinstance(node, Call) and node.name in {"AND", "OR"}):
        return evaluate

    def single(row: Row, context: Context) -> Any:
        value = evaluate(row, context)
        return value if value.__class__ is not Spill else value[0] if value else None

    return single


def _compile(node: Node) -> Compiled:  # noqa: C901, PLR0911 one case after the other
    match node:
        case Literal(value):
            constant = None if value == "" else value
            safe = not isinstance(value, ErrorValue)
            return Compiled(lambda _, __: constant, safe=safe, constant=(constant,))
        case Ref(path):
            key = ".".join(path)
            return Compiled(_reference(key, path), safe=True, key=key)
        case Call("FILTER", (Ref() as listed, condition)) if paths := of_each(listed, condition):
            return _filter(node, listed, condition, paths)
        case Call(_, args, at):
            return call(function_of(node), tuple(map(_compile, args)), args, at)
        case Unary("NOT", operand):
            return _not(_compile(operand))
        case Unary(op, operand):
            return (percent if op == "%" else negative)(_compile(operand))
        case Binary("IN", left, ListOf(items), at):
            return membership(_compile(left), tuple(map(_compile, items)), at)
        case Binary("&", left, right):
            return joined_text(_compile(left), _compile(right))
        case Binary(("+" | "-" | "*" | "/" | "^") as op, left, right):
            return arithmetic(op, _compile(left), _compile(right))
        case Binary(op, left, right, at):
            return comparison(op, _compile(left), _compile(right), at)
        case Array(rows):
            return _array(tuple(tuple(map(_compile, row)) for row in rows))
        case ListOf(at=at):
            raise ExpressionError("expression.unexpected", at, found="(")


def _filter(node: Call, listed: Ref, condition: Node, paths: tuple[tuple[str, ...], ...]) -> Compiled:
    inner, wholes = apart(condition)
    plain = call(function_of(node), (_compile(listed), _compile(condition)), node.args, node.at)
    figures = {key: _compile(each).operand for key, each in wholes.items()}
    refs = {".".join(path): _reference(".".join(path), path) for path in paths}
    return filtered(_compile(listed), _compile(inner), refs, figures, plain)


def _reference(key: str, path: tuple[str, ...]) -> Evaluate:
    def evaluate(row: Row, _: Context) -> Any:
        value = row.get(key)
        return None if value in ("", ()) else value

    if len(path) == 1:
        return evaluate
    head, rest = path[0], ".".join(path[1:])

    def of_rows(row: Row, context: Context) -> Any:
        value = evaluate(row, context)
        if value is not None or key in row:
            return value
        rows = row.get(head)
        if not isinstance(rows, tuple | list) or not rows or not isinstance(rows[0], Mapping):
            return None
        return tuple(each.get(rest) for each in rows)

    return of_rows


def _not(operand: Compiled) -> Compiled:
    evaluate = operand.operand

    def one(value: Any) -> Any:
        if value.__class__ is bool:
            return not value
        if isinstance(value, Decimal):
            return not value
        return value if value is None or isinstance(value, ErrorValue) else VALUE

    def opposite(row: Row, context: Context) -> Any:
        value = evaluate(row, context)
        return lift(one, value) if isinstance(value, tuple) and value else one(value)

    return Compiled(opposite, safe=operand.safe)


def _array(rows: tuple[tuple[Compiled, ...], ...]) -> Compiled:
    items = [item for row in rows for item in row]
    closures, width = [item.evaluate for item in items], len(rows[0])
    inexact = any(item.inexact for item in items)
    if all(item.constant for item in items):
        constant: Grid = grid((item.constant[0] for item in items if item.constant), width)
        return Compiled(lambda _, __: constant, inexact)

    def evaluate(row: Row, context: Context) -> Any:
        values = [closure(row, context) for closure in closures]
        if not any(isinstance(value, tuple) for value in values):
            return grid(values, width)
        return tuple(flat(tuple(values)))

    return Compiled(evaluate, inexact)
