"""Choices: one of several values, and what stands in for an error or a blank."""

from collections.abc import Callable
from typing import Any

from engines.expression.coercion import number, truth
from engines.expression.compiled import Compiled, Evaluate, Row, lift, shaped
from engines.expression.failures import NA, VALUE, ErrorValue, Failure
from engines.expression.functions.table import function
from engines.expression.scope import Context
from engines.expression.values import equal

Args = tuple[Compiled, ...]


def said(value: Any, context: Context) -> Any:
    """Return TRUE, FALSE, blank or the error that a condition yields."""
    if value.__class__ is bool or value is None:
        return value
    try:
        return truth(value, context)
    except Failure as failure:
        return failure.error


@function("IF(condition: lazy, then: lazy, otherwise: lazy = none) -> same", ('IF(2 > 1, "yes", "no")', "yes"), ("IF(FALSE, 1, 2)", "2"),
          lazy=True, pushed=True, exact_args=True, same=lambda count: range(1, count))  # fmt: skip
def if_(args: Args, at: int) -> Compiled:
    condition, then, other = args[0].operand, args[1].evaluate, args[2].evaluate if len(args) > 2 else None
    yes, no = args[1].constant, args[2].constant if len(args) > 2 else (None,)
    safe = all(arg.safe for arg in args)
    if yes and no and safe:
        return Compiled(_choice_of_constants(condition, yes[0], no[0]), safe=True)

    def evaluate(row: Row, context: Context) -> Any:
        found = condition(row, context)
        if found.__class__ is not bool and found is not None:
            if isinstance(found, tuple):
                return _each(found, then(row, context), other(row, context) if other else None, context)
            found = said(found, context)
        if found is True:
            return then(row, context)
        if found.__class__ is ErrorValue:
            return found
        return None if other is None else other(row, context)

    return Compiled(evaluate, safe=safe)


def _each(conditions: tuple[Any, ...], then: Any, otherwise: Any, context: Context) -> Any:
    def chosen(item: Any, one: Any, other: Any) -> Any:
        found = said(item, context)
        return found if found.__class__ is ErrorValue else one if found is True else other

    return lift(chosen, conditions, then, otherwise)


def _choice_of_constants(condition: Evaluate, yes: Any, no: Any) -> Evaluate:
    def evaluate(row: Row, context: Context) -> Any:
        found = condition(row, context)
        if found is True:
            return yes
        if found is False or found is None:
            return no
        if isinstance(found, tuple):
            return _each(found, yes, no, context)
        found = said(found, context)
        return yes if found is True else no

    return evaluate


@function("IFS(*pairs: lazy) -> same", ("IFS(FALSE, 1, TRUE, 2)", "2"), ("IFS(FALSE, 1)", "#N/A"), lazy=True, least=2, exact_args=True,
          same=lambda count: range(1, count, 2))  # fmt: skip
def ifs(args: Args, at: int) -> Compiled:
    pairs = [(args[place].operand, args[place + 1].evaluate) for place in range(0, len(args) - 1, 2)]
    odd = len(args) % 2

    def evaluate(row: Row, context: Context) -> Any:
        for condition, then in pairs:
            found = said(condition(row, context), context)
            if found is True:
                return then(row, context)
            if found.__class__ is ErrorValue:
                return found
        return VALUE if odd else NA

    return Compiled(evaluate)


@function("SWITCH(value: lazy, *cases: lazy) -> same", ('SWITCH(2, 1, "one", 2, "two")', "two"), ('SWITCH(3, 1, "one", "many")', "many"), lazy=True, least=3, exact_args=True,
          same=lambda count: range(2, count, 2) if count % 2 else [*range(2, count, 2), count - 1])  # fmt: skip
def switch(args: Args, at: int) -> Compiled:
    subject = args[0].operand
    cases = [(args[place].operand, args[place + 1].evaluate) for place in range(1, len(args) - 1, 2)]
    default = args[-1].evaluate if len(args) % 2 == 0 else None

    def chosen(value: Any, row: Row, context: Context) -> Any:
        if value.__class__ is ErrorValue:
            return value
        for case, then in cases:
            against = case(row, context)
            if against.__class__ is ErrorValue:
                return against
            if equal(value, against, context.zone, 0):
                return then(row, context)
        return NA if default is None else default(row, context)

    def evaluate(row: Row, context: Context) -> Any:
        value = subject(row, context)
        if isinstance(value, tuple):
            return lift(lambda item: chosen(item, row, context), value)
        return chosen(value, row, context)

    return Compiled(evaluate)


@function("CHOOSE(index: lazy, *values: lazy) -> same", ('CHOOSE(2, "a", "b")', "b"), ("CHOOSE(3, 1, 2)", "#VALUE!"), lazy=True, exact_args=True,
          same=lambda count: range(1, count))  # fmt: skip
def choose(args: Args, at: int) -> Compiled:
    index, values = args[0].operand, [arg.evaluate for arg in args[1:]]

    def chosen(place: Any, row: Row, context: Context) -> Any:
        try:
            found = number(place, context)
        except Failure as failure:
            return failure.error
        if found is None:
            return None
        return values[int(found) - 1](row, context) if 1 <= found < len(values) + 1 else VALUE

    def evaluate(row: Row, context: Context) -> Any:
        place = index(row, context)
        if isinstance(place, tuple):
            return lift(lambda item: chosen(item, row, context), place)
        return chosen(place, row, context)

    return Compiled(evaluate)


def _caught(args: Args, caught: Callable[[ErrorValue], bool]) -> Compiled:
    first, second = args[0].evaluate, args[1].evaluate

    def evaluate(row: Row, context: Context) -> Any:
        value = first(row, context)
        if value.__class__ is ErrorValue:
            return second(row, context) if caught(value) else value
        if isinstance(value, tuple) and any(item.__class__ is ErrorValue and caught(item) for item in value):
            instead = second(row, context)
            return shaped(
                value, (instead if item.__class__ is ErrorValue and caught(item) else item for item in value)
            )
        return value

    return Compiled(evaluate, safe=args[0].safe or args[1].safe)


@function(
    "IFERROR(value: lazy, otherwise: lazy) -> same",
    ("IFERROR(1/0, 7)", "7"),
    ("IFERROR(5, 7)", "5"),
    lazy=True,
    exact_args=True,
)
def iferror(args: Args, at: int) -> Compiled:
    return _caught(args, lambda _: True)


@function(
    "IFNA(value: lazy, otherwise: lazy) -> same",
    ("IFNA(NA(), 7)", "7"),
    ("IFNA(1/0, 7)", "#DIV/0!"),
    lazy=True,
    exact_args=True,
)
def ifna(args: Args, at: int) -> Compiled:
    return _caught(args, lambda error: error == NA)._replace(safe=args[0].safe)


@function("COALESCE(*values: lazy) -> same", ('COALESCE("", 3, 4)', "3"), lazy=True, exact_args=True)
def coalesce(args: Args, at: int) -> Compiled:
    values = [arg.evaluate for arg in args]

    def evaluate(row: Row, context: Context) -> Any:
        return next((found for value in values if (found := value(row, context)) is not None), None)

    return Compiled(evaluate, safe=all(arg.safe for arg in args))
