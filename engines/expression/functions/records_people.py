"""Records and people: lists of records and their values, who asks, who leads whom, what changed."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engines.expression.coercion import flat, text, truth
from engines.expression.compiled import Compiled, Row
from engines.expression.errors import ExpressionError
from engines.expression.failures import NA, VALUE, ErrorValue, Failure
from engines.expression.functions.table import function
from engines.expression.functions.text import gathered
from engines.expression.scope import Context
from engines.expression.values import aligned, equal

Args = tuple[Compiled, ...]


def _list(values: Any) -> tuple[Any, ...]:
    return values if isinstance(values, tuple) else () if values is None else (values,)


@function(
    "FILTER(list: list, condition: list) -> list",
    ("SUM(FILTER({1, 5, 9}, {TRUE, FALSE, TRUE}))", "10"),
    ("FILTER({1, 2}, {TRUE})", "#VALUE!"),
    context=True,
    blanks=True,
    exact_args=True,
)
def filter_(context: Context, values: Any, conditions: Any) -> tuple[Any, ...]:
    items, chosen = _list(values), _list(conditions)
    if len(chosen) == 1 and not isinstance(conditions, tuple):
        chosen = chosen * len(items)
    if len(items) != len(chosen) and chosen:
        raise Failure(VALUE)
    return tuple(item for item, wanted in zip(items, chosen, strict=False) if truth(wanted, context) is True)


class _Key:
    """Orders values of any types: numbers and dates, then text, then truths, blanks last."""

    __slots__ = ("context", "value")

    def __init__(self, value: Any, context: Context) -> None:
        self.value, self.context = value, context

    def _class(self) -> int:
        if self.value is None:
            return 3
        return 2 if isinstance(self.value, bool) else 1 if isinstance(self.value, str) else 0

    def __lt__(self, other: "_Key") -> bool:
        mine, theirs = self._class(), other._class()
        if mine != theirs or mine == 3:
            return mine < theirs
        try:
            one, two = aligned(self.value, other.value, self.context.zone, 0)
        except ExpressionError:
            return False
        return bool(one < two)  # type: ignore[operator]  # aligned: of one type


@function(
    "SORT(list: list, descending: bool = FALSE, by: list = none) -> list",
    ('JOIN(SORT({3, 1, 2}), " ")', "1 2 3"),
    ('JOIN(SORT({3, 1, 2}, TRUE), " ")', "3 2 1"),
    context=True,
    blanks=True,
    exact_args=True,
)
def sort(context: Context, values: Any, descending: bool | None, by: Any) -> tuple[Any, ...]:
    items = _list(values)
    keys = items if by is None else _list(by)
    if len(keys) != len(items):
        raise Failure(VALUE)
    filled = [place for place, key in enumerate(keys) if key is not None]
    blank = [place for place, key in enumerate(keys) if key is None]
    order = sorted(filled, key=lambda place: _Key(keys[place], context), reverse=bool(descending))
    return tuple(items[place] for place in (*order, *blank))


@function("FIRST(list: list) -> item", ("FIRST({3, 1, 2})", "3"), blanks=True, exact_args=True)
def first(values: Any) -> Any:
    return next(iter(_list(values)), None)


@function("LAST(list: list) -> item", ("LAST({3, 1, 2})", "2"), blanks=True, exact_args=True)
def last(values: Any) -> Any:
    return next(reversed(_list(values)), None)


@function(
    "UNIQUE(list: list) -> list",
    ('JOIN(UNIQUE({"a", "A", "b"}), ",")', "a,b"),
    context=True,
    blanks=True,
    exact_args=True,
)
def unique(context: Context, values: Any) -> tuple[Any, ...]:
    found: list[Any] = []
    for item in _list(values):
        if not any(equal(item, other, context.zone, 0) for other in found):
            found.append(item)
            if len(found) > 1_000:
                raise Failure(VALUE)
    return tuple(found)


@function(
    'JOIN(list: list, delimiter: text = ", ") -> text',
    ('JOIN({"a", "b"})', "a, b"),
    ('JOIN({1, 2}, "-")', "1-2"),
    context=True,
    blanks=True,
)
def join(context: Context, values: Any, delimiter: str | None) -> str:
    parts = (text(item, context) for item in flat(_list(values)) if item is not None)
    return gathered(parts, lambda _: delimiter or "")


@function(
    "LOOKUP(value: any, keys: list, results: list = none) -> any",
    ('LOOKUP("b", {"a", "b"}, {1, 2})', "2"),
    ("LOOKUP(25, {10, 20, 30}, {1, 2, 3})", "2"),
    ("LOOKUP(5, {10, 20})", "#N/A"),
    context=True,
    blanks=True,
)
def lookup(context: Context, value: Any, keys: Any, results: Any) -> Any:
    wanted, below = _list(keys), _list(keys if results is None else results)
    for place, key in enumerate(wanted):
        if equal(key, value, context.zone, 0) and place < len(below):
            return below[place]
    best = None
    for place, key in enumerate(wanted):
        smaller = key is not None and value is not None and _Key(key, context) < _Key(value, context)
        if (
            smaller
            and type(key) is type(value)
            and (best is None or not _Key(key, context) < _Key(wanted[best], context))
        ):
            best = place
    if best is None or best >= len(below):
        raise Failure(NA)
    return below[best]


@function("USER() -> id", context=True, volatile=True, pushed=True, failing=False)
def user(context: Context) -> int | None:
    return context.user_id


@function(
    "DEPARTMENT(person: any = none) -> id",
    context=True,
    volatile=True,
    pushed=True,
    blanks=True,
    failing=False,
)
def department(context: Context, *person: Any) -> int | None:
    if not person or person[0] is None:
        return context.department_id
    return context.directory.department(_id(person[0])) if context.directory else None


def _id(given: Any) -> int:
    digits = str(given)
    if isinstance(given, bool) or not (digits.isascii() and digits.isdigit()):
        raise Failure(VALUE)
    return int(digits)


def _levels(levels: Decimal | None) -> int:
    count = 1 if levels is None else int(levels)
    if not 0 <= count <= 50:
        raise Failure(VALUE)
    return count


@function("ROLE(person: any = none) -> texts", context=True, volatile=True, blanks=True)
def role(context: Context, person: Any = None) -> tuple[str, ...]:
    who = context.user_id if person is None else _id(person)
    return context.directory.roles(who) if context.directory and who is not None else ()


@function(
    "MANAGER(person: any = none, levels: number = 1) -> id",
    context=True,
    volatile=True,
    blanks=True,
)
def manager(context: Context, person: Any = None, levels: Decimal | None = None) -> int | None:
    who = context.user_id if person is None else _id(person)
    return context.directory.manager(who, _levels(levels)) if context.directory and who is not None else None


@function(
    "HEAD(department: any = none, levels: number = 0) -> id",
    context=True,
    volatile=True,
    blanks=True,
)
def head(context: Context, department_: Any = None, levels: Decimal | None = None) -> int | None:
    where = context.department_id if department_ is None else _id(department_)
    count = 0 if levels is None else _levels(levels)
    return context.directory.head(where, count) if context.directory and where is not None else None


@function("MEMBERS(department: any = none) -> ids", context=True, volatile=True, blanks=True)
def members(context: Context, department_: Any = None) -> tuple[int, ...]:
    where = context.department_id if department_ is None else _id(department_)
    return context.directory.members(where) if context.directory and where is not None else ()


def _of_change(read: Callable[[Any, Any, Row, Context], Any], args: Args) -> Compiled:
    field, key = args[0].evaluate, args[0].key

    def evaluate(row: Row, context: Context) -> Any:
        old = None if context.old is None else field(context.old, context)
        return read(old, field(row, context), row, context)

    return Compiled(evaluate, safe=key is not None)


@function("OLD(field: lazy) -> same", lazy=True, volatile=True)
def old(args: Args, at: int) -> Compiled:
    return _of_change(lambda before, _, __, ___: before, args)


@function("CHANGED(field: lazy) -> bool", lazy=True, volatile=True)
def changed(args: Args, at: int) -> Compiled:
    def differs(before: Any, after: Any, _: Row, context: Context) -> Any:
        for side in (before, after):
            if isinstance(side, ErrorValue):
                return side
        if isinstance(before, tuple) or isinstance(after, tuple):
            return (before or ()) != (after or ())
        return before != after

    return _of_change(differs, args)


@function("ISNEW() -> bool", context=True, volatile=True, failing=False)
def isnew(context: Context) -> bool:
    return context.old is None
