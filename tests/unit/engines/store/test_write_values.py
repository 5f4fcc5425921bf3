"""What a record holds after a write: typed values, defaults, required fields, checks, rows and links."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from engines.query import Change, Op
from engines.store import platform
from tests.fixtures.shop import INACTIVE, Shop, compiled, create_tables, definition

FULL: dict[str, Any] = {
    "title": " Ａ one ", "word": "上海", "note": "a\nb", "amount": "1.5", "done": "true", "stage": "open",
    "marks": ["blue", "red"], "tags": "ready, late", "day": "2026-02-03", "seen": "2026-02-03T10:00:00.1239Z",
    "at": "09:30", "slot": "2026-03-01", "owner": "11", "helpers": ["13", "12"],
    "rows": [{"qty": "2", "words": ["x", "y"]}, {"qty": 1, "what": "w"}],
}  # fmt: skip


def test_a_created_record_reads_back_as_it_was_answered(shop: Shop):
    person, item = shop.create("person", name="Ann"), shop.create("item", code="i1")
    values = {**FULL, "person": str(person), "things": [str(item)]}

    result = shop.changing("order", Change(Op.create, values))[0]
    assert result.ok, result.issues
    read = shop.get("order", result.id or 0)

    assert result.record == read
    assert read["title"] == "Ａ one"
    assert (read["amount"], read["done"], read["stage"]) == (Decimal("1.50"), True, "open")
    assert (read["marks"], read["tags"], read["helpers"]) == (("blue", "red"), ("ready", "late"), (13, 12))
    assert (read["day"], read["at"]) == (date(2026, 2, 3), time(9, 30))
    assert read["seen"] == datetime(2026, 2, 3, 10, 0, 0, 124000, tzinfo=UTC)
    assert [(row["qty"], row["what"], row["words"]) for row in read["rows"]] == [
        (Decimal(2), "thing", ("x", "y")),
        (Decimal(1), "w", ()),
    ]


def test_the_moment_of_a_write_is_as_exact_as_it_is_stored(shop: Shop):
    shop.clock.forward(microseconds=123_456)

    result = shop.changing("item", Change(Op.create, {"code": "a"}))[0]

    assert result.record == shop.get("item", result.id or 0)


def test_an_updated_record_reads_back_as_it_was_answered(shop: Shop):
    order = shop.create("order", **FULL)
    shop.clock.forward(minutes=1)

    result = shop.update("order", order, amount="2", tags=["ready"])

    assert result.version == 2
    assert result.record == shop.get("order", order)


@pytest.mark.parametrize(
    ("key", "first", "second"),
    [
        ("amount", None, "0"), ("amount", "0", None), ("done", None, False), ("done", False, None),
        ("amount", "1", "2"), ("tags", [], ["a"]), ("tags", ["a"], []), ("tags", ["a", "b"], ["b", "a"]),
        ("stage", "open", None), ("word", "a", "A"), ("at", "00:00", None), ("at", None, "00:00"),
    ],
)  # fmt: skip
def test_every_change_of_a_value_is_written(shop: Shop, key, first, second):
    order = shop.create("order", title="a", **{key: first})

    result = shop.update("order", order, **{key: second})

    assert result.version == 2
    assert result.record == shop.get("order", order)
    assert shop.get("order", order)[key] != shop.app.form("order").coercer.one({key: first})[0][key]


@pytest.mark.parametrize(
    ("key", "first", "second"),
    [("amount", "1", "1.00"), ("tags", [], None), ("word", "", None), ("word", "a", " a "),
     ("tags", ["a"], "a"), ("day", "2026-01-01", "2026/1/1"), ("title", "a", "a")],
)  # fmt: skip
def test_the_same_value_written_otherwise_is_no_change(shop: Shop, key, first, second):
    order = shop.create("order", **{"title": "a", key: first})

    result = shop.update("order", order, **{key: second})

    assert (result.ok, result.version) == (True, 1)
    assert shop.rows(platform.history) == []
    assert shop.watcher.seen[1:] == []


def test_fields_may_be_sent_in_any_order(shop: Shop):
    order = shop.create("order", title="a")

    result = shop.update("order", order, at="10:00", word="w", amount="3", title="b")

    assert result.ok
    assert shop.get("order", order)["word"] == "w"


def test_defaults_fill_what_is_left_out_and_not_what_was_emptied(shop: Shop):
    left_out, emptied = shop.create("order", title="a"), shop.create("order", title="b", state="", since=None)

    assert (shop.get("order", left_out)["state"], shop.get("order", left_out)["since"]) == (
        "new",
        date(2026, 11, 21),
    )
    assert (shop.get("order", emptied)["state"], shop.get("order", emptied)["since"]) == (None, None)


def test_required_fields_are_asked_for_on_creation_and_when_emptied(shop: Shop):
    order = shop.create("order", title="a")

    assert shop.refuse("order", Change(Op.create, {"word": "x"})) == [("title", "field.required")]
    assert shop.refuse("order", Change(Op.update, {"title": " "}, order)) == [("title", "field.required")]
    assert shop.update("order", order, word="y").ok
    assert shop.refuse("order", Change(Op.update, {"rows": [{"what": "x"}]}, order)) == [
        ("rows.0.qty", "field.required")
    ]


def test_every_problem_of_every_record_is_told_at_once(shop: Shop):
    found = shop.refuse(
        "order",
        Change(Op.create, {"amount": "x", "zzz": 1, "person": "99", "rows": [{"qty": "y"}, {}]}),
        Change(Op.create, {"title": "b", "stage": "nope"}),
    )

    assert sorted(found) == [
        ("amount", "field.not_a_number"), ("person", "field.no_such_record"),
        ("rows.0.qty", "field.not_a_number"), ("rows.1.qty", "field.required"),
        ("stage", "field.not_an_option"), ("title", "field.required"), ("zzz", "field.unknown"),
    ]  # fmt: skip


def test_a_check_looks_at_the_whole_record_also_at_what_was_not_sent(shop: Shop):
    ready = shop.create("order", title="a", tags=["ready"])
    other = shop.create("order", title="b")

    assert shop.update("order", ready, done=True).ok
    assert shop.refuse("order", Change(Op.update, {"done": True}, other)) == [("", "record.check_failed")]
    assert shop.refuse("order", Change(Op.update, {"tags": []}, ready)) == [("", "record.check_failed")]
    assert shop.refuse("order", Change(Op.update, {"amount": "-1"}, other)) == [
        ("amount", "record.check_failed")
    ]


def test_a_default_that_does_not_fit_is_a_problem_of_its_field(shop: Shop):
    options = {"key": "share", "type": "number", "label": "Share", "default": {"formula": "7 / 2"}}
    app = compiled(definition([{"key": "note", "label": "Note", "fields": [options]}]))
    with shop.db.write() as conn:
        create_tables(conn, app)
    shop.app = app

    assert shop.refuse("note", Change(Op.create)) == [("share", "field.too_many_decimals")]


class TestRows:
    def test_keep_their_ids_and_what_is_not_mentioned(self, shop: Shop):
        order = shop.create("order", title="a", rows=[{"qty": 1, "what": "x", "words": ["k"]}, {"qty": 2}])
        first, second = shop.get("order", order)["rows"]

        shop.update(
            "order", order, rows=[{"_id": str(second["_id"]), "qty": 5}, {"qty": 7}, {"_id": first["_id"]}]
        )

        rows = shop.get("order", order)["rows"]
        assert [row["_id"] for row in rows][::2] == [second["_id"], first["_id"]]
        assert [(row["qty"], row["what"], row["words"]) for row in rows] == [
            (5, "thing", ()), (7, "thing", ()), (1, "x", ("k",)),
        ]  # fmt: skip

    def test_of_another_record_are_refused(self, shop: Shop):
        mine, other = (shop.create("order", title=title, rows=[{"qty": 1}]) for title in "ab")
        foreign = shop.get("order", other)["rows"][0]["_id"]
        own = shop.get("order", mine)["rows"][0]["_id"]

        def refused(*rows: object) -> list[tuple[str, str]]:
            return shop.refuse(
                "order", Change(Op.update, {"rows": [{"qty": 1, "_id": each} for each in rows]}, mine)
            )

        assert refused(str(foreign)) == [("rows.0._id", "field.no_such_record")]
        assert refused(own, own) == [("rows.1._id", "field.no_such_record")]
        assert refused("²") == [("rows.0._id", "field.not_an_id")]
        assert shop.refuse("order", Change(Op.create, {"title": "c", "rows": [{"_id": own, "qty": 1}]})) == [
            ("rows.0._id", "field.no_such_record")
        ]

    def test_with_a_blank_id_are_new(self, shop: Shop):
        order = shop.create("order", title="a", rows=[{"_id": "", "qty": 1}, {"_id": None, "qty": 2}])

        assert [row["qty"] for row in shop.get("order", order)["rows"]] == [1, 2]

    def test_sent_back_as_they_were_read_change_nothing(self, shop: Shop):
        order = shop.create("order", title="a", rows=[{"qty": 1, "words": ["x"]}])
        rows = [{**row, "_id": str(row["_id"])} for row in shop.get("order", order)["rows"]]

        assert shop.update("order", order, rows=rows).version == 1

    def test_leave_no_links_behind(self, shop: Shop):
        order = shop.create("order", title="a", rows=[{"qty": 1, "words": ["x"]}])

        shop.update("order", order, rows=[])

        assert shop.rows("shop__order__rows__words") == []

    def test_are_at_most_as_many_as_the_form_says(self, shop: Shop):
        rows = [{"qty": 1}] * 51

        assert shop.refuse("order", Change(Op.create, {"title": "a", "rows": rows})) == [
            ("rows", "field.too_many")
        ]


class TestReferences:
    def test_to_what_is_not_there_are_refused(self, shop: Shop):
        person = shop.create("person", name="Ann")
        shop.changing("person", Change(Op.delete, id=person))

        for key, value in {"person": str(person), "owner": str(INACTIVE), "helpers": ["11", "77"]}.items():
            assert shop.refuse("order", Change(Op.create, {"title": "a", key: value})) == [
                (key, "field.no_such_record")
            ]

    def test_that_stand_there_already_are_not_looked_up_again(self, shop: Shop):
        order = shop.create("order", title="a", helpers=["11", "12"])
        with shop.db.write() as conn:
            conn.exec_driver_sql("UPDATE weft_user SET active = (1 = 0) WHERE id = 12")

        assert shop.update("order", order, helpers=["12", "13"]).ok
        assert shop.refuse("order", Change(Op.update, {"helpers": ["12", "13", "19"]}, order)) == [
            ("helpers", "field.no_such_record")
        ]

    def test_to_records_the_actor_may_not_see_look_absent(self, shop: Shop):
        seen, unseen = (
            shop.create("person", name="A", keeper="11"),
            shop.create("person", name="B", keeper="14"),
        )
        access = shop.give(
            {"form": "order", "actions": ["view", "create"]},
            {"form": "person", "actions": ["view"], "scope": "own"},
        )

        assert shop.create("order", access, title="a", person=str(seen))
        for missing in (unseen, 12345):
            assert shop.refuse(
                "order", Change(Op.create, {"title": "b", "person": str(missing)}), access=access
            ) == [("person", "field.no_such_record")]
