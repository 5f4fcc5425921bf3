"""What stands in the database beside the columns: indexes, views, names; and the check that it does."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from engines.store import platform
from engines.store.catalogue import load_rows
from engines.store.database import Database
from engines.store.publish import Publisher
from engines.store.publishing.ddl import DropIndex
from engines.store.publishing.naming import LIMIT, NameMaker, index_name
from schemas.errors import NotFound
from tests.fixtures.publishing import Json, app, contents, field, fill, form

STATES = [{"key": "open", "label": "Open"}, {"key": "done", "label": "Done"}]
TRASHED = datetime(2026, 1, 1, tzinfo=UTC)


def indexes(db: Database, table: str) -> dict[tuple[str, ...], dict[str, Any]]:
    with db.read() as conn:
        return {
            tuple(map(str, each["column_names"])): dict(each) for each in sa.inspect(conn).get_indexes(table)
        }


def seen(db: Database, view: str) -> list[dict[str, Any]]:
    with db.read() as conn:
        rows = conn.execute(sa.select(sa.text("*")).select_from(sa.table(view))).mappings()
        return [dict(row) for row in rows]


def order(*fields: Json, **options: Any) -> bytes:
    return app(form("order", field("name"), *fields, **options), form("item", field("name")))


def findings(publisher: Publisher, db: Database) -> list[tuple[str, str]]:
    with db.read() as conn:
        return [(each.code, each.path) for each in publisher.check(conn)]


# ------------------------------------------------------------------ indexes


def test_relations_owner_and_unique_fields_are_indexed(publisher: Publisher, database: Database):
    publisher.apply(
        order(
            field("code", unique=True),
            field("item", "relation", form="item"),
            field("owner", "member"),
            owner="owner",
        ),
        actor=None,
    )

    found = indexes(database, "shop__order")

    assert found.keys() == {("code__fold",), ("item",), ("owner",)}
    assert found[("code__fold",)]["unique"]
    for each in found.values():
        assert "_trashed_at" in " ".join(str(option) for option in each["dialect_options"].values())


def test_links_and_rows_are_indexed(publisher: Publisher, database: Database):
    publisher.apply(order(field("tags", "tags"), field("rows", "subform", fields=[field("a")])), actor=None)

    assert ("value__fold", "_record_id") in indexes(database, "shop__order__tags")
    assert ("_parent_id", "_pos") in indexes(database, "shop__order__rows")


def test_view_proposes_an_index_over_filter_and_sort(publisher: Publisher, database: Database):
    view = {
        "key": "mine", "label": "Mine", "filter": 'state = "open" AND size > 3',
        "sort": [{"field": "size", "descending": True}, {"field": "name", "descending": True}],
    }  # fmt: skip
    publisher.apply(
        order(field("state", "select", options=STATES), field("size", "number"), views=[view]), actor=None
    )

    last = () if database.sqlite else ("_id",)  # SQLite ends every entry with it by itself
    assert ("state", "size", "name__fold", *last) in indexes(database, "shop__order")


def test_the_index_of_a_view_gives_its_order_ids_included(publisher: Publisher, database: Database):
    view = {"key": "mine", "label": "Mine", "filter": 'state = "open"', "sort": [{"field": "size"}]}
    publisher.apply(
        order(field("state", "select", options=STATES), field("size", "number"), views=[view]), actor=None
    )
    explain, first = ("EXPLAIN QUERY PLAN", "") if database.sqlite else ("EXPLAIN", "NULLS FIRST")
    asked = f"SELECT * FROM shop__order WHERE state = 1 AND _trashed_at IS NULL ORDER BY size {first}, _id"

    with database.read() as conn:
        conn.execute(sa.text("SELECT 1 FROM shop__order"))  # EXPLAIN alone trusts what it knew before
        if not database.sqlite:  # a few rows are read and sorted faster than they are found
            for each in ("seqscan", "bitmapscan"):
                conn.execute(sa.text(f"SET LOCAL enable_{each} = off"))
        plan = "\n".join(str(row[-1]) for row in conn.execute(sa.text(f"{explain} {asked}")))

    assert ("SEARCH shop__order USING INDEX ix_" if database.sqlite else "Index Scan using ix_") in plan
    assert not re.search(r"TEMP B-TREE|Sort", plan), plan


@pytest.mark.parametrize(
    "view",
    [
        pytest.param({"sort": [{"field": "a"}, {"field": "b", "descending": True}]}, id="both-directions"),
        pytest.param({"sort": [{"field": key} for key in "abcd"]}, id="too-many-columns"),
        pytest.param({"sort": [{"field": key} for key in ("name", "x", "y")]}, id="too-long-for-postgres"),
        pytest.param({"sort": [{"field": "s"}]}, id="order-of-options"),
        pytest.param({"sort": [{"field": "_created_at"}]}, id="system-column"),
        pytest.param({"filter": "a > 1 OR b = 2"}, id="no-plain-list"),
    ],
)
def test_view_that_no_plain_index_serves_proposes_none(publisher: Publisher, database: Database, view: Json):
    fields = [*(field(key, "number") for key in "abcd"), field("x"), field("y")]
    views = [{"key": "mine", "label": "Mine", **view}]

    publisher.apply(order(*fields, field("s", "select", options=STATES), views=views), actor=None)

    assert indexes(database, "shop__order") == {}


def test_index_goes_with_its_field_and_comes_back(publisher: Publisher, database: Database):
    both, one = order(field("code", unique=True)), order()
    publisher.apply(both, actor=None)
    before = indexes(database, "shop__order")

    publisher.apply(one, actor=None)
    without = indexes(database, "shop__order")
    publisher.apply(both, actor=None, restore={"order.code"})

    assert without == {}
    assert indexes(database, "shop__order").keys() == before.keys()


# ------------------------------------------------------------------ views for reporting tools


def test_reporting_view_shows_decimals_labels_and_titles(publisher: Publisher, database: Database):
    fields = [
        field("price", "number", decimals=2),
        field("state", "select", options=STATES),
        field("tags", "tags"),
        field("item", "relation", form="item"),
        field("items", "relations", form="item"),
    ]
    model = publisher.apply(order(*fields), actor=None)
    fill(database, model, "item", [{"name": "Bolt"}, {"name": "Nut"}])
    fill(database, model, "order", [
        {"name": "A", "price": Decimal("1.25"), "state": "open", "tags": ("x", "y"),
         "item": 2, "items": (2, 1)},
        {"name": "gone", "_trashed_at": TRASHED},
    ])  # fmt: skip

    (row,) = seen(database, "shop__order_v")

    assert (row["name"], float(row["price"]), row["state"]) == ("A", 1.25, "Open")
    assert (row["tags"], row["item"], row["item__id"], row["items"]) == ("x, y", "Nut", 2, "Nut, Bolt")
    assert not {key for key in row if "fold" in key or key in {"_trashed_at", "_cause", "_copied"}}


def test_reporting_view_shows_moments(publisher: Publisher, database: Database):
    model = publisher.apply(order(field("at", "datetime")), actor=None)
    fill(database, model, "order", [{"at": datetime(2026, 1, 31, 2, 30, tzinfo=UTC)}])

    (row,) = seen(database, "shop__order_v")

    assert str(row["at"]).startswith("2026-01-31 02:30:00")


def test_reporting_view_follows_names(publisher: Publisher, database: Database):
    publisher.apply(order(field("a")), actor=None)
    publisher.apply(order(field("b", was=["a"])), actor=None)

    with database.read() as conn:
        names = [each["name"] for each in sa.inspect(conn).get_columns("shop__order_v")]

    assert "b" in names
    assert "a" not in names


def test_reporting_view_of_a_dropped_form_goes(publisher: Publisher, database: Database):
    publisher.apply(order(), actor=None)
    publisher.apply(app(form("order", field("name"))), actor=None)

    with database.read() as conn:
        assert sa.inspect(conn).get_view_names() == ["shop__order_v"]


def test_view_that_somebody_builds_on_does_not_stop_a_publish(publisher: Publisher, database: Database):
    publisher.apply(order(field("a")), actor=None)
    with database.write() as conn:
        conn.exec_driver_sql("CREATE VIEW report AS SELECT a FROM shop__order_v")

    assert publisher.apply(order(field("b", was=["a"])), actor=None).version == 2


# ------------------------------------------------------------------ names


def test_long_name_is_cut_and_keeps_apart_from_its_like():
    maker = NameMaker([])
    parts = ("a" * 16, "b" * 30, "c" * 40)

    first, second = maker.table(parts, 1), maker.table(parts, 2)

    assert first != second
    assert max(len(first), len(second)) <= LIMIT
    assert first.startswith("a" * 16 + "__" + "b" * 30)


@pytest.mark.parametrize("key", ["order_v", "order_pkey"])
def test_table_never_bears_a_name_the_database_may_give(key: str):
    name = NameMaker([]).table(("shop", key), 1)

    assert name.startswith(f"shop__{key}_")


def test_table_keeps_clear_of_names_sqlite_reserves():
    assert NameMaker([]).table(("sqlite", "order"), 1) == "t_sqlite__order"


@pytest.mark.parametrize("key", ["ctid", "rowid", "xmin"])
def test_column_keeps_clear_of_columns_every_table_has(publisher: Publisher, database: Database, key: str):
    model = publisher.apply(order(field(key)), actor=None)
    fill(database, model, "order", [{key: "x"}])

    assert contents(database, model, "order") == {1: {key: "x"}}


def test_words_of_sql_are_fine_names(publisher: Publisher, database: Database):
    model = publisher.apply(app(form("select", field("from"), field("group", "number"))), actor=None)
    fill(database, model, "select", [{"from": "x", "group": 1}])
    model = publisher.apply(app(form("select", field("from", "tags"), field("group"))), actor=None)

    assert contents(database, model, "select") == {1: {"from": ("x",), "group": "1"}}


def test_name_of_an_index_is_short_and_always_the_same():
    name = index_name("t" * 55, ["c" * 55, "_id"], unique=True)

    assert len(name) <= 60
    assert name == index_name("t" * 55, ["c" * 55, "_id"], unique=True)
    assert name != index_name("t" * 55, ["c" * 55, "_ix"], unique=True)


# ------------------------------------------------------------------ check, purge


def test_check_finds_nothing_wrong_with_what_was_published(publisher: Publisher, database: Database):
    model = publisher.apply(
        order(field("code", unique=True), field("item", "relation", form="item"), field("tags", "tags")),
        actor=None,
    )
    fill(database, model, "item", [{"name": "x"}])
    fill(database, model, "order", [{"code": "a", "item": 1, "tags": ("x",)}])
    publisher.apply(order(field("code", "number", unique=True)), actor=None, allow_loss={"order"})

    assert findings(publisher, database) == []


def test_check_finds_what_is_missing_or_dangling(publisher: Publisher, database: Database):
    model = publisher.apply(
        order(field("code", unique=True), field("item", "relation", form="item"), field("tags", "tags")),
        actor=None,
    )
    fill(database, model, "order", [{"code": "a", "item": 99, "tags": ("x",)}, {"code": "b"}])
    with database.write() as conn:
        conn.execute(DropIndex(index_name("shop__order", ["code__fold"], unique=True)))
        conn.execute(sa.delete(model.form("order").table).where(sa.column("_id") == 1))
        conn.execute(sa.insert(model.form("order").table).values(_id=3, code="B", code__fold="b", item=98))

    assert findings(publisher, database) == [
        ("check.index_missing", "order.code"),
        ("check.orphans", "order.tags"),
        ("check.not_unique", "order.code"),
        ("check.dangling", "order.item"),
    ]


def test_check_finds_lost_tables(publisher: Publisher, database: Database):
    publisher.apply(order(), actor=None)
    with database.write() as conn:
        conn.exec_driver_sql("DROP VIEW shop__item_v")
        conn.exec_driver_sql("DROP TABLE shop__item")

    assert findings(publisher, database) == [
        ("check.storage_missing", "item"),
        ("check.storage_missing", "item.name"),
    ]


def test_purged_field_is_gone_for_good(publisher: Publisher, database: Database):
    model = publisher.apply(order(field("a"), field("tags", "tags")), actor=None)
    fill(database, model, "order", [{"name": "n", "a": "x", "tags": ("t",)}])
    publisher.apply(order(), actor=None)

    assert publisher.purge("shop", "order.a") == 1
    assert publisher.purge("shop", "order.tags") == 1
    model = publisher.apply(order(field("a")), actor=None)

    with database.read() as conn:
        assert "shop__order__tags" not in sa.inspect(conn).get_table_names()
    assert model.form("order").fields["a"].column.name == "a"
    assert contents(database, model, "order") == {1: {"name": "n"}}


def test_purged_form_takes_its_links_and_rows_along(publisher: Publisher, database: Database):
    item = form("item", field("name"), field("tags", "tags"), field("rows", "subform", fields=[field("a")]))
    publisher.apply(app(form("order", field("name")), item), actor=None)
    publisher.apply(app(form("order", field("name"))), actor=None)

    publisher.purge("shop", "item")

    with database.read() as conn:
        tables = [name for name in sa.inspect(conn).get_table_names() if name.startswith("shop__")]
        assert tables == ["shop__order"]
        assert [row.path for row in load_rows(conn, "shop")] == ["order", "order.name"]


def test_purging_what_lives_is_refused(publisher: Publisher):
    publisher.apply(order(), actor=None)

    with pytest.raises(NotFound):
        publisher.purge("shop", "order.name")


def test_apps_share_a_database_without_touching(publisher: Publisher, database: Database):
    one = publisher.apply(app(form("order", field("a")), key="one"), actor=None)
    two = publisher.apply(app(form("order", field("a")), key="two"), actor=None)
    fill(database, one, "order", [{"a": "x"}])

    publisher.apply(app(form("order", field("b")), key="two"), actor=None)

    assert contents(database, one, "order") == {1: {"a": "x"}}
    assert two.form("order").table.name == "two__order"
    with database.read() as conn:
        assert conn.execute(
            sa.select(platform.app.c.version).order_by(platform.app.c.key)
        ).scalars().all() == [1, 2]
