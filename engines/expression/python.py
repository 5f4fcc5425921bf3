"""Python back end: a tree becomes one closure, built once and called per record."""

import operator
from collections.abc import Callable
from decimal import Decimal

from engines.expression.errors import ExpressionError
from engines.expression.functions import Evaluate, Row, function_of
from engines.expression.scope import Context
from engines.expression.tree import Binary, Call, ListOf, Literal, Node, Ref, Unary, walk
from engines.expression.values import aligned, calculate, contains, equal, rounded

_ORDER: dict[str, Callable[..., bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_python(node: Node) -> Evaluate:
    """Return a function of a row and a context. The row's keys are paths joined by dots; absent is blank."""
    return _operand(node)


def _operand(node: Node) -> Evaluate:
    evaluate = _compile(node)
    if any(isinstance(found, Binary) and found.op == "/" for found, _ in walk(node)):
        return lambda row, context: rounded(evaluate(row, context))
    return evaluate


def _compile(node: Node) -> Evaluate:  # noqa: PLR0911 - one return per kind of node
    match node:
        case Literal(value):
            constant = None if value == "" else value
            return lambda _, __: constant
        case Ref(path):
            return _reference(".".join(path))
        case Call(args=args, at=at):
            return function_of(node).python(at, tuple(map(_operand, args)))
        case Unary(op, operand):
            return _not(_compile(operand)) if op == "NOT" else _minus(_compile(operand), node.at)
        case Binary("IN", left, ListOf(items)):
            return _membership(_operand(left), tuple(map(_operand, items)), node.at)
        case Binary(("+" | "-" | "*" | "/") as op, left, right, at):
            first, second = _compile(left), _compile(right)
            return lambda row, context: calculate(op, first(row, context), second(row, context), at)
        case Binary(op, left, right, at):
            return _comparison(op, _operand(left), _operand(right), at)
        case ListOf(at=at):
            raise ExpressionError("expression.unexpected", at, found="(")


def _reference(key: str) -> Evaluate:
    def evaluate(row: Row, _: Context) -> object:
        value = row.get(key)
        return None if value in ("", ()) else value

    return evaluate


def _not(operand: Evaluate) -> Evaluate:
    def evaluate(row: Row, context: Context) -> bool | None:
        value = operand(row, context)
        return None if value is None else value is False

    return evaluate


def _minus(operand: Evaluate, at: int) -> Evaluate:
    return lambda row, context: calculate("*", operand(row, context), Decimal(-1), at)


def _membership(left: Evaluate, items: tuple[Evaluate, ...], at: int) -> Evaluate:
    def evaluate(row: Row, context: Context) -> bool:
        value = left(row, context)
        found = (item(row, context) for item in items)
        if isinstance(value, tuple):
            return any(contains(value, item, context.zone, at) for item in found)
        return any(equal(value, item, context.zone, at) for item in found)

    return evaluate


def _comparison(op: str, left: Evaluate, right: Evaluate, at: int) -> Evaluate:
    if op in {"=", "<>"}:
        wanted = op == "="
        return lambda row, context: equal(left(row, context), right(row, context), context.zone, at) is wanted

    holds = _ORDER[op]

    def evaluate(row: Row, context: Context) -> bool | None:
        first, second = left(row, context), right(row, context)
        if first is None or second is None:
            return None
        return holds(*aligned(first, second, context.zone, at))

    return evaluate
