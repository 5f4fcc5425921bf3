"""Rounded numbers, whole parts and remainders in SQL: where one step ends, the next begins."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product

import pytest
import sqlalchemy as sa

from engines.expression import SqlColumn, ValueType, compile_python, compile_sql, parse
from engines.form.columns import Scaled
from tests.fixtures.database import PARAMS
from tests.unit.engines.expression.test_sql import CONTEXT

LARGEST = 10**15 - 1
UNITS = (*range(-260, 261, 5), -51, -49, 49, 51, -149, -151, 149, 151, LARGEST, -LARGEST, None)
TABLE = sa.Table(
    "step", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("amount", Scaled(2))
)
MADE = (
    *(f"ROUND(amount, {digits})" for digits in (0, 1, -1)), "ROUND(-amount, 0)", "ROUND(amount * 2, 0)",
    "INT(amount)", "INT(-amount)", *(f"MOD(amount, {number})" for number in ("0.7", "-0.7", "1", "1000000")),
)  # fmt: skip
COMPARED = [f"{made} {op} {number}" for made, op, number in product(
    MADE, ("=", "<>", "<", "<=", ">", ">="), ("0", "1", "-1", "0.5", "-2.5", "10", "-10"),
)]  # fmt: skip


class Columns:
    """The one field of the table."""

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        return SqlColumn(TABLE.c[path[0]], ValueType.number, scale=2)


@pytest.fixture(params=PARAMS)
def conn(request: pytest.FixtureRequest) -> Iterator[sa.Connection]:
    """A table with numbers around the ends of steps."""
    url = "sqlite://"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_url").replace("postgresql://", "postgresql+psycopg://", 1)
    engine = sa.create_engine(url, poolclass=sa.NullPool if request.param == "postgres" else sa.StaticPool)
    with engine.connect() as found:
        TABLE.create(found)
        rows = [{"id": at, "amount": _decimal(units)} for at, units in enumerate(UNITS)]
        found.execute(sa.insert(TABLE), rows)
        yield found
        found.rollback()


def test_databases_and_paper_agree(conn: sa.Connection):
    for text in (*COMPARED, *(f"NOT ({each})" for each in COMPARED[::5]), *_joined()):
        node = parse(text)
        evaluate = compile_python(node)
        wanted = [
            at for at, units in enumerate(UNITS) if evaluate({"amount": _decimal(units)}, CONTEXT) is True
        ]
        condition = compile_sql(node, Columns(), CONTEXT)
        assert list(conn.scalars(sa.select(TABLE.c.id).where(condition).order_by(TABLE.c.id))) == wanted, text


def test_a_comparison_of_a_rounded_number_compares_the_number():
    condition = compile_sql(parse("ROUND(amount, 0) >= 3"), Columns(), CONTEXT)

    compiled = condition.compile(dialect=sa.create_engine("sqlite://").dialect)
    assert (str(compiled), list(compiled.params.values())) == ("step.amount >= ?", [250])


def _joined() -> Iterator[str]:
    for one, other in product(MADE, ("ROUND(amount, 0)", "INT(amount)", "MOD(amount, 1)")):
        yield f"{one} + {other} > 1.5"


def _decimal(units: int | None) -> Decimal | None:
    return None if units is None else Decimal(units).scaleb(-2)
