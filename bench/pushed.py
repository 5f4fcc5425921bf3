"""Filters of formulas on a million rows against the same condition written in SQL by hand."""

import os
from collections.abc import Iterator

import sqlalchemy as sa

from bench._million import CONTEXT, TABLE, Columns, filled
from bench.timing import Result, race
from engines.expression import check_condition, compile_sql, parse

# A pushed filter may take 1.2 times as long as one written by hand.
BUDGET = 1 / 1.2
FILTERS = {
    "number and text": ('amount > 50000 AND title = "open"', "amount > 5000000 AND title = 'open'"),
    "difference": ("amount - paid > 1000", "amount - paid > 100000"),
    "function or blank": (
        "ABS(amount - paid) < 500 OR ISBLANK(paid)",
        "abs(amount - paid) < 50000 OR paid IS NULL",
    ),
    "month": (
        'due >= "2025-06-01" AND due < "2025-07-01"',
        "due >= '2025-06-01' AND due < '2025-07-01'",
    ),
    "beginning of a text": ('STARTSWITH(title, "op")', "title LIKE 'op%'"),
    "rounded": ("ROUND(amount, 0) > 50000", "(amount + 50) / 100 > 50000"),
    "rounded, equal": ("ROUND(amount, -2) = 50000", "(amount + 5000) / 10000 = 500"),
    "rounded difference": (
        "ROUND(amount - paid, 1) <= 10",
        "(amount - paid + CASE WHEN amount < paid THEN -5 ELSE 5 END) / 10 <= 100",
    ),
    "rounded, reckoned with": (
        "ROUND(amount, 0) + ROUND(paid, 0) > 100000",
        "(amount + 50) / 100 + (paid + 50) / 100 > 100000",
    ),
    "whole part": ("INT(amount) < 20000", "amount / 100 < 20000"),
    "remainder": ("MOD(amount, 7) < 1", "amount % 700 < 100"),
    "multiple": ("amount * 2 > paid", "amount * 2 > paid"),
}


def measure() -> Iterator[Result]:
    """Count the rows that each filter lets through."""
    address = os.environ.get("BENCH_WEFT_DATABASE", "sqlite://").replace(
        "postgresql://", "postgresql+psycopg://", 1
    )
    engine = sa.create_engine(address, poolclass=sa.StaticPool)
    with filled(engine) as connection:
        for name, (formula, written) in FILTERS.items():
            yield _raced(connection, name, formula, written)
    engine.dispose()


def _raced(connection: sa.Connection, name: str, formula: str, written: str) -> Result:
    node, columns = parse(formula), Columns()
    check_condition(node, columns)
    pushed = sa.select(sa.func.count()).select_from(TABLE).where(compile_sql(node, columns, CONTEXT))
    by_hand = sa.text(f"SELECT count(*) FROM bench_deal WHERE {written}")
    if connection.scalar(pushed) != connection.scalar(by_hand):
        raise AssertionError(f"{formula} and the hand-written condition disagree")
    return race(
        f"pushed filter: {name}",
        ours=lambda: connection.scalar(pushed),
        by_hand=lambda: connection.scalar(by_hand),
        budget=BUDGET,
    )
