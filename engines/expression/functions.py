"""The function table: for every function its signature, its Python closure, its SQL and its help text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol, TypeAlias

import sqlalchemy as sa

from engines.expression.errors import ExpressionError
from engines.expression.scope import Context, ValueType
from engines.expression.tree import Call, Node
from engines.expression.values import comparable, contains, milliseconds

Row: TypeAlias = Mapping[str, object]
Evaluate: TypeAlias = Callable[[Row, Context], object]
Condition: TypeAlias = sa.ColumnElement[bool]
_Types: TypeAlias = frozenset[ValueType]


class SqlBuilder(Protocol):
    """What a function's SQL is made with."""

    def condition(self, node: Node) -> Condition: ...

    def is_blank(self, node: Node) -> Condition: ...

    def holding(self, whole: Node, part: Node) -> Condition: ...

    def prefix(self, whole: Node, part: Node) -> Condition: ...


@dataclass(frozen=True, slots=True)
class Function:
    """One function. ``params``: accepted types, the last one repeated up to ``most`` arguments.

    ``result`` None means: the common type of the arguments after the first. ``sql`` None means that only
    a call that reads no field can be pushed.
    """

    name: str
    least: int
    most: int
    params: tuple[_Types, ...]
    result: ValueType | None
    python: Callable[[int, tuple[Evaluate, ...]], Evaluate]
    sql: Callable[[SqlBuilder, tuple[Node, ...]], Condition] | None = None

    @property
    def help(self) -> str:
        """The code of the text that explains the function."""
        return f"function.{self.name.lower()}.help"


def _junction(*, deciding: bool) -> Callable[[int, tuple[Evaluate, ...]], Evaluate]:
    def build(_: int, args: tuple[Evaluate, ...]) -> Evaluate:
        def evaluate(row: Row, context: Context) -> bool | None:
            result: bool | None = not deciding
            for arg in args:
                value = arg(row, context)
                if value is deciding:
                    return deciding
                if value is None:
                    result = None
            return result

        return evaluate

    return build


def _if(_: int, args: tuple[Evaluate, ...]) -> Evaluate:
    condition, then, *rest = args
    return lambda row, context: (
        then(row, context) if condition(row, context) is True else rest[0](row, context) if rest else None
    )


def _if_sql(sql: SqlBuilder, args: tuple[Node, ...]) -> Condition:
    condition, then, *rest = args
    other = sql.condition(rest[0]) if rest else sa.cast(sa.null(), sa.Boolean)
    return sa.case((sql.condition(condition), sql.condition(then)), else_=other)


def _isblank(_: int, args: tuple[Evaluate, ...]) -> Evaluate:
    return lambda row, context: args[0](row, context) is None


def _contains(at: int, args: tuple[Evaluate, ...]) -> Evaluate:
    whole, part = args
    return lambda row, context: contains(whole(row, context), part(row, context), context.zone, at)


def _startswith(at: int, args: tuple[Evaluate, ...]) -> Evaluate:
    def evaluate(row: Row, context: Context) -> bool | None:
        whole, part = (arg(row, context) for arg in args)
        if whole is None or part is None:
            return None
        folded = [str(comparable(value, ValueType.text, context.zone, at)) for value in (whole, part)]
        return folded[0].startswith(folded[1])

    return evaluate


def _injected(read: Callable[[Context], object]) -> Callable[[int, tuple[Evaluate, ...]], Evaluate]:
    return lambda _, __: lambda ___, context: read(context)


_T = ValueType
_ANY = frozenset(_T)
_BOOL = frozenset({_T.bool})
_TEXT = frozenset({_T.text})
_HOLDING = frozenset({_T.text, _T.options, _T.ids})
_HELD = frozenset({_T.text, _T.option, _T.number, _T.id})
_MANY = 1_000

FUNCTIONS: Mapping[str, Function] = {
    function.name: function
    for function in (
        Function(
            "AND", 1, _MANY, (_BOOL,), _T.bool, _junction(deciding=False),
            lambda sql, args: sa.and_(*map(sql.condition, args)),
        ),
        Function(
            "OR", 1, _MANY, (_BOOL,), _T.bool, _junction(deciding=True),
            lambda sql, args: sa.or_(*map(sql.condition, args)),
        ),
        Function("IF", 2, 3, (_BOOL, _ANY), None, _if, _if_sql),
        Function("ISBLANK", 1, 1, (_ANY,), _T.bool, _isblank, lambda sql, args: sql.is_blank(args[0])),
        Function(
            "CONTAINS", 2, 2, (_HOLDING, _HELD), _T.bool, _contains, lambda sql, args: sql.holding(*args)
        ),
        Function(
            "STARTSWITH", 2, 2, (_TEXT,), _T.bool, _startswith, lambda sql, args: sql.prefix(*args)
        ),
        Function("USER", 0, 0, (), _T.id, _injected(lambda context: context.user_id)),
        Function("DEPARTMENT", 0, 0, (), _T.id, _injected(lambda context: context.department_id)),
        Function("TODAY", 0, 0, (), _T.date, _injected(lambda context: context.today)),
        Function("NOW", 0, 0, (), _T.datetime, _injected(lambda context: milliseconds(context.now))),
    )
}  # fmt: skip


def function_of(call: Call) -> Function:
    """Return the function that ``call`` names, with a fitting number of arguments, or raise."""
    function = FUNCTIONS.get(call.name)
    if function is None:
        nearest = next(iter(get_close_matches(call.name, FUNCTIONS, n=1)), None)
        raise ExpressionError("expression.unknown_function", call.at, nearest, name=call.name)
    if not function.least <= len(call.args) <= function.most:
        raise ExpressionError(
            "expression.arity", call.at, name=call.name, least=function.least, most=function.most
        )
    return function
