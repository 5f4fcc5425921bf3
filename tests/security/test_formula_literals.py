"""Whatever stands in a formula is given to a database as a parameter, never as a part of the statement."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engines.expression import (
    FUNCTIONS,
    Binary,
    Call,
    ExpressionError,
    ListOf,
    Literal,
    Node,
    Ref,
    ValueType,
    check,
    compile_measure,
    compile_python,
    compile_sql,
)
from engines.expression.functions.table import Function
from runtime.commands.formula import Fields
from runtime.commands.formula_sql import Row
from tests.unit.engines.expression.cases import CONTEXT

MARK = "qz7"
NUMBER = Decimal(7712345678901)
# Everything that ends a text, a name, a parameter or a statement somewhere,
# marks that turn the writing, wide twins.
TEXT = (
    f"{MARK}'; DROP TABLE weft_formula; --\"`\\%_/*{MARK}*/:name %(x)s ? $1 {{}}"
    f"\u202e\u2066＇﹔' OR '{MARK}'='{MARK}"
)
HOSTILE = [TEXT, NUMBER, -NUMBER]
RECORD = {
    "amount": Decimal("2.50"),
    "title": "x",
    "done": True,
    "due": CONTEXT.today,
    "seen": CONTEXT.now,
    "owner": 1,
}
FIELDS = Fields({
    "amount": ValueType.number, "title": ValueType.text, "done": ValueType.bool,
    "due": ValueType.date, "seen": ValueType.datetime, "owner": ValueType.id,
})  # fmt: skip
_FITTING = {
    "number": "amount", "countable": "amount", "text": "title", "bool": "done",
    "date": "due", "calendar": "due", "civil": "due",
}  # fmt: skip


def calls(function: Function, hostile: str | Decimal) -> Iterator[Node]:
    """Yield calls with the literal at each place and fields elsewhere."""
    for count in range(function.least, min(function.most, function.least + 1) + 1):
        fields = [_FITTING.get(function.param(place).kind, "") for place in range(count)]
        for at in range(count):
            for other in ("title", "amount"):
                args = [Ref((key or other,)) for key in fields]
                yield Call(function.name, (*args[:at], Literal(hostile), *args[at + 1 :]))


def comparisons(hostile: str | Decimal) -> Iterator[Node]:
    literal = Literal(hostile)
    for key in RECORD:
        for op in ("=", "<>", "<", ">="):
            yield Binary(op, Ref((key,)), literal)
        yield Binary("IN", Ref((key,)), ListOf((literal, Literal("x"))))
    yield from (Binary(op, Ref(("amount",)), literal) for op in "+-*")
    yield Binary("&", Ref(("title",)), literal)


def conditions(node: Node) -> Iterator[Node]:
    yield node
    yield Binary("=", node, Ref(("title",)))
    yield Binary(">", node, Ref(("amount",)))


def statements(node: Node) -> Iterator[sa.ColumnElement[Any]]:
    row = Row(dict(RECORD), FIELDS)
    for made in conditions(node):
        try:
            kind = check(made, FIELDS)
        except ExpressionError:
            continue
        compile_python(made)(RECORD, CONTEXT)
        try:
            if kind is ValueType.bool:
                yield compile_sql(made, row, CONTEXT)
                yield compile_sql(made, row, CONTEXT, exact=True)
            elif kind in {ValueType.number, ValueType.date}:
                yield compile_measure(made, row, CONTEXT).raw
        except ExpressionError as error:
            assert error.code in {"expression.not_pushable", "expression.type_mismatch"}  # noqa: PT017 one case after the other


def assert_bound(node: Node) -> int:
    count = 0
    for condition in statements(node):
        for dialect in (sqlite.dialect(), postgresql.dialect()):
            written = str(sa.select(condition).compile(dialect=dialect)).lower()
            assert MARK not in written, (node, written)
            assert str(NUMBER) not in written, (node, written)
            count += 1
    return count


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_every_literal_of_every_function_is_bound(hostile: str | Decimal):
    pushed = {name: sum(map(assert_bound, calls(function, hostile))) for name, function in FUNCTIONS.items()}

    assert sum(pushed.values()) > 0


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_every_operand_is_bound(hostile: str | Decimal):
    assert sum(map(assert_bound, comparisons(hostile))) > 0
