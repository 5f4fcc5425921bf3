"""A plan tells every change in lines with counts, and stands in the way of what would hurt."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engines.store import publishing
from engines.store.database import Database
from engines.store.plan import Line, Plan
from engines.store.platform import role_member
from engines.store.publish import Publisher
from frontend.texts import catalogue
from schemas.errors import Invalid
from tests.fixtures.publishing import Json, app, contents, field, fill, form

OPEN, DONE = {"key": "open", "label": "Open"}, {"key": "done", "label": "Done"}
TRASHED = datetime(2026, 1, 1, tzinfo=UTC)


def order(*fields: Json, **options: Any) -> bytes:
    return app(form("order", field("name"), *fields), **options)


def line(plan: Plan, code: str) -> Line:
    found = [each for each in plan if each.code == code]
    assert len(found) == 1, [each.code for each in plan]
    return found[0]


def codes(plan: Plan) -> set[str]:
    return {each.code for each in plan}


def filled(publisher: Publisher, db: Database, each: Json, values: list[Any]) -> None:
    """Publish one field and give it values; the last record is in the trash."""
    model = publisher.apply(order(each), actor=None)
    records = [{"name": f"n{n}", each["key"]: value} for n, value in enumerate(values)]
    fill(db, model, "order", [*records[:-1], {**records[-1], "_trashed_at": TRASHED}])


def test_plan_writes_nothing(publisher: Publisher, database: Database):
    publisher.apply(order(), actor=None)
    with database.read() as conn:
        before = sa.inspect(conn).get_columns("shop__order")

    publisher.plan(order(field("a"), field("b", "tags")))

    with database.read() as conn:
        assert [each["name"] for each in sa.inspect(conn).get_columns("shop__order")] == [
            each["name"] for each in before
        ]


def test_first_plan_lists_everything_as_new(publisher: Publisher):
    plan = publisher.plan(order(field("a", "select", options=[OPEN]), roles=[{"key": "clerk", "label": "C"}]))

    assert {(each.code, each.path) for each in plan} == {
        ("plan.app.add", ""),
        ("plan.form.add", "order"),
        ("plan.field.add", "order.name"),
        ("plan.field.add", "order.a"),
        ("plan.option.add", "order.a.open"),
        ("plan.role.add", "@clerk"),
    }


def test_changed_settings_are_told(publisher: Publisher):
    publisher.apply(order(field("a")), actor=None)

    plan = publisher.plan(app(form("order", field("name"), field("a", help="h"), icon="box"), icon="home"))

    assert {(each.code, each.path) for each in plan} == {
        ("plan.app.change", ""),
        ("plan.form.change", "order"),
        ("plan.field.change", "order.a"),
    }


def test_removed_option_in_use_blocks_with_its_count(publisher: Publisher, database: Database):
    filled(publisher, database, field("a", "select", options=[OPEN, DONE]), ["open", "open", "done", "open"])
    without = order(field("a", "select", options=[DONE]))

    found = line(publisher.plan(without), "plan.option.drop")

    assert (found.path, found.count, found.blocking) == ("order.a.open", 3, True)
    with pytest.raises(Invalid):
        publisher.apply(without, actor=None)
    assert publisher.apply(without, actor=None, allow_loss={"order.a.open"}).version == 2


def test_removed_option_of_a_multi_select_counts_records(publisher: Publisher, database: Database):
    filled(
        publisher, database, field("a", "multi_select", options=[OPEN, DONE]), [("open", "done"), ("done",)]
    )

    found = line(publisher.plan(order(field("a", "multi_select", options=[OPEN]))), "plan.option.drop")

    assert (found.count, found.blocking) == (2, True)


def test_removed_option_nobody_uses_blocks_nothing(publisher: Publisher, database: Database):
    filled(publisher, database, field("a", "select", options=[OPEN, DONE]), ["open", None])

    found = line(publisher.plan(order(field("a", "select", options=[OPEN]))), "plan.option.drop")

    assert (found.count, found.blocking) == (0, False)


def test_renamed_option_is_told_and_keeps_its_uid(publisher: Publisher):
    before = publisher.apply(order(field("a", "select", options=[OPEN])), actor=None).names.uid(
        "order.a.open"
    )
    renamed = order(field("a", "select", options=[{"key": "begun", "label": "Begun", "was": ["open"]}]))

    plan = publisher.plan(renamed)
    model = publisher.apply(renamed, actor=None)

    assert line(plan, "plan.option.rename").params["from"] == "order.a.open"
    assert model.names.uid("order.a.begun") == before


def test_new_required_counts_living_records_without_a_value(publisher: Publisher, database: Database):
    filled(publisher, database, field("a"), ["x", None, None, None])

    found = line(publisher.plan(order(field("a", required=True))), "plan.field.required")

    assert (found.count, found.blocking) == (2, False)


def test_new_required_counts_records_without_links(publisher: Publisher, database: Database):
    filled(publisher, database, field("a", "tags"), [("x",), (), ()])

    assert line(publisher.plan(order(field("a", "tags", required=True))), "plan.field.required").count == 1


def test_required_field_that_is_new_counts_every_record(publisher: Publisher, database: Database):
    filled(publisher, database, field("a"), ["x", "y", "z"])

    plan = publisher.plan(order(field("a"), field("b", required=True)))

    assert line(plan, "plan.field.required").count == 2


def test_required_on_an_empty_form_is_no_line(publisher: Publisher):
    publisher.apply(order(field("a")), actor=None)

    assert "plan.field.required" not in codes(publisher.plan(order(field("a", required=True))))


def test_new_unique_blocks_and_names_what_stands_twice(publisher: Publisher, database: Database):
    filled(publisher, database, field("a"), ["Ann", "ann", "Bob", None, None, "Bob"])
    unique = order(field("a", unique=True))

    found = line(publisher.plan(unique), "plan.field.unique")

    assert (found.blocking, found.count) == (True, 1)
    assert list(found.examples) == [{"value": "Ann", "count": 2}]
    with pytest.raises(Invalid):
        publisher.apply(unique, actor=None, allow_loss={"order.a"})


def test_unique_field_is_guarded_by_an_index(publisher: Publisher, database: Database):
    filled(publisher, database, field("a"), ["x", "y", "y"])
    model = publisher.apply(order(field("a", unique=True)), actor=None)

    with pytest.raises(sa.exc.IntegrityError):
        fill(database, model, "order", [{"a": "X"}])
    fill(database, model, "order", [{"a": "x", "_trashed_at": TRASHED}])


def test_retype_into_unique_names_values_that_become_equal(publisher: Publisher, database: Database):
    filled(publisher, database, field("a"), ["1", "1.0", "2", "2"])

    found = line(publisher.plan(order(field("a", "number", unique=True))), "plan.field.unique")

    assert list(found.examples) == [{"value": "1", "count": 2}]


def test_stricter_bounds_are_counted_and_block_nothing(publisher: Publisher, database: Database):
    filled(publisher, database, field("a", "number"), [1, 5, 9, 9, 9])

    found = line(publisher.plan(order(field("a", "number", max=4))), "plan.field.limits")

    assert (found.count, found.blocking) == (3, False)
    assert list(found.examples) == [{"value": "5", "count": 1}, {"value": "9", "count": 2}]


def checked(*fields: Json, checks: list[Json]) -> bytes:
    return app(form("order", field("name"), *fields, checks=checks))


def test_records_that_fail_a_new_check_are_counted_and_stay(publisher: Publisher, database: Database):
    fields = field("a", "number"), field("tags", "tags")
    model = publisher.apply(order(*fields), actor=None)
    right, wrong = {"a": 1, "tags": ("x",)}, {"a": 9, "tags": ("x",)}
    fill(database, model, "order", [right, wrong, {"a": 9}, {"a": 9, "_trashed_at": TRASHED}])
    said = ("a < 5", "NOT ISBLANK(tags)", 'later = "x" OR a < 100', "_version > 0")
    checks = [{"that": each, "message": each} for each in said]

    plan = publisher.plan(checked(*fields, field("later"), checks=checks))

    found = [each for each in plan if each.code == "plan.form.check"]
    assert [(each.params["message"], each.count, each.blocking) for each in found] == [
        ("a < 5", 2, False),
        ("NOT ISBLANK(tags)", 1, False),
    ]
    assert [each["id"] for each in found[0].examples] == [2, 3]


def test_a_check_that_is_made_already_is_not_counted_again(publisher: Publisher, database: Database):
    checks = [{"that": "a < 5", "message": "Too much"}]
    model = publisher.apply(checked(field("a", "number"), checks=checks), actor=None)
    fill(database, model, "order", [{"a": 9}])

    plan = publisher.plan(checked(field("a", "number"), field("b"), checks=checks))

    assert codes(plan) == {"plan.field.add"}


def test_wider_bounds_are_only_a_change(publisher: Publisher, database: Database):
    filled(publisher, database, field("a", "number", max=9), [1, 9])

    assert codes(publisher.plan(order(field("a", "number", max=99)))) == {"plan.field.change"}


def test_dropped_role_counts_its_people(publisher: Publisher, database: Database):
    model = publisher.apply(order(roles=[{"key": "clerk", "label": "Clerk"}]), actor=None)
    with database.write() as conn:
        conn.execute(sa.insert(role_member).values(user_id=1, role_uid=model.roles["clerk"]))

    found = line(publisher.plan(order()), "plan.role.drop")

    assert (found.path, found.count, found.params["label"]) == ("@clerk", 1, "Clerk")


def test_changed_grants_and_views_are_told(publisher: Publisher):
    def said(columns: list[str], actions: list[str]) -> bytes:
        views = [{"key": "mine", "label": "Mine", "columns": columns}]
        grants = [{"form": "order", "actions": actions}]
        roles = [{"key": "clerk", "label": "Clerk", "grants": grants}]
        return app(form("order", field("name"), views=views), roles=roles)

    publisher.apply(said(["name"], ["view"]), actor=None)

    plan = publisher.plan(said([], ["view", "edit"]))

    assert {(each.code, each.path) for each in plan} == {
        ("plan.view.change", "view:order.mine"),
        ("plan.role.change", "@clerk"),
    }


def test_dropped_form_is_one_line_with_its_records(publisher: Publisher, database: Database):
    both = app(form("order", field("name")), form("item", field("a"), field("b", "select", options=[OPEN])))
    fill(database, publisher.apply(both, actor=None), "item", [{"a": "x"}, {"a": "y"}])

    plan = publisher.plan(order())

    assert [(each.code, each.path, each.count) for each in plan] == [("plan.form.drop", "item", 2)]


def test_key_that_another_field_once_bore_is_pointed_out(publisher: Publisher):
    publisher.apply(order(field("a")), actor=None)
    publisher.apply(order(field("b", was=["a"])), actor=None)

    found = line(publisher.plan(order(field("b"), field("a"))), "plan.key_reused")

    assert (found.path, found.params["now"]) == ("order.a", "b")


def test_restore_as_another_type_is_refused(publisher: Publisher):
    publisher.apply(order(field("a")), actor=None)
    publisher.apply(order(), actor=None)

    plan = publisher.plan(order(field("a", "number")), restore={"order.a"})

    assert [each.code for each in plan.blocking] == ["plan.restore.type"]


def test_removed_option_comes_back_where_it_was_used(publisher: Publisher, database: Database):
    both = order(field("a", "select", options=[OPEN, DONE]))
    filled(publisher, database, field("a", "select", options=[OPEN, DONE]), ["open", "done"])
    publisher.apply(order(field("a", "select", options=[DONE])), actor=None, allow_loss={"order.a.open"})

    silently = publisher.plan(both)
    model = publisher.apply(both, actor=None, restore={"order.a.open"})

    assert line(silently, "plan.option.add_beside_trash").path == "order.a.open"
    assert [each["a"] for each in contents(database, model, "order").values()] == ["open", "done"]


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_line_has_its_text(locale: str):
    kinds = "form field option view role flow rule dashboard document test".split()
    events = "add add_beside_trash rename change restore drop".split()
    found = {f"plan.{kind}.{event}" for kind in kinds for event in events}
    found |= {f"plan.field.{event}" for event in ("retype", "retarget", "refit")}
    for path in Path(publishing.__file__).parent.glob("*.py"):
        found |= set(re.findall(r'"((?:plan|check)\.[a-z_.]+)"', path.read_text("utf-8")))

    assert {code for code in found if code not in catalogue(locale)} == set()
