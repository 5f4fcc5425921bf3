"""What a value is: its kind, its error, and what it counts as."""

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any

from engines.expression.coercion import number
from engines.expression.failures import ERRORS, NA, ErrorValue, Failure
from engines.expression.functions.table import function
from engines.expression.scope import Context


@function("NA() -> any", ("NA()", "#N/A"))
def na() -> ErrorValue:
    return NA


def _is(
    name: str, test: Callable[[Any], bool], *examples: tuple[str, str], whole: bool = False, **options: Any
) -> None:
    kind = "list" if whole else "raw"
    function(f"{name}(value: {kind}) -> bool", *examples, blanks=True, failing=False, **options)(test)


def _number(value: Any) -> bool:
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
def iseven(value: Decimal) -> bool:
    return int(value) % 2 == 0


@function("ISODD(number: countable) -> bool", ("ISODD(3)", "TRUE"), ("ISODD(2)", "FALSE"))
def isodd(value: Decimal) -> bool:
    return int(value) % 2 == 1


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
    return Decimal(0) if value is None or isinstance(value, str) else number(value, context) or Decimal(0)


@function("T(value: any) -> text", ('T("a")', "a"), ("T(5)", ""), blanks=True)
def t(value: Any) -> str:
    return value if isinstance(value, str) else ""
