"""A write that began before a publish ends before it, so that no value lands in a column that was left."""

import threading
from decimal import Decimal

import pytest
import sqlalchemy as sa

from engines.store import platform
from engines.store.database import Database, insert_cells
from engines.store.ids import SnowIds
from engines.store.publish import Publisher
from engines.store.versions import stay
from schemas.grammar import Grammar
from tests.fixtures.clock import FakeClock
from tests.fixtures.publishing import app, contents, field, fill, form


def test_publish_waits_for_a_write_under_way(postgres_url: str, grammar: Grammar, clock: FakeClock):
    db = Database(postgres_url)
    swapping = threading.Event()

    def watch(step: str) -> None:
        if step == "swap":
            swapping.set()

    publisher = Publisher(db, grammar, clock, SnowIds(1, clock), watch)
    model = publisher.apply(app(form("order", field("size"))), actor=None)
    fill(db, model, "order", [{"size": "1"}])
    swapping.clear()
    table = model.form("order").table
    publishing = threading.Thread(
        target=publisher.apply, args=(app(form("order", field("size", "number"))),), kwargs={"actor": None}
    )

    with db.write() as conn:
        stay(conn)
        publishing.start()
        assert swapping.wait(30)
        publishing.join(0.3)
        assert publishing.is_alive()
        conn.execute(sa.update(table).values(size="2", _version=2))
    publishing.join(30)

    model = publisher.apply(app(form("order", field("size", "number"))), actor=None)
    assert contents(db, model, "order") == {1: {"size": Decimal(2)}}
    db.close()


def test_a_bulk_write_fails_as_a_single_one_does(postgres_url: str):
    db = Database(postgres_url)
    names = [(number, "x\x00") for number in range(100)]

    for rows in (names[:1], names):
        with db.write() as conn, pytest.raises(sa.exc.DataError):
            insert_cells(conn, platform.department, ("id", "name"), rows)
    db.close()
