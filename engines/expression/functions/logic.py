"""Logic: the three-valued connectives, and whether a value is among others."""

from typing import Any

from engines.expression.coercion import flat, truth
from engines.expression.compiled import Compiled, Row, Spill
from engines.expression.errors import ExpressionError
from engines.expression.failures import VALUE, ErrorValue, Failure
from engines.expression.functions.choices import said
from engines.expression.functions.table import function
from engines.expression.scope import Context
from engines.expression.values import aligned, equal

Args = tuple[Compiled, ...]


def _junction(deciding: bool, args: Args) -> Compiled:
    """Compile AND or OR: the deciding value wins over blank, an error over everything."""
    steps = [(arg.operand, all(later.safe for later in args[place + 1 :])) for place, arg in enumerate(args)]

    def both(row: Row, context: Context) -> Any:
        found = first(row, context)
        if found is deciding:
            return deciding
        if found is neutral:
            value = second(row, context)
            if value.__class__ is not Spill:
                return value
        return evaluate(row, context)

    def evaluate(row: Row, context: Context) -> Any:
        result: Any = not deciding
        for operand, rest_safe in steps:
            value = operand(row, context)
            if value.__class__ is not bool:
                value = _joined(value, context, deciding=deciding)
            if value is deciding:
                if rest_safe:
                    return deciding
                result = deciding
            elif value is None:
                result = deciding if result is deciding else None
            elif value.__class__ is ErrorValue:
                return value
        return result

    if len(args) == 2 and args[1].safe and args[1].boolean:
        first, second, neutral = args[0].operand, args[1].operand, not deciding
        return Compiled(both, safe=args[0].safe, boolean=True)
    return Compiled(evaluate, safe=all(arg.safe for arg in args), boolean=True)


def _joined(value: Any, context: Context, *, deciding: bool) -> Any:
    if not isinstance(value, tuple):
        return said(value, context)
    found = [said(item, context) for item in flat(value) if item.__class__ is not str]
    if not found and value:
        return VALUE
    wrong = next((item for item in found if item.__class__ is ErrorValue), None)
    if wrong is not None:
        return wrong
    return deciding if deciding in found else None if None in found else not deciding


@function(
    "AND(*conditions: lazy) -> bool", ("AND(TRUE, 1 < 2)", "TRUE"), ("AND(TRUE, FALSE)", "FALSE"), ('AND(FALSE, "" > 1)', "FALSE"),
    lazy=True, pushed=True,
)  # fmt: skip
def and_(args: Args, at: int) -> Compiled:
    return _junction(False, args)


@function(
    "OR(*conditions: lazy) -> bool",
    ("OR(FALSE, TRUE)", "TRUE"),
    ("OR(FALSE, FALSE)", "FALSE"),
    lazy=True,
    pushed=True,
)
def or_(args: Args, at: int) -> Compiled:
    return _junction(True, args)


@function(
    "XOR(*conditions: list) -> bool", ("XOR(TRUE, FALSE)", "TRUE"), ("XOR(TRUE, TRUE)", "FALSE"), context=True
)
def xor(context: Context, *conditions: Any) -> bool:
    found = []
    for value in conditions:
        # Texts in a list say nothing, a text by itself has to.
        listed = isinstance(value, tuple)
        found += [item for item in flat(value) if not (listed and isinstance(item, str))]
    if not found:
        raise Failure(VALUE)
    return sum(truth(item, context) is True for item in found) % 2 == 1


@function("TRUE() -> bool", ("TRUE()", "TRUE"), failing=False)
def true() -> bool:
    return True


@function("FALSE() -> bool", ("FALSE()", "FALSE"), failing=False)
def false() -> bool:
    return False


@function("NOT(condition: bool) -> bool", ("NOT(TRUE)", "FALSE"), ("NOT(1 > 2)", "TRUE"))
def not_(condition: bool) -> bool:
    return not condition


@function(
    "IN(value: list, *values: list) -> bool",
    ("IN(2, 1, 2)", "TRUE"),
    ('IN("c", "a", "b")', "FALSE"),
    context=True,
    least=2,
)
def in_(context: Context, value: Any, *values: Any) -> bool:
    return any(equal(value, item, context.zone, 0) for item in flat(values))


@function(
    "BETWEEN(value: any, low: any, high: any) -> bool",
    ("BETWEEN(5, 1, 10)", "TRUE"),
    ("BETWEEN(0, 1, 10)", "FALSE"),
    context=True,
    pushed=True,
)
def between(context: Context, value: Any, low: Any, high: Any) -> Any:
    if value is None or low is None or high is None:
        return None
    try:
        first, second = aligned(value, low, context.zone, 0), aligned(value, high, context.zone, 0)
    except ExpressionError:
        return VALUE
    return bool(first[0] >= first[1] and second[0] <= second[1])  # type: ignore[operator]  # aligned: of one type
