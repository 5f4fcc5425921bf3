"""What happens beside a publish: other publishes, writes, and values that come too late."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from engines.expression import fold
from engines.form import columns
from engines.form.field import Column, FieldContext
from engines.form.fields.text import Text, TextOptions
from engines.store import platform
from engines.store.catalogue import load_names, load_rows
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.models import load
from engines.store.publish import Publisher
from engines.store.publishing import expansion, lock
from engines.store.publishing.lock import publish_lock
from schemas.errors import Busy, Conflict, Invalid
from schemas.grammar import Grammar
from schemas.kinds import Registry
from tests.fixtures.clock import FakeClock
from tests.fixtures.publishing import app, contents, field, fill, form

ORDER = app(form("order", field("name")))
UNIQUE = app(form("order", field("name", unique=True)))


def at(step: str, act: Callable[[], Any]) -> Callable[[str], None]:
    """Listen to a publisher and act once when it comes to a step."""
    waiting = [act]

    def progress(name: str) -> None:
        if name == step and waiting:
            waiting.pop()()

    return progress


def test_value_that_stands_twice_since_the_plan_stops_the_publish(
    publisher: Publisher, database: Database, grammar: Grammar
):
    model = publisher.apply(ORDER, actor=None)
    fill(database, model, "order", [{"name": "a"}])
    publisher._progress = at("guard", lambda: fill(database, model, "order", [{"name": "A"}]))

    with pytest.raises(Invalid) as caught:
        publisher.apply(UNIQUE, actor=None)

    assert [issue.code for issue in caught.value.issues] == ["plan.field.unique"]
    with database.read() as conn:
        assert load(conn, grammar, "shop").version == 1
    fill(database, model, "order", [{"name": "a"}])


def test_value_that_stands_twice_at_the_very_end_stops_the_publish(publisher: Publisher, database: Database):
    model = publisher.apply(app(form("order", field("size"))), actor=None)
    fill(database, model, "order", [{"size": "1"}])
    publisher._progress = at("swap", lambda: fill(database, model, "order", [{"size": "1.0"}]))

    with pytest.raises(Invalid) as caught:
        publisher.apply(app(form("order", field("size", "number", unique=True))), actor=None)

    assert [issue.code for issue in caught.value.issues] == ["plan.field.unique"]
    assert len(contents(database, model, "order")) == 2


def test_version_that_moved_on_is_not_overwritten(publisher: Publisher, database: Database):
    model = publisher.apply(ORDER, actor=None)

    def publish_behind_the_lock() -> None:
        with database.write() as conn:
            conn.execute(sa.update(platform.app).values(version=7))

    publisher._progress = at("swap", publish_behind_the_lock)
    with pytest.raises(Conflict):
        publisher.apply(UNIQUE, actor=None)

    fill(database, model, "order", [{"name": "a"}, {"name": "a"}])  # the index was taken back


def test_two_publishes_at_once_follow_one_another(
    publisher: Publisher, database: Database, grammar: Grammar, clock: FakeClock
):
    publisher.apply(ORDER, actor=None)
    others = [Publisher(database, grammar, clock, SnowIds(slot, clock)) for slot in (2, 3)]
    wanted = [app(form("order", field("name"), field(key))) for key in ("a", "b")]
    threads = [
        threading.Thread(target=other.apply, args=(data,), kwargs={"actor": None})
        for other, data in zip(others, wanted, strict=True)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    with database.read() as conn:
        assert load(conn, grammar, "shop").version == 3
        assert publisher.check(conn) == []


def test_publish_gives_up_while_another_goes_on(
    publisher: Publisher, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lock, "LOCK_SECONDS", 1)

    with publish_lock(database), pytest.raises(Busy):
        publisher.apply(ORDER, actor=None)

    assert publisher.apply(ORDER, actor=None).version == 1


def test_publish_in_memory_takes_turns_too(grammar: Grammar, clock: FakeClock):
    db = Database("sqlite://")

    with publish_lock(db):
        pass
    with publish_lock(db):
        pass

    db.close()


@pytest.mark.postgres
def test_table_that_somebody_holds_makes_a_publish_give_up(
    postgres_url: str, grammar: Grammar, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(expansion, "_OFTEN", 2)
    db = Database(postgres_url)
    publisher = Publisher(db, grammar, clock, SnowIds(1, clock))
    publisher.apply(ORDER, actor=None)

    with db.write() as conn:
        conn.exec_driver_sql("LOCK TABLE shop__order IN ACCESS SHARE MODE")
        with pytest.raises(Busy):
            publisher.apply(app(form("order", field("name"), field("a"))), actor=None)

    assert publisher.apply(app(form("order", field("name"), field("a"))), actor=None).version == 2
    db.close()


def test_first_publish_that_died_is_undone(publisher: Publisher, database: Database):
    def die() -> None:
        raise KeyboardInterrupt

    publisher._progress = at("swap", die)
    with pytest.raises(KeyboardInterrupt):
        publisher.apply(ORDER, actor=None)

    publisher.recover()

    with database.read() as conn:
        assert load_rows(conn) == []
        assert not [name for name in sa.inspect(conn).get_table_names() if name.startswith("shop")]


def test_names_are_read_with_and_without_the_trash(publisher: Publisher, database: Database):
    model = publisher.apply(app(form("order", field("name"), field("a"))), actor=None)
    publisher.apply(ORDER, actor=None)

    with database.read() as conn:
        living = load_names(conn, "shop")
        all_of_them = load_names(conn, "shop", include_trash=True)

    assert living.by_path.keys() == {"order", "order.name"}
    assert all_of_them["order.a"] == model.names["order.a"]


def test_record_that_is_purged_behind_the_copy_leaves_no_links(publisher: Publisher, database: Database):
    model = publisher.apply(app(form("order", field("a"))), actor=None)
    fill(database, model, "order", [{"a": "x, y"}, {"a": "z"}])

    def purge() -> None:
        with database.write() as conn:
            conn.execute(sa.delete(model.form("order").table).where(sa.column("_id") == 1))

    publisher._progress = at("swap", purge)
    model = publisher.apply(app(form("order", field("a", "tags"))), actor=None)

    assert contents(database, model, "order") == {2: {"a": ("z",)}}
    with database.read() as conn:
        assert publisher.check(conn) == []


class Sounded(Text):
    """A text with a companion that a designer may ask for."""

    def columns(self, options: TextOptions, context: FieldContext) -> tuple[Column, ...]:
        backwards = Column(columns.Text, "pinyin", lambda text: fold(text)[::-1])
        return (*super().columns(options, context), *([backwards] if options.searchable else []))


def test_companion_that_is_asked_for_later_is_filled(database: Database, grammar: Grammar, clock: FakeClock):
    kinds = [Sounded() if name == "text" else kind for name, kind in grammar.fields.items()]
    publisher = Publisher(database, Grammar(Registry(kinds)), clock, SnowIds(1, clock))
    model = publisher.apply(ORDER, actor=None)
    fill(database, model, "order", [{"name": "abc"}, {"name": None}])
    listening = app(form("order", field("name", searchable=True)))

    publisher.apply(listening, actor=None)
    publisher.apply(app(form("order", field("other"))), actor=None)
    model = publisher.apply(listening, actor=None, restore={"order.name"})

    companion = model.form("order").fields["name"].columns[2]
    with database.read() as conn:
        assert set(conn.scalars(sa.select(companion)).all()) == {"cba", None}
