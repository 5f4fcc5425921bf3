"""The criteria of COUNTIF and its relatives: a value, or a text such as ``>5``, ``<>a`` or ``a*``."""

import operator
import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from engines.expression.coercion import flat, number, number_of_text
from engines.expression.compiled import width_of
from engines.expression.failures import BY_CODE, VALUE, ErrorValue, Failure
from engines.expression.functions.wildcards import matches, wildcard
from engines.expression.scope import Context
from engines.expression.text import fold

_SPLIT = re.compile(r"(<=|>=|<>|<|>|=)?(.*)", re.DOTALL)
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
Test = Callable[[Any], bool]


def matching(context: Context, pairs: Sequence[Any]) -> list[bool]:
    """Return for each place whether every list meets its criterion. Lists of different lengths are #VALUE!."""
    if len(pairs) % 2:
        raise Failure(VALUE)
    columns = columns_of(pairs[::2])
    tests = [
        criterion(each[0] if isinstance(each, tuple) and each else each, context) for each in pairs[1::2]
    ]
    return [
        all(test(item) for test, item in zip(tests, row, strict=True)) for row in zip(*columns, strict=True)
    ]


def columns_of(lists: Sequence[Any]) -> list[list[Any]]:
    """Return the items of lists that stand side by side; #VALUE! when their lengths or shapes differ."""
    shapes = {width for values in lists if (width := width_of(values))}
    columns = [list(flat(values)) for values in lists]
    if len(shapes) > 1 or len({len(column) for column in columns}) > 1:
        raise Failure(VALUE)
    return columns


def numbers_at(
    values: Any, chosen: Sequence[bool], context: Context, *, strict: bool = True
) -> list[Decimal]:
    """Return the numbers of a list where it was chosen."""
    items = list(flat(values))
    if strict and len(items) != len(chosen):
        raise Failure(VALUE)
    found = []
    for item, wanted in zip(items, chosen, strict=False):
        if wanted and (isinstance(item, Decimal | date | ErrorValue) or item.__class__ is int):
            value = number(item, context)
            found.append(Decimal(0) if value is None else value)
    return found


def criterion(given: Any, context: Context) -> Test:
    """Return the test that a criterion means."""
    if given is None:
        return _blank
    if not isinstance(given, str):
        return lambda item: _same(item, given, context)
    match = _SPLIT.fullmatch(given)
    assert match is not None  # noqa: S101 - every text matches
    op, rest = match[1] or "=", match[2]
    if op in _ORDER:
        return _ordered(op, _read(rest), context)
    test = _equal(rest, context)
    return test if op == "=" else lambda item: not test(item)


def _read(text: str) -> Any:
    if text.upper() in {"TRUE", "FALSE"}:
        return text.upper() == "TRUE"
    if text.upper() in BY_CODE:
        return BY_CODE[text.upper()]
    try:
        return number_of_text(text)
    except Failure:
        return text


def _blank(item: Any) -> bool:
    return item is None or item == ""


def _equal(text: str, context: Context) -> Test:
    if not text:
        return _blank
    wanted = _read(text)
    if not isinstance(wanted, str):
        return lambda item: (
            _same(item, wanted, context) or (isinstance(item, str) and _number_like(item) == wanted)
        )
    pattern = wildcard(fold(text))
    return lambda item: isinstance(item, str) and matches(pattern, fold(item))


def _number_like(text: str) -> Any:
    try:
        return number_of_text(text)
    except Failure:
        return None


def _same(item: Any, wanted: Any, context: Context) -> bool:
    if isinstance(item, date) and isinstance(wanted, date | Decimal):
        return number(item, context) == number(wanted, context)
    if isinstance(wanted, date) and isinstance(item, Decimal):
        return number(wanted, context) == item
    if isinstance(item, str) and isinstance(wanted, Decimal):
        return bool(_number_like(item) == wanted)
    return isinstance(item, bool) == isinstance(wanted, bool) and bool(item == wanted)


def _ordered(op: str, wanted: Any, context: Context) -> Test:
    holds = _ORDER[op]
    if isinstance(wanted, str):
        folded = fold(wanted)
        return lambda item: isinstance(item, str) and holds(fold(item), folded)
    if not isinstance(wanted, Decimal):
        return lambda item: isinstance(item, bool) and isinstance(wanted, bool) and bool(holds(item, wanted))

    def test(item: Any) -> bool:
        if isinstance(item, bool | str) or item is None or isinstance(item, ErrorValue):
            return False
        return bool(holds(number(item, context), wanted))

    return test
