"""Closures of comparisons and of IN; a side that never changes is prepared once."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engines.expression.compiled import Compiled, Evaluate, Row, lift
from engines.expression.errors import ExpressionError
from engines.expression.failures import VALUE, ErrorValue, Failure
from engines.expression.scope import Context
from engines.expression.text import fold
from engines.expression.values import aligned, contains, equal

_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_QUICK: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def comparison(op: str, left: Compiled, right: Compiled, at: int) -> Compiled:
    """Compile ``= <> < <= > >=``."""
    safe = left.safe and right.safe
    if left.constant and not right.constant:
        left, right, op = right, left, _MIRRORED[op]
    constant = right.constant[0] if right.constant else None
    if op in _ORDER:
        evaluate = _ordered(op, left.operand, right.operand, at)
        if constant.__class__ is Decimal:
            evaluate = _ordered_to_number(op, left, constant, at)
            if left.of_fields and len(constant.as_tuple().digits) <= 20:
                evaluate = _result_to_number(op, left.of_fields, constant, evaluate)
    elif constant.__class__ is str:
        evaluate = _equal_to_text(left, constant, at, wanted=op == "=")
    else:
        evaluate = _equal(left.operand, right.operand, at, wanted=op == "=")
    return Compiled(evaluate, safe=safe, boolean=True)


def _equal_to_text(left: Compiled, constant: str, at: int, *, wanted: bool) -> Evaluate:  # noqa: C901 one case after the other
    folded = fold(constant)
    size = len(folded)
    operand, key = left.operand, left.key

    def same(value: Any, context: Context) -> Any:
        if value.__class__ is str:
            if value == folded:
                return wanted
            if value.isascii() and len(value) != size:
                return not wanted
            return (fold(value) == folded) is wanted
        return _compared_equal(value, constant, context, at, wanted=wanted)

    if key is None or "." in key:
        return lambda row, context: same(operand(row, context), context)

    def of_field(row: Row, context: Context) -> Any:
        value = row.get(key)
        if value.__class__ is str:
            if value == folded:
                return wanted
            if value.isascii() and len(value) != size:
                return not wanted
        elif value is None:
            return not wanted
        return same(value, context)

    return of_field


def _equal(left: Evaluate, right: Evaluate, at: int, *, wanted: bool) -> Evaluate:
    def evaluate(row: Row, context: Context) -> Any:
        first, second = left(row, context), right(row, context)
        if first.__class__ is Decimal and second.__class__ is Decimal:
            return (first == second) is wanted
        return _compared_equal(first, second, context, at, wanted=wanted)

    return evaluate


def _compared_equal(first: Any, second: Any, context: Context, at: int, *, wanted: bool) -> Any:
    for side in (first, second):
        if isinstance(side, ErrorValue):
            return side
    first = None if first in ("", ()) else first
    second = None if second in ("", ()) else second
    if isinstance(first, tuple) or isinstance(second, tuple):
        return lift(lambda one, other: _compared_equal(one, other, context, at, wanted=wanted), first, second)
    return equal(first, second, context.zone, at) is wanted


def _ordered_to_number(op: str, left: Compiled, constant: Decimal, at: int) -> Evaluate:
    holds, operand, key = _ORDER[op], left.operand, left.key

    def compared(value: Any, context: Context) -> Any:
        if value.__class__ is Decimal:
            return holds(value, constant)
        return None if value is None else _compared_order(holds, value, constant, context, at)

    if key is None or "." in key:
        return lambda row, context: compared(operand(row, context), context)

    def of_field(row: Row, context: Context) -> Any:
        value = row.get(key)
        return holds(value, constant) if value.__class__ is Decimal else compared(value, context)

    return of_field


def _result_to_number(
    op: str, of_fields: tuple[str, str, str], constant: Decimal, otherwise: Evaluate
) -> Evaluate:
    """Compare what two fields give; the commonest condition there is, so it is one closure."""
    holds, work, first, second = _ORDER[op], _QUICK[of_fields[0]], of_fields[1], of_fields[2]

    def evaluate(row: Row, context: Context) -> Any:
        left, right = row.get(first), row.get(second)
        if left.__class__ is Decimal and right.__class__ is Decimal:
            # Rounded to 28 digits, which keeps the order; what may be equal is worked out exactly.
            result = work(left, right)
            if result.adjusted() < 15 and result != constant:
                return holds(result, constant)
            return otherwise(row, context)
        if left is None and (right is None or right.__class__ is Decimal):
            return None
        return otherwise(row, context)

    return evaluate


def _ordered(op: str, left: Evaluate, right: Evaluate, at: int) -> Evaluate:
    holds = _ORDER[op]

    def evaluate(row: Row, context: Context) -> Any:
        first, second = left(row, context), right(row, context)
        if first.__class__ is Decimal and second.__class__ is Decimal:
            return holds(first, second)
        return _compared_order(holds, first, second, context, at)

    return evaluate


def _compared_order(
    holds: Callable[[Any, Any], bool], first: Any, second: Any, context: Context, at: int
) -> Any:
    for side in (first, second):
        if isinstance(side, ErrorValue):
            return side
    first, second = (None if side in ("", ()) else side for side in (first, second))
    if isinstance(first, tuple) or isinstance(second, tuple):
        return lift(lambda one, other: _compared_order(holds, one, other, context, at), first, second)
    if first is None or second is None:
        return None
    try:
        return holds(*aligned(first, second, context.zone, at))
    except ExpressionError:
        return VALUE
    except Failure as failure:
        return failure.error


def membership(left: Compiled, items: tuple[Compiled, ...], at: int) -> Compiled:
    """Compile IN: whether the value, or one of several values, is in the list."""
    operand, members = left.operand, tuple(item.operand for item in items)

    def evaluate(row: Row, context: Context) -> Any:
        value = operand(row, context)
        if isinstance(value, ErrorValue):
            return value
        found = [item(row, context) for item in members]
        wrong = next((item for item in found if isinstance(item, ErrorValue)), None)
        if wrong is not None:
            return wrong
        return any(_is_in(value, item, context, at) for item in found)

    return Compiled(evaluate, safe=left.safe and all(item.safe for item in items))


def _is_in(value: Any, item: Any, context: Context, at: int) -> bool:
    if isinstance(item, tuple):
        return any(_is_in(value, each, context, at) for each in item)
    if isinstance(value, tuple):
        return bool(contains(value, item, context.zone, at))
    return equal(value, item, context.zone, at)
