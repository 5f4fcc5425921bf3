"""Logic: choices, the three-valued connectives, and what a value is."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engines.expression.coercion import flat, truth
from engines.expression.compiled import Compiled, Evaluate, Row, Spill, lift
from engines.expression.failures import ERRORS, NA, VALUE, ErrorValue, Failure
from engines.expression.functions.table import function
from engines.expression.scope import Context
from engines.expression.values import equal

Args = tuple[Compiled, ...]


def _said(value: Any, context: Context) -> Any:
    """Return TRUE, FALSE, blank or the error that a condition yields."""
    if value.__class__ is bool or value is None:
        return value
    try:
        return truth(value, context)
    except Failure as failure:
        return failure.error


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
        return _said(value, context)
    found = [_said(item, context) for item in flat(value) if item.__class__ is not str]
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
    return sum(truth(item, context) is True for item in flat(conditions)) % 2 == 1


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
                return lift(lambda item: chosen(_said(item, context), row, context), found)
            found = _said(found, context)
        return chosen(found, row, context)

    def chosen(found: Any, row: Row, context: Context) -> Any:
        if found is True:
            return then(row, context)
        if found.__class__ is ErrorValue:
            return found
        return None if other is None else other(row, context)

    return Compiled(evaluate, safe=safe)


def _choice_of_constants(condition: Evaluate, yes: Any, no: Any) -> Evaluate:
    def evaluate(row: Row, context: Context) -> Any:
        found = condition(row, context)
        if found is True:
            return yes
        if found is False or found is None:
            return no
        found = _said(found, context)
        return yes if found is True else no

    return evaluate


@function("IFS(*pairs: lazy) -> same", ("IFS(FALSE, 1, TRUE, 2)", "2"), ("IFS(FALSE, 1)", "#N/A"), lazy=True, least=2, exact_args=True,
          same=lambda count: range(1, count, 2))  # fmt: skip
def ifs(args: Args, at: int) -> Compiled:
    pairs = [(args[place].operand, args[place + 1].evaluate) for place in range(0, len(args) - 1, 2)]
    odd = len(args) % 2

    def evaluate(row: Row, context: Context) -> Any:
        for condition, then in pairs:
            found = _said(condition(row, context), context)
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

    def evaluate(row: Row, context: Context) -> Any:
        value = subject(row, context)
        if value.__class__ is ErrorValue:
            return value
        for case, then in cases:
            against = case(row, context)
            if against.__class__ is ErrorValue:
                return against
            if equal(value, against, context.zone, 0):
                return then(row, context)
        return NA if default is None else default(row, context)

    return Compiled(evaluate)


@function("CHOOSE(index: lazy, *values: lazy) -> same", ('CHOOSE(2, "a", "b")', "b"), ("CHOOSE(3, 1, 2)", "#VALUE!"), lazy=True, exact_args=True,
          same=lambda count: range(1, count))  # fmt: skip
def choose(args: Args, at: int) -> Compiled:
    index, values = args[0].operand, [arg.evaluate for arg in args[1:]]

    def chosen(place: Any, row: Row, context: Context) -> Any:
        from engines.expression.coercion import number

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
        if value.__class__ is Spill:
            return Spill(
                second(row, context) if item.__class__ is ErrorValue and caught(item) else item
                for item in value
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


@function("TRUE() -> bool", ("TRUE()", "TRUE"), failing=False)
def true() -> bool:
    return True


@function("FALSE() -> bool", ("FALSE()", "FALSE"), failing=False)
def false() -> bool:
    return False


@function("NA() -> any", ("NA()", "#N/A"))
def na() -> ErrorValue:
    return NA


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
    from engines.expression.errors import ExpressionError
    from engines.expression.values import aligned

    if value is None or low is None or high is None:
        return None
    try:
        first, second = aligned(value, low, context.zone, 0), aligned(value, high, context.zone, 0)
    except ExpressionError:
        return VALUE
    return bool(first[0] >= first[1] and second[0] <= second[1])  # type: ignore[operator]  # aligned: of one type


def _is(
    name: str, test: Callable[[Any], bool], *examples: tuple[str, str], whole: bool = False, **options: Any
) -> None:
    kind = "list" if whole else "raw"
    function(f"{name}(value: {kind}) -> bool", *examples, blanks=True, failing=False, **options)(test)


def _number(value: Any) -> bool:
    from datetime import date, time

    return isinstance(value, Decimal | date | time) or value.__class__ is int


_is("ISNUMBER", _number, ("ISNUMBER(1.5)", "TRUE"), ('ISNUMBER("1")', "FALSE"))
_is("ISTEXT", lambda value: isinstance(value, str), ('ISTEXT("a")', "TRUE"), ("ISTEXT(1)", "FALSE"))
_is(
    "ISNONTEXT",
    lambda value: not isinstance(value, str),
    ("ISNONTEXT(1)", "TRUE"),
    ('ISNONTEXT("a")', "FALSE"),
)
_is(
    "ISLOGICAL", lambda value: isinstance(value, bool), ("ISLOGICAL(TRUE)", "TRUE"), ("ISLOGICAL(1)", "FALSE")
)
_is("ISERROR", lambda value: isinstance(value, ErrorValue), ("ISERROR(1/0)", "TRUE"), ("ISERROR(1)", "FALSE"))
_is(
    "ISERR",
    lambda value: isinstance(value, ErrorValue) and value != NA,
    ("ISERR(1/0)", "TRUE"),
    ("ISERR(NA())", "FALSE"),
)
_is("ISNA", lambda value: value == NA, ("ISNA(NA())", "TRUE"), ("ISNA(1/0)", "FALSE"))


@function(
    "ISBLANK(value: whole) -> bool",
    ('ISBLANK("")', "TRUE"),
    ("ISBLANK(0)", "FALSE"),
    blanks=True,
    failing=False,
    pushed=True,
)
def isblank(value: Any) -> bool:
    return value is None or value in ("", ())


@function("ISEVEN(number: countable) -> bool", ("ISEVEN(4)", "TRUE"), ("ISEVEN(-3.5)", "FALSE"))
def iseven(number: Decimal) -> bool:
    return int(number) % 2 == 0


@function("ISODD(number: countable) -> bool", ("ISODD(3)", "TRUE"), ("ISODD(2)", "FALSE"))
def isodd(number: Decimal) -> bool:
    return int(number) % 2 == 1


@function(
    "ERROR.TYPE(value: raw) -> number", ("ERROR.TYPE(1/0)", "2"), ("ERROR.TYPE(5)", "#N/A"), blanks=True
)
def error_type(value: Any) -> int:
    if not isinstance(value, ErrorValue):
        raise Failure(NA)
    return ERRORS.index(value) + 1


@function(
    "TYPE(value: whole) -> number",
    ("TYPE(1)", "1"),
    ('TYPE("a")', "2"),
    ("TYPE(TRUE)", "4"),
    ("TYPE(1/0)", "16"),
    ("TYPE({1,2})", "64"),
    blanks=True,
)
def type_(value: Any) -> int:
    if isinstance(value, tuple):
        return 64
    if isinstance(value, ErrorValue):
        return 16
    return 4 if isinstance(value, bool) else 2 if isinstance(value, str) else 1


@function(
    "N(value: any) -> number", ("N(7)", "7"), ('N("a")', "0"), ("N(TRUE)", "1"), blanks=True, context=True
)
def n(context: Context, value: Any) -> Decimal:
    from engines.expression.coercion import number

    return Decimal(0) if value is None or isinstance(value, str) else number(value, context) or Decimal(0)


@function("T(value: any) -> text", ('T("a")', "a"), ("T(5)", ""), blanks=True)
def t(value: Any) -> str:
    return value if isinstance(value, str) else ""
