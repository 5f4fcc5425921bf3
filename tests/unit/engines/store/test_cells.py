"""Cells go to the driver directly; what it refuses is told as SQLAlchemy would tell it."""

from collections.abc import Iterator
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from engines.store.database import Database, insert_cells, update_cells
from engines.store.encode import bind

TABLE = sa.Table(
    "word", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.Text)
)


@pytest.fixture
def conn() -> Iterator[sa.Connection]:
    """An empty table."""
    db = Database("sqlite://")
    with db.write() as found:
        TABLE.create(found)
        yield found
    db.close()


@pytest.mark.parametrize("rows", [[(1, "a")], [(2, "b"), (1, "c")]], ids=["one", "many"])
def test_a_refusal_of_the_database_is_sqlalchemys(conn: sa.Connection, rows: list[tuple[int, str]]):
    insert_cells(conn, TABLE, ("id", "text"), [(1, "first")])

    with pytest.raises(sa.exc.IntegrityError, match="UNIQUE"):
        insert_cells(conn, TABLE, ("id", "text"), rows)


def test_who_listens_to_statements_hears_these_too(conn: sa.Connection):
    heard: list[str] = []
    sa.event.listen(conn, "before_cursor_execute", lambda *args: heard.append(args[2]))

    insert_cells(conn, TABLE, ("id", "text"), [(1, "a")])
    update_cells(conn, TABLE, ("text",), [("b", 1)], "id")

    assert [each.split()[0] for each in heard] == ["INSERT", "UPDATE"]
    assert conn.scalars(sa.select(TABLE.c.text)).all() == ["b"]


@pytest.mark.parametrize("day", [date.min, date(987, 6, 5), date(2026, 11, 30), date.max])
def test_dates_are_written_as_sqlalchemy_writes_them(day: date):
    usual = sa.Date().dialect_impl(sqlite.dialect()).bind_processor(sqlite.dialect())

    assert usual is not None
    assert bind(sa.Column("day", sa.Date), sqlite.dialect())(day) == usual(day)
