"""Closures of function calls: arguments are converted as the signature says, then the function runs."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engines.expression import coercion
from engines.expression.compiled import MAX_ITEMS, Compiled, Evaluate, Row, Spill, lift
from engines.expression.failures import NUM, VALUE, ErrorValue, Failure
from engines.expression.functions.table import Function, Param
from engines.expression.scope import Context
from engines.expression.tree import Literal, Node

_Convert = Callable[[Any, Context], Any]
_MISSING = {"number": Decimal(0), "countable": Decimal(0), "text": None, "bool": False}


def _any(value: Any, _: Context) -> Any:
    if isinstance(value, ErrorValue):
        raise Failure(value)
    return value


def _countable(value: Any, context: Context) -> Any:
    if isinstance(value, bool):
        raise Failure(VALUE)
    return coercion.number(value, context)


def _calendar(value: Any, context: Context) -> Any:
    if isinstance(value, bool):
        raise Failure(VALUE)
    return coercion.day(value, context)


def _raw(value: Any, _: Context) -> Any:
    return value


_CONVERT: dict[str, _Convert] = {
    "number": coercion.number,
    "text": coercion.text,
    "bool": coercion.truth,
    "date": coercion.day,
    "calendar": _calendar,
    "civil": coercion.civil,
    "any": _any,
    "raw": _raw,
    "list": _any,
    "whole": _raw,
    "countable": _countable,
}
# A blank argument of these kinds makes the result blank.
_PROPAGATE = frozenset({"number", "countable", "bool", "date", "calendar", "civil"})
_WHOLE = frozenset({"list", "whole"})
_NUMERIC = frozenset({"number", "countable"})


def call(function: Function, args: tuple[Compiled, ...], nodes: tuple[Node, ...], at: int) -> Compiled:
    """Compile a call with a fitting number of arguments."""
    inherited = function.exact_args and any(arg.inexact for arg in args)
    if function.lazy:
        built: Compiled = function.python(args, at)
        return built._replace(inexact=built.inexact or inherited)
    if not args and not function.params:
        return Compiled(_plain(function), function.inexact, safe=not function.failing)
    steps = []
    for index, (arg, node) in enumerate(zip(args, nodes, strict=True)):
        param = function.param(index)
        evaluate = arg.evaluate if function.exact_args else arg.operand
        steps.append(
            (_argument(evaluate, param, node, function), _CONVERT[param.kind], *_traits(function, param))
        )
    defaults = tuple(each.default for each in function.params[len(args) :] if each.optional)
    return Compiled(
        _strict(function, tuple(steps), defaults), function.inexact or inherited, not function.failing
    )


def _traits(function: Function, param: Param) -> tuple[bool, bool]:
    """Return whether a blank stops the call, and whether several values are taken one by one."""
    return param.kind in _PROPAGATE and not function.blanks, param.kind not in _WHOLE


def _argument(evaluate: Evaluate, param: Param, node: Node, function: Function) -> Evaluate:
    if not isinstance(node, Literal):
        return evaluate
    if node.value is None and param.kind in _MISSING:
        missing = param.default if param.optional and param.kind not in _NUMERIC else _MISSING[param.kind]
        return lambda _, __: missing
    if node.value is None and param.repeated:
        return lambda _, __: function.omitted
    if node.value == "" and param.kind in _NUMERIC:
        return lambda _, __: VALUE
    return evaluate


def _plain(function: Function) -> Evaluate:
    python = function.python
    return (lambda _, context: python(context)) if function.context else (lambda _, __: python())


def _strict(
    function: Function, steps: tuple[tuple[Evaluate, _Convert, bool, bool], ...], defaults: tuple[Any, ...]
) -> Evaluate:
    python, with_context, numeric = function.python, function.context, function.result == "number"

    def apply(values: list[Any], context: Context) -> Any:
        converted, blank = [], False
        try:
            for value, (_, convert, stops, __) in zip(values, steps, strict=True):
                given = convert(value, context)
                blank = blank or (stops and given is None)
                converted.append(given)
            if blank:
                return None
            result = python(context, *converted, *defaults) if with_context else python(*converted, *defaults)
        except Failure as failure:
            return failure.error
        except OverflowError:
            return NUM
        except (ArithmeticError, ValueError):
            return VALUE
        return checked(Decimal(result) if numeric and result.__class__ is int else result)

    def evaluate(row: Row, context: Context) -> Any:
        values = [step[0](row, context) for step in steps]
        for value, step in zip(values, steps, strict=True):
            if step[3] and isinstance(value, tuple):
                return _lifted(apply, values, steps, context)
        return apply(values, context)

    return evaluate


def _lifted(apply: Callable[..., Any], values: list[Any], steps: tuple[Any, ...], context: Context) -> Spill:
    """Apply to each item of the lists that stand where one value is taken."""
    wide = [value if step[3] else _Whole(value) for value, step in zip(values, steps, strict=True)]
    return lift(
        lambda *row: apply([each.value if isinstance(each, _Whole) else each for each in row], context), *wide
    )


class _Whole:
    """Keeps a list together that its function takes as a whole."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def checked(result: Any) -> Any:
    """Return a result as the language knows it: no empty text, no number of 16 digits, no endless list."""
    kind = result.__class__
    if kind is Decimal:
        return result if result.adjusted() < 15 or not result else NUM
    if kind is str:
        return result or None
    if isinstance(result, tuple) and len(result) > MAX_ITEMS:
        return VALUE
    return result
