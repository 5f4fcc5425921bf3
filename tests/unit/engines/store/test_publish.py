"""A definition becomes tables, and a changed definition keeps the data."""

from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from engines.store.catalogue import load_rows
from engines.store.database import Database
from engines.store.models import Models, epoch, load
from engines.store.plan import Plan
from engines.store.publish import Publisher
from schemas.errors import Invalid
from schemas.grammar import Grammar
from tests.fixtures.publishing import app, contents, field, fill, form

ORDER = app(form("order", field("note"), field("amount", "number", decimals=2)))


def codes(plan: Plan) -> Sequence[tuple[str, str]]:
    return [(line.code, line.path) for line in plan]


def columns(db: Database, table: str) -> set[str]:
    with db.read() as conn:
        return {each["name"] for each in sa.inspect(conn).get_columns(table)}


def test_first_publish_creates_tables_named_from_keys(publisher: Publisher, database: Database):
    model = publisher.apply(ORDER, actor=7)

    assert model.version == 1
    assert {"_id", "_version", "note", "note__fold", "amount"} <= columns(database, "shop__order")


def test_published_version_loads_as_it_was_returned(
    publisher: Publisher, database: Database, grammar: Grammar
):
    made = publisher.apply(ORDER, actor=None)

    with database.read() as conn:
        loaded = load(conn, grammar, "shop")

    assert loaded.definition == made.definition
    assert loaded.names == made.names
    assert loaded.version == 1


def test_same_bytes_again_make_no_version(publisher: Publisher, database: Database):
    publisher.apply(ORDER, actor=None)
    with database.read() as conn:
        before = epoch(conn)

    again = publisher.apply(ORDER, actor=None)

    assert again.version == 1
    with database.read() as conn:
        assert epoch(conn) == before
    assert codes(publisher.plan(ORDER)) == []


def test_new_field_is_blank_on_old_records(publisher: Publisher, database: Database):
    model = publisher.apply(ORDER, actor=None)
    fill(database, model, "order", [{"note": "a"}])
    wider = app(form("order", field("note"), field("amount", "number", decimals=2), field("place")))

    model = publisher.apply(wider, actor=None)

    assert contents(database, model, "order") == {1: {"note": "a"}}


def test_renamed_field_keeps_its_column_and_data(publisher: Publisher, database: Database):
    model = publisher.apply(ORDER, actor=None)
    fill(database, model, "order", [{"note": "a", "amount": 3}])
    before = columns(database, "shop__order")
    renamed = app(form("order", field("memo", was=["note"]), field("amount", "number", decimals=2)))

    plan = publisher.plan(renamed)
    model = publisher.apply(renamed, actor=None)

    assert ("plan.field.rename", "order.memo") in codes(plan)
    assert columns(database, "shop__order") == before
    assert contents(database, model, "order")[1]["memo"] == "a"


def test_renamed_form_keeps_its_table_and_fields(publisher: Publisher, database: Database):
    model = publisher.apply(ORDER, actor=None)
    fill(database, model, "order", [{"note": "a"}])
    renamed = app(form("purchase", field("note"), field("amount", "number", decimals=2), was=["order"]))

    model = publisher.apply(renamed, actor=None)

    assert model.form("purchase").table.name == "shop__order"
    assert contents(database, model, "purchase") == {1: {"note": "a"}}


def test_dropped_field_leaves_its_column_in_the_trash(publisher: Publisher, database: Database):
    model = publisher.apply(ORDER, actor=None)
    fill(database, model, "order", [{"note": "a"}, {"note": None}])
    smaller = app(form("order", field("amount", "number", decimals=2)))

    plan = publisher.plan(smaller)
    publisher.apply(smaller, actor=None)

    line = next(each for each in plan if each.code == "plan.field.drop")
    assert (line.path, line.count, line.params["label"]) == ("order.note", 1, "NOTE")
    assert "note" in columns(database, "shop__order")
    with database.read() as conn:
        trashed = [row.path for row in load_rows(conn, "shop") if row.trashed_at is not None]
    assert trashed == ["order.note"]


def test_key_in_the_trash_is_not_reused_silently(publisher: Publisher, database: Database):
    model = publisher.apply(ORDER, actor=None)
    fill(database, model, "order", [{"note": "old"}])
    publisher.apply(app(form("order", field("amount", "number", decimals=2))), actor=None)

    plan = publisher.plan(ORDER)
    model = publisher.apply(ORDER, actor=None)

    line = next(each for each in plan if each.path == "order.note")
    assert (line.code, line.count) == ("plan.field.add_beside_trash", 1)
    assert contents(database, model, "order") == {1: {}}
    assert model.form("order").fields["note"].column.name != "note"


def test_restored_field_has_its_data_again(publisher: Publisher, database: Database):
    model = publisher.apply(ORDER, actor=None)
    fill(database, model, "order", [{"note": "old"}])
    publisher.apply(app(form("order", field("amount", "number", decimals=2))), actor=None)

    plan = publisher.plan(ORDER, restore={"order.note"})
    model = publisher.apply(ORDER, actor=None, restore={"order.note"})

    assert ("plan.field.restore", "order.note") in codes(plan)
    assert contents(database, model, "order") == {1: {"note": "old"}}


def test_restoring_what_is_not_in_the_trash_is_refused(publisher: Publisher):
    publisher.apply(ORDER, actor=None)
    wider = app(form("order", field("note"), field("place")))

    with pytest.raises(Invalid) as caught:
        publisher.apply(wider, actor=None, restore={"order.place", "order.note", "order.nowhere"})

    found = {(issue.path, issue.code) for issue in caught.value.issues}
    assert found == {
        ("/forms/0/fields/1", "plan.restore.none"),
        ("/forms/0/fields/0", "plan.restore.present"),
        ("", "plan.restore.unknown"),
    }


def test_restored_form_brings_its_fields_back(publisher: Publisher, database: Database):
    both = app(form("order", field("note")), form("item", field("name"), field("size", "number")))
    model = publisher.apply(both, actor=None)
    fill(database, model, "item", [{"name": "bolt", "size": 4}])
    publisher.apply(app(form("order", field("note"))), actor=None)

    model = publisher.apply(both, actor=None, restore={"item"})

    assert contents(database, model, "item") == {1: {"name": "bolt", "size": 4}}


def test_rename_is_seen_by_an_installation_that_skipped_versions(publisher: Publisher, database: Database):
    model = publisher.apply(ORDER, actor=None)
    fill(database, model, "order", [{"note": "a"}])
    later = app(form("bill", field("text", was=["note", "memo"]), was=["order", "purchase"]))

    model = publisher.apply(later, actor=None)

    assert contents(database, model, "bill") == {1: {"text": "a"}}


def test_trash_follows_the_name_of_its_form(publisher: Publisher, database: Database):
    model = publisher.apply(ORDER, actor=None)
    fill(database, model, "order", [{"note": "old"}])
    publisher.apply(app(form("order", field("amount", "number", decimals=2))), actor=None)
    publisher.apply(app(form("bill", field("amount", "number", decimals=2), was=["order"])), actor=None)

    model = publisher.apply(
        app(form("bill", field("note"), was=["order"])), actor=None, restore={"bill.note"}
    )

    assert contents(database, model, "bill") == {1: {"note": "old"}}


def test_wrong_definition_changes_nothing(publisher: Publisher, database: Database, grammar: Grammar):
    publisher.apply(ORDER, actor=None)

    with pytest.raises(Invalid):
        publisher.apply(app(form("order", field("note", "no_such_type"))), actor=None)

    with database.read() as conn:
        assert load(conn, grammar, "shop").version == 1


def test_models_follow_the_epoch(publisher: Publisher, database: Database, grammar: Grammar):
    models = Models(grammar)
    publisher.apply(ORDER, actor=None)
    with database.read() as conn:
        first = models.get(conn, "shop", epoch(conn))
        assert models.get(conn, "shop", epoch(conn)) is first
    publisher.apply(app(form("order", field("note"))), actor=None)

    with database.read() as conn:
        second = models.get(conn, "shop", epoch(conn))
        every = models.all(conn, epoch(conn))

    assert (first.version, second.version) == (1, 2)
    assert every == {"shop": second}
