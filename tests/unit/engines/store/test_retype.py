"""A field of another type keeps the values that the new type can hold, and says which it cannot."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from engines.store import platform
from engines.store.catalogue import load_rows
from engines.store.database import Database
from engines.store.models import load
from engines.store.publish import Publisher
from engines.store.publishing import copying
from schemas.errors import Invalid
from schemas.grammar import Grammar
from tests.fixtures.publishing import Json, app, contents, field, fill, form

STATES = [{"key": "open", "label": "Open"}, {"key": "done", "label": "Done"}]


def order(*fields: Json) -> bytes:
    return app(
        form("order", field("name"), *fields), form("item", field("name")), form("place", field("name"))
    )


def retyped(
    publisher: Publisher, db: Database, old: Json, new: Json, values: list[Any], **options: Any
) -> list[Any]:
    """The values of a field after its type changed."""
    model = publisher.apply(order(old), actor=None)
    fill(db, model, "order", [{"name": f"n{n}", old["key"]: value} for n, value in enumerate(values)])
    model = publisher.apply(order(new), actor=None, **options)
    return [each.get(new["key"]) for each in contents(db, model, "order").values()]


CASES = [
    pytest.param(
        field("a"), field("a", "number"), ["3", "1,200", None], [Decimal(3), Decimal(1200), None],
        id="text-number"
    ),
    pytest.param(
        field("a", "number", decimals=2), field("a"), [Decimal("1.50"), None], ["1.50", None],
        id="number-text"
    ),
    pytest.param(
        field("a", "number", decimals=2), field("a", "number", decimals=1), [Decimal("1.50"), Decimal(2)],
        [Decimal("1.5"), Decimal("2.0")], id="fewer-decimals",
    ),
    pytest.param(
        field("a", "number"), field("a", "money"), [Decimal(7)], [Decimal("7.00")], id="number-money"
    ),
    pytest.param(
        field("a"), field("a", "select", options=STATES), ["Open", "done", None], ["open", "done", None],
        id="text-select",
    ),
    pytest.param(
        field("a", "select", options=STATES), field("a"), ["open", None], ["Open", None], id="select-text"
    ),
    pytest.param(
        field("a", "select", options=STATES), field("a", "multi_select", options=STATES), ["open", None],
        [("open",), None], id="select-multi_select",
    ),
    pytest.param(
        field("a", "multi_select", options=STATES), field("a", "select", options=STATES), [("done",), ()],
        ["done", None], id="multi_select-select",
    ),
    pytest.param(
        field("a", "multi_select", options=STATES), field("a", "tags"), [("done", "open")],
        [("Done", "Open")],
        id="multi_select-tags",
    ),
    pytest.param(field("a", "tags"), field("a"), [("x", "y"), ()], ["x, y", None], id="tags-text"),
    pytest.param(field("a"), field("a", "tags"), ["x, y", None], [("x", "y"), None], id="text-tags"),
    pytest.param(field("a"), field("a", "date"), ["2026-01-31"], [date(2026, 1, 31)], id="text-date"),
    pytest.param(
        field("a", "datetime"), field("a"), [datetime(2026, 1, 31, 2, 0, tzinfo=UTC)],
        ["2026-01-31 10:00:00"],
        id="datetime-text",
    ),
    pytest.param(field("a", "checkbox"), field("a"), [True, False, None], ["√", "×", None],
        id="checkbox-text"),
    pytest.param(field("a"), field("a", "long_text"), ["x"], ["x"], id="text-long_text"),
    pytest.param(
        field("a", "number"), field("a", "number", decimals=2, max=5), [Decimal(9)], [Decimal("9.00")],
        id="a-new-bound-loses-nothing",
    ),
    pytest.param(field("a"), field("b", "number", was=["a"]), ["3"], [Decimal(3)], id="renamed-too"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "values", "expected"), CASES)
def test_values_are_carried_over(
    publisher: Publisher, database: Database, old: Json, new: Json, values: list[Any], expected: list[Any]
):
    assert retyped(publisher, database, old, new, values) == expected


def test_values_that_do_not_convert_block_and_are_named(publisher: Publisher, database: Database):
    with pytest.raises(Invalid) as caught:
        retyped(publisher, database, field("a"), field("a", "number"), ["3", "many", "some"])

    (issue,) = caught.value.issues
    assert (issue.path, issue.code, issue.params["count"]) == ("/forms/0/fields/1", "plan.field.loss", 2)
    assert issue.params["examples"] == [
        {"id": 2, "title": "n1", "value": "many"},
        {"id": 3, "title": "n2", "value": "some"},
    ]


def test_refused_retype_changes_nothing(publisher: Publisher, database: Database, grammar: Grammar):
    with pytest.raises(Invalid):
        retyped(publisher, database, field("a"), field("a", "number"), ["many"])

    with database.read() as conn:
        model = load(conn, grammar, "shop")
        rows = load_rows(conn, "shop")
    assert model.version == 1
    assert contents(database, model, "order")[1]["a"] == "many"
    assert all(row.live for row in rows)


def test_allowed_loss_leaves_blanks_and_keeps_old_values_in_the_trash(
    publisher: Publisher, database: Database
):
    found = retyped(
        publisher, database, field("a"), field("a", "number"), ["3", "many"], allow_loss={"order.a"}
    )
    publisher.apply(order(), actor=None)
    model = publisher.apply(order(field("a")), actor=None, restore={"order.a"})

    assert found == [Decimal(3), None]
    assert [each.get("a") for each in contents(database, model, "order").values()] == ["3", "many"]


def test_only_the_first_examples_are_named(publisher: Publisher, database: Database):
    with pytest.raises(Invalid) as caught:
        retyped(publisher, database, field("a"), field("a", "number"), ["x"] * 25)

    (issue,) = caught.value.issues
    assert issue.params["count"] == 25
    assert len(issue.params["examples"]) == 20  # type: ignore[arg-type]  # a list of dicts


def test_retyped_field_keeps_its_uid(publisher: Publisher, database: Database):
    before = publisher.apply(order(field("a")), actor=None).form("order").fields["a"].uid

    after = publisher.apply(order(field("a", "number")), actor=None).form("order").fields["a"]

    assert after.uid == before
    assert after.column.name != "a"


def test_options_keep_their_uids_when_one_becomes_many(publisher: Publisher, database: Database):
    before = publisher.apply(order(field("a", "select", options=STATES)), actor=None).names.uid(
        "order.a.open"
    )

    model = publisher.apply(order(field("a", "multi_select", options=STATES)), actor=None)

    assert model.names.uid("order.a.open") == before


def test_restored_select_reads_its_options_although_they_lived_on(publisher: Publisher, database: Database):
    one, many = field("a", "select", options=STATES), field("b", "multi_select", options=STATES, was=["a"])
    retyped(publisher, database, one, many, ["open", "done"])

    model = publisher.apply(
        order(one, field("b", "multi_select", options=STATES)), actor=None, restore={"order.a"}
    )

    found = contents(database, model, "order").values()
    assert [(each["a"], each["b"]) for each in found] == [("open", ("open",)), ("done", ("done",))]


def test_restored_select_brings_its_options_back(publisher: Publisher, database: Database):
    one = field("a", "select", options=STATES)
    retyped(publisher, database, one, field("a"), ["open", "done"])
    publisher.apply(order(), actor=None)

    model = publisher.apply(order(one), actor=None, restore={"order.a"})

    assert [each["a"] for each in contents(database, model, "order").values()] == ["open", "done"]


def test_text_becomes_a_relation_by_title(publisher: Publisher, database: Database):
    model = publisher.apply(order(field("a")), actor=None)
    fill(database, model, "item", [{"name": "Bolt"}, {"name": "Nut"}, {"name": "nut"}])
    fill(database, model, "order", [{"a": "bolt"}, {"a": "Nut"}, {"a": "Wheel"}])
    linked = order(field("a", "relation", form="item"))

    (line,) = publisher.plan(linked).blocking
    model = publisher.apply(linked, actor=None, allow_loss={"order"})

    assert [each["value"] for each in line.examples] == ["Nut", "Wheel"]
    assert [each.get("a") for each in contents(database, model, "order").values()] == [1, None, None]


def test_relation_becomes_text_by_title(publisher: Publisher, database: Database):
    model = publisher.apply(order(field("a", "relations", form="item")), actor=None)
    fill(database, model, "item", [{"name": "Bolt"}, {"name": "Nut"}])
    fill(database, model, "order", [{"a": (2, 1)}])

    model = publisher.apply(order(field("a")), actor=None)

    assert contents(database, model, "order")[1]["a"] == "Nut, Bolt"


def test_relation_to_another_form_is_followed_by_title(publisher: Publisher, database: Database):
    model = publisher.apply(order(field("a", "relation", form="item")), actor=None)
    fill(database, model, "item", [{"name": "North"}, {"name": "Bolt"}])
    fill(database, model, "place", [{"name": "South"}, {"name": "North"}])
    fill(database, model, "order", [{"a": 1}, {"a": 2}])
    moved = order(field("a", "relation", form="place"))

    plan = publisher.plan(moved)
    model = publisher.apply(moved, actor=None, allow_loss={"order.a"})

    assert "plan.field.retarget" in {line.code for line in plan}
    assert [each["value"] for each in plan.blocking[0].examples] == ["2"]
    assert [each.get("a") for each in contents(database, model, "order").values()] == [2, None]


def test_renamed_target_is_no_retype(publisher: Publisher, database: Database):
    model = publisher.apply(order(field("a", "relation", form="item")), actor=None)
    fill(database, model, "order", [{"a": 5}])
    renamed = app(
        form("order", field("name"), field("a", "relation", form="thing")),
        form("thing", field("name"), was=["item"]),
        form("place", field("name")),
    )

    model = publisher.apply(renamed, actor=None)

    assert model.form("order").fields["a"].column.name == "a"
    assert contents(database, model, "order")[1]["a"] == 5


def test_to_one_becomes_to_many_and_back(publisher: Publisher, database: Database):
    model = publisher.apply(order(field("a", "relation", form="item")), actor=None)
    fill(database, model, "order", [{"a": 5}, {}])

    model = publisher.apply(order(field("a", "relations", form="item")), actor=None)
    many = contents(database, model, "order")
    model = publisher.apply(order(field("a", "relation", form="item")), actor=None)

    assert many == {1: {"a": (5,)}, 2: {}}
    assert contents(database, model, "order") == {1: {"a": 5}, 2: {}}


def test_ids_and_keys_never_become_values(publisher: Publisher, database: Database):
    model = publisher.apply(order(field("a", "relation", form="item")), actor=None)
    fill(database, model, "item", [{"name": "Bolt"}, {"name": "17"}])
    fill(database, model, "order", [{"a": 1}, {"a": 2}])

    model = publisher.apply(order(field("a", "number")), actor=None, allow_loss={"order.a"})

    assert [each.get("a") for each in contents(database, model, "order").values()] == [None, 17]


def test_text_becomes_a_member_by_name(publisher: Publisher, database: Database):
    with database.write() as conn:
        conn.execute(sa.insert(platform.user).values(id=7, name="Ann", name_fold="ann", login="ann"))

    assert retyped(publisher, database, field("a"), field("a", "member"), ["ANN", None]) == [7, None]


def test_field_of_a_subform_is_retyped(publisher: Publisher, database: Database):
    rows = field("rows", "subform", fields=[field("size")])
    model = publisher.apply(order(rows), actor=None)
    fill(database, model, "order", [{"rows": [{"size": "1"}, {"size": "2"}]}])
    rows = field("rows", "subform", fields=[field("size", "number")])

    model = publisher.apply(order(rows), actor=None)

    assert contents(database, model, "order")[1]["rows"] == [{"size": Decimal(1)}, {"size": Decimal(2)}]


def test_subform_that_becomes_text_blocks_and_goes_to_the_trash_whole(
    publisher: Publisher, database: Database
):
    rows = field("rows", "subform", fields=[field("size")])
    model = publisher.apply(order(rows), actor=None)
    fill(database, model, "order", [{"rows": [{"size": "1"}]}])

    (line,) = publisher.plan(order(field("rows"))).blocking
    publisher.apply(order(field("rows")), actor=None, allow_loss={"order.rows"})
    publisher.apply(order(), actor=None)
    model = publisher.apply(order(rows), actor=None, restore={"order.rows"})

    assert (line.code, line.count) == ("plan.field.loss", 1)
    assert contents(database, model, "order")[1]["rows"] == [{"size": "1"}]


def test_copy_runs_in_chunks_and_takes_what_changed_meanwhile(
    publisher: Publisher, database: Database, grammar: Grammar, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(copying, "CHUNK", 3)
    model = publisher.apply(order(field("a")), actor=None)
    fill(database, model, "order", [{"a": str(n)} for n in range(10)])
    table = model.form("order").table

    def change_behind_the_copy(step: str) -> None:
        if step == "swap":
            with database.write() as conn:
                conn.execute(sa.update(table).where(table.c["_id"] == 2).values(a="77", _version=2))
            fill(database, model, "order", [{"a": "99"}])

    publisher._progress = change_behind_the_copy
    model = publisher.apply(order(field("a", "number")), actor=None)

    found = [each["a"] for each in contents(database, model, "order").values()]
    assert found == [0, 77, *range(2, 10), 99]


def test_value_that_came_after_the_plan_and_does_not_convert_stops_the_publish(
    publisher: Publisher, database: Database, grammar: Grammar
):
    model = publisher.apply(order(field("a")), actor=None)

    def add_late(step: str) -> None:
        if step == "swap":
            fill(database, model, "order", [{"a": "many"}])

    publisher._progress = add_late
    with pytest.raises(Invalid):
        publisher.apply(order(field("a", "number")), actor=None)

    with database.read() as conn:
        assert load(conn, grammar, "shop").version == 1


def test_records_in_the_trash_are_carried_over_too(publisher: Publisher, database: Database):
    model = publisher.apply(order(field("a")), actor=None)
    fill(database, model, "order", [{"a": "3", "_trashed_at": datetime(2026, 1, 1, tzinfo=UTC)}])

    model = publisher.apply(order(field("a", "number")), actor=None)

    assert contents(database, model, "order")[1]["a"] == 3
