"""Closures of ``+ - * / ^ & %`` and the minus: the common case first, everything else by ``calculate``."""

from decimal import Decimal
from typing import Any

from engines.expression.coercion import text
from engines.expression.compiled import Compiled, Evaluate, Row, lift
from engines.expression.decimals import EXACT
from engines.expression.failures import NUM, VALUE, ErrorValue, Failure
from engines.expression.scope import Context
from engines.expression.values import calculate

_FAST = {"+": EXACT.add, "-": EXACT.subtract, "*": EXACT.multiply}
_HUNDRED = Decimal(100)


def arithmetic(op: str, left: Compiled, right: Compiled) -> Compiled:
    """Compile an operator on two numbers or dates."""
    if op not in _FAST:
        return Compiled(_by_calculation(op, left.evaluate, right.evaluate), inexact=True)
    inexact = left.inexact or right.inexact
    if left.key and right.key and "." not in left.key + right.key:
        return Compiled(_of_fields(op, left.key, right.key), inexact, of_fields=(op, left.key, right.key))
    return Compiled(_exact(op, left.evaluate, right.evaluate), inexact)


def _of_fields(op: str, first: str, second: str) -> Evaluate:
    work = _FAST[op]

    def evaluate(row: Row, context: Context) -> Any:  # noqa: ARG001 one case after the other
        left, right = row.get(first), row.get(second)
        if left.__class__ is Decimal and right.__class__ is Decimal:
            result = work(left, right)
            return result if result.adjusted() < 15 or not result else NUM
        return applied(op, left, right)

    return evaluate


def _exact(op: str, first: Evaluate, second: Evaluate) -> Evaluate:
    work = _FAST[op]

    def evaluate(row: Row, context: Context) -> Any:
        left, right = first(row, context), second(row, context)
        if left.__class__ is Decimal and right.__class__ is Decimal:
            result = work(left, right)
            return result if result.adjusted() < 15 or not result else NUM
        return applied(op, left, right)

    return evaluate


def _by_calculation(op: str, first: Evaluate, second: Evaluate) -> Evaluate:
    return lambda row, context: applied(op, first(row, context), second(row, context))


def applied(op: str, left: Any, right: Any) -> Any:
    """Apply an operator to any two values, lists place by place."""
    left, right = _blanked(left), _blanked(right)
    if isinstance(left, tuple) or isinstance(right, tuple):
        return lift(lambda one, other: calculate(op, one, other), left, right)
    return calculate(op, left, right)


def _blanked(value: Any) -> Any:
    return None if value in ("", ()) else value


def negative(operand: Compiled) -> Compiled:
    """Compile the minus."""
    return Compiled(_by_calculation("*", operand.evaluate, lambda _, __: Decimal(-1)), operand.inexact)


def percent(operand: Compiled) -> Compiled:
    """Compile the sign for hundredths."""
    return Compiled(_by_calculation("/", operand.evaluate, lambda _, __: _HUNDRED), inexact=True)


def joined_text(left: Compiled, right: Compiled) -> Compiled:
    """Compile ``&``: blank is the empty text."""
    first, second = left.operand, right.operand

    def evaluate(row: Row, context: Context) -> Any:
        one, other = first(row, context), second(row, context)
        if one.__class__ is str and other.__class__ is str:
            return one + other
        if isinstance(one, tuple) or isinstance(other, tuple):
            return lift(lambda a, b: _together(a, b, context), one, other)
        return _together(one, other, context)

    return Compiled(evaluate)


def _together(one: Any, other: Any, context: Context) -> Any:
    if isinstance(one, ErrorValue):
        return one
    try:
        return text(one, context) + text(other, context) or None
    except Failure as failure:
        return failure.error if failure.error != VALUE else VALUE
