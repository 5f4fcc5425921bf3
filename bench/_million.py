"""A million generated rows as the store keeps them: amounts in cents, folded texts, days."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import sqlalchemy as sa

from engines.expression import Context, SqlColumn, ValueType
from engines.form.columns import Scaled, Text

ROWS = 1_000_000
CONTEXT = Context(1, None, datetime(2026, 11, 21, 9, tzinfo=UTC), date(2026, 11, 21))
TYPES = {
    "amount": ValueType.number,
    "paid": ValueType.number,
    "title": ValueType.text,
    "due": ValueType.date,
}
TABLE = sa.Table(
    "bench_deal",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("amount", Scaled(2)),
    sa.Column("paid", Scaled(2)),
    sa.Column("title", Text),
    sa.Column("due", sa.Date),
)
# Spread over 0.00 to 100,000.18 without two neighbours alike; every thirteenth payment is missing.
_FILL = """
WITH RECURSIVE n(i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < :rows)
INSERT INTO bench_deal
SELECT i, (i * 7919) % 10000019, CASE WHEN i % 13 = 0 THEN NULL ELSE (i * 104729) % 9999991 END,
       CASE i % 5 WHEN 0 THEN 'open' WHEN 1 THEN 'closed' WHEN 2 THEN NULL ELSE 'waiting' END, {day}
FROM n
"""
_DAY = {
    "sqlite": "date('2024-01-01', '+' || (i % 900) || ' days')",
    "postgresql": "DATE '2024-01-01' + CAST(i % 900 AS INTEGER)",
}


class Columns:
    """The columns of the table. Implements ``SqlScope`` and ``FieldScope``."""

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        return TYPES.get(path[0])

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        kind, found = TYPES[path[0]], TABLE.c[path[0]]
        folded = found if kind is ValueType.text else None
        return SqlColumn(found, kind, folded, None, 2 if kind is ValueType.number else None)


@contextmanager
def filled(engine: sa.Engine, rows: int = ROWS) -> Iterator[sa.Connection]:
    """Give a connection on which the table stands, filled; nothing of it stays."""
    with engine.connect() as connection:
        TABLE.create(connection)
        day = _DAY[engine.dialect.name]
        connection.execute(sa.text(_FILL.format(day=day)), {"rows": rows})
        yield connection
        connection.rollback()


def cents(rows: int = ROWS) -> int:
    """Return what all amounts are together, reckoned without a database."""
    return sum(number * 7919 % 10_000_019 for number in range(1, rows + 1))
