"""A publish that is killed leaves the old version or the new one, with all data, and can be repeated."""

import signal
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel
from engines.query import Cause, Change, Op
from engines.store.catalogue import load_rows
from engines.store.clock import SystemClock
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.jobs import JobTable
from engines.store.models import load
from engines.store.publish import Publisher
from engines.store.publishing import copying
from engines.store.store import Store
from engines.store.writing import write
from schemas.grammar import Grammar
from tests.crash.publishing import act
from tests.crash.racing import ended
from tests.fixtures.publishing import app, contents, field, fill, form

STATES = [{"key": "open", "label": "Open"}]
FIELDS = field("name"), field("size"), field("past"), field("state", "select", options=STATES)
OLD = app(form("order", *FIELDS))
NEW = app(
    form(
        "bill", field("title", was=["name"], unique=True), field("size", "number"),
        field("state", "multi_select", options=STATES), field("rows", "subform", fields=[field("a")]),
        field("length", "formula", formula="LEN(title) + size", decimals=0), was=["order"],
    )
)  # fmt: skip
STEPS = [
    ("plan", 1), ("expand", 1), ("inside-expand", 1), ("copy", 1), ("copy", 3),
    ("compute", 1), ("compute", 3), ("make-up", 1), ("index", 1), ("guard", 1),
    ("swap", 1), ("inside-swap", 1), ("done", 1),
]  # fmt: skip


@pytest.fixture
def before(publisher: Publisher, database: Database) -> AppModel:
    """The old version with ten records."""
    model = publisher.apply(OLD, actor=None)
    fill(database, model, "order", [record(n) for n in range(10)])
    return model


def record(number: int) -> dict[str, Any]:
    return {"name": f"n{number}", "size": str(number), "past": "x", "state": "open"}


def die(db: Database, step: str, times: int = 1, data: bytes = NEW) -> int:
    """Publish in another process, which is killed when it comes to a step for the nth time."""
    return ended(act, db.url.render_as_string(hide_password=False), step, times, data)


def current(db: Database, grammar: Grammar) -> AppModel:
    with db.read() as conn:
        return load(conn, grammar, "shop")


def expected_new() -> dict[int, dict[str, Any]]:
    return {
        n + 1: {"title": f"n{n}", "size": Decimal(n), "state": ("open",), "length": Decimal(n + 2)}
        for n in range(10)
    }


@pytest.mark.parametrize("at", STEPS, ids=str)
def test_killed_publish_leaves_old_or_new_and_succeeds_when_repeated(
    publisher: Publisher, database: Database, grammar: Grammar, before: AppModel, at: tuple[str, int]
):
    assert die(database, *at) == -signal.SIGKILL

    model = current(database, grammar)
    if at[0] == "done":
        assert (model.version, contents(database, model, "bill")) == (2, expected_new())
    else:
        assert (model.version, model.names) == (1, before.names)
        assert contents(database, model, "order") == {n + 1: record(n) for n in range(10)}

    model = publisher.apply(NEW, actor=None)
    assert (model.version, contents(database, model, "bill")) == (2, expected_new())
    with database.read() as conn:
        assert publisher.check(conn) == []
        assert not [row for row in load_rows(conn, "shop") if row.building]


def test_repeated_publish_goes_on_where_the_killed_one_stopped(
    publisher: Publisher,
    database: Database,
    database_url: str,
    before: AppModel,
    monkeypatch: pytest.MonkeyPatch,
):
    die(database, "swap")
    monkeypatch.setattr(copying, "CHUNK", 3)
    steps: list[str] = []
    publisher._progress = steps.append

    model = publisher.apply(NEW, actor=None)

    # One look, and nothing left to copy or to compute.
    assert (steps.count("copy"), steps.count("compute")) == (1, 1)
    assert contents(database, model, "bill") == expected_new()


def test_value_changed_after_the_death_is_copied_again(
    publisher: Publisher, database: Database, before: AppModel
):
    die(database, "swap")
    table = before.form("order").table
    with database.write() as conn:
        conn.execute(sa.update(table).where(table.c["_id"] == 3).values(size="33", _version=2))

    model = publisher.apply(NEW, actor=None)

    assert contents(database, model, "bill")[3]["size"] == 33


def test_value_written_after_the_death_is_computed_again(
    publisher: Publisher, database: Database, before: AppModel
):
    die(database, "swap")
    clock = SystemClock()  # as the one that died had
    ids = SnowIds(1, clock)
    store = Store(database, clock, ids, JobTable(ids, clock), b"secret")
    with store.unit(before, Access(None), Cause("test", None)) as uow:
        write(store, uow, before.form("order"), [Change(Op.update, {"name": "longer"}, 3)])

    model = publisher.apply(NEW, actor=None)

    assert contents(database, model, "bill")[3]["length"] == 8


def test_another_definition_removes_what_the_killed_one_left(
    publisher: Publisher, database: Database, before: AppModel
):
    die(database, "swap")
    other = app(
        form(
            "order",
            field("name"),
            field("size"),
            field("past"),
            field("state", "select", options=STATES),
            icon="box",
        )
    )

    model = publisher.apply(other, actor=None)

    with database.read() as conn:
        tables = {name for name in sa.inspect(conn).get_table_names() if name.startswith("shop__")}
        names = {each["name"] for each in sa.inspect(conn).get_columns("shop__order")}
        assert publisher.check(conn) == []
    assert tables == {"shop__order"}
    assert names == {*model.form("order").table.c.keys(), "_copied"}
    assert contents(database, model, "order") == {n + 1: record(n) for n in range(10)}


def test_start_undoes_what_a_killed_publish_left(publisher: Publisher, database: Database, before: AppModel):
    die(database, "swap")

    publisher.recover()

    with database.read() as conn:
        assert publisher.check(conn) == []
        assert all(row.live for row in load_rows(conn, "shop"))
    fill(database, before, "order", [record(1)])  # the new version's unique field does not bind the old one
    assert len(contents(database, before, "order")) == 11


def test_values_are_copied_again_where_a_start_undid_the_copies(
    publisher: Publisher, database: Database, before: AppModel
):
    die(database, "swap")
    publisher.recover()

    model = publisher.apply(NEW, actor=None)

    assert contents(database, model, "bill") == expected_new()


def test_values_are_copied_again_where_another_definition_undid_the_copies(
    publisher: Publisher, database: Database, before: AppModel
):
    die(database, "swap")
    die(database, "index", data=app(form("order", *FIELDS, field("more", unique=True))))

    model = publisher.apply(NEW, actor=None)

    assert contents(database, model, "bill") == expected_new()
