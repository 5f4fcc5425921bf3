"""The phases of a write over a list: all or each, versions, uniqueness, history, change sets, statements."""

import threading
from decimal import Decimal
from typing import Any

import pytest

from engines.access import Access
from engines.query import Cause, Change, Op
from engines.store import platform
from engines.store.history import entries
from engines.store.writing import path, write
from schemas.errors import LimitReached, NotFound
from tests.fixtures.shop import Shop


def creating(*titles: str) -> list[Change]:
    return [Change(Op.create, {"title": title}) for title in titles]


def titles(shop: Shop) -> list[str]:
    return sorted(str(each["title"]) for each in shop.all("order"))


class TestModes:
    def test_all_writes_nothing_when_one_is_wrong(self, shop: Shop):
        results = shop.changing("order", *creating("a", "b", ""))

        assert [each.ok for each in results] == [False, False, False]
        assert [each.version for each in results] == [None, None, None]
        assert (titles(shop), shop.rows(platform.cause), shop.rows(platform.serial)) == ([], [], [])

    def test_each_writes_what_is_right(self, shop: Shop):
        results = shop.changing("order", *creating("a", "", "b", "A"), mode="each")

        assert [each.ok for each in results] == [True, False, True, False]
        assert titles(shop) == ["a", "b"]

    def test_a_wrong_record_claims_no_value(self, shop: Shop):
        wrong = Change(Op.create, {"title": "a", "amount": "x"})

        results = shop.changing("order", wrong, *creating("a"), mode="each")

        assert [each.ok for each in results] == [False, True]

    def test_a_list_has_a_stated_limit(self, shop: Shop):
        with pytest.raises(LimitReached):
            shop.changing("item", *[Change(Op.create, {"code": "x"})] * 10_001)

    def test_results_keep_the_order_of_the_list(self, shop: Shop):
        first, second = (shop.create("order", title=title) for title in "ab")

        results = shop.changing(
            "order", Change(Op.delete, id=second), *creating("c"), Change(Op.update, {"word": "w"}, first)
        )

        assert (results[0].id, results[2].id) == (second, first)
        assert titles(shop) == ["a", "c"]


class TestVersions:
    def test_a_stale_write_is_refused_with_the_version_that_stands_there(self, shop: Shop):
        order = shop.create("order", title="a")
        shop.update("order", order, word="x")

        result = shop.changing("order", Change(Op.update, {"word": "y"}, order, version=1))[0]

        assert [(each.code, each.params) for each in result.issues] == [("record.stale", {"version": 2})]
        assert shop.get("order", order)["word"] == "x"

    def test_a_fitting_version_is_written(self, shop: Shop):
        order = shop.create("order", title="a")

        assert shop.changing("order", Change(Op.update, {"word": "y"}, order, version=1))[0].version == 2
        assert shop.changing("order", Change(Op.delete, id=order, version=2))[0].version == 3

    def test_the_same_record_twice_in_a_list_is_refused(self, shop: Shop):
        order = shop.create("order", title="a")

        assert shop.refuse("order", *[Change(Op.update, {"word": each}, order) for each in "xy"]) == [
            ("", "record.twice")
        ]

    @pytest.mark.parametrize("absent", [None, 0, -1, 5, 2**63, 2**100])
    def test_a_record_that_is_not_there_is_one_problem(self, shop: Shop, absent):
        for op in (Op.update, Op.delete, Op.restore, Op.purge):
            values = {"title": "", "amount": "x"} if op is Op.update else {}
            assert shop.refuse("order", Change(op, values, absent)) == [("", "record.not_found")]


class TestUnique:
    def test_within_the_list(self, shop: Shop):
        assert shop.refuse("order", *creating("a", "Ａ")) == [("title", "field.taken")]

    def test_against_the_table_in_any_case_and_width(self, shop: Shop):
        shop.create("order", title="One")

        assert shop.refuse("order", *creating("ＯNE")) == [("title", "field.taken")]

    def test_of_a_value_that_is_no_text(self, shop: Shop):
        order = shop.create("order", title="a", slot="2026-01-01")

        assert shop.refuse("order", Change(Op.create, {"title": "b", "slot": "2026-01-01"})) == [
            ("slot", "field.taken")
        ]
        assert shop.update("order", order, slot="2026-01-02").ok
        assert shop.create("order", title="b", slot="2026-01-01")

    def test_blank_is_never_taken(self, shop: Shop):
        assert all(each.ok for each in shop.changing("order", *creating("a", "b")))

    def test_a_record_keeps_its_own_value(self, shop: Shop):
        order = shop.create("order", title="a")

        assert shop.update("order", order, title="A").version == 2

    def test_the_trash_holds_no_value_and_restoring_claims_it_again(self, shop: Shop):
        first = shop.create("order", title="a")
        shop.changing("order", Change(Op.delete, id=first))
        second = shop.create("order", title="a")

        assert shop.refuse("order", Change(Op.restore, id=first)) == [("title", "field.taken")]

        shop.update("order", second, title="b")
        assert shop.changing("order", Change(Op.restore, id=first))[0].ok

    def test_a_restored_and_a_new_record_do_not_share_a_value(self, shop: Shop):
        first = shop.create("order", title="a")
        shop.changing("order", Change(Op.delete, id=first))

        assert shop.refuse("order", Change(Op.restore, id=first), *creating("a")) == [
            ("title", "field.taken")
        ]

    @pytest.mark.parametrize("count", [1, 60])  # PostgreSQL takes many rows by COPY
    def test_a_value_taken_meanwhile_is_the_same_problem_and_nothing_is_half_done(self, shop: Shop, count):
        if shop.db.sqlite:
            pytest.skip("nobody else writes between look-up and statement")
        mine = creating("raced", *(f"t{index}" for index in range(count - 1)))
        started, taken = threading.Event(), threading.Event()

        def race() -> None:
            started.wait(10)
            shop.create("order", title="Raced")
            taken.set()

        thread = threading.Thread(target=race)
        thread.start()
        with shop.store.unit(shop.app, Access(None), Cause("test", None)) as uow:
            apply = path._apply

            def late(batch: Any):  # the look-ups are done, the statements are not
                if batch.uow is uow and not taken.is_set():
                    started.set()
                    assert taken.wait(10)
                return apply(batch)

            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(path, "_apply", late)
                results = write(shop.store, uow, shop.app.form("order"), mine, "each")
        thread.join()

        assert [(each.path, each.code) for each in results[0].issues] == [("title", "field.taken")]
        assert all(each.ok for each in results[1:])
        assert len(shop.all("order")) == count
        numbers = sorted(int(str(each["no"])) for each in shop.all("order"))
        assert numbers == list(range(1, count + 1))


class TestHistory:
    def test_keeps_old_values_of_changed_fields_and_its_cause(self, shop: Shop):
        order = shop.create("order", title="a", amount="1", tags=["x"])
        shop.clock.forward(minutes=5)
        shop.update("order", order, amount="2.5", tags=[], word=None)
        shop.changing("order", Change(Op.delete, id=order))
        shop.changing("order", Change(Op.restore, id=order))

        with shop.db.read() as conn:
            found = entries(conn, shop.app, shop.app.form("order"), order)

        assert [(each.op, each.version, each.old) for each in found] == [
            (Op.restore, 4, {}), (Op.delete, 3, {}), (Op.update, 2, {"amount": "1.00", "tags": ["x"]}),
            (Op.create, 1, {}),
        ]  # fmt: skip
        assert found[2].at
        assert found[3].at
        assert (found[2].at - found[3].at).total_seconds() == 300
        assert {each.door for each in found} == {"test"}

    def test_one_unit_has_one_cause_and_a_unit_that_changes_nothing_has_none(self, shop: Shop):
        order = shop.create("order", title="a")
        with shop.store.unit(shop.app, Access(None), Cause("screen", 11, note="n")) as uow:
            write(
                shop.store,
                uow,
                shop.app.form("order"),
                [Change(Op.update, {"word": "x"}, order), *creating("b")],
            )
            write(shop.store, uow, shop.app.form("item"), [Change(Op.create, {"code": "i"})])
        shop.update("order", order, word="x")

        causes = shop.rows(platform.cause)
        assert len(causes) == 2
        assert (causes[1]["door"], causes[1]["actor"], causes[1]["note"]) == ("screen", 11, "n")
        assert shop.get("order", order)["_updated_by"] == 11

    def test_keeps_rows_as_they_stood(self, shop: Shop):
        order = shop.create("order", title="a", rows=[{"qty": 1}])
        row = shop.get("order", order)["rows"][0]["_id"]
        shop.update("order", order, rows=[{"_id": row, "qty": 2}])

        with shop.db.read() as conn:
            old = entries(conn, shop.app, shop.app.form("order"), order)[0].old

        assert old["rows"] == [{"_id": str(row), "qty": "1", "what": "thing", "item": None, "words": []}]


class TestChangeSets:
    def test_hold_the_changed_fields_only(self, shop: Shop):
        order = shop.create("order", title="a", amount="1")
        shop.update("order", order, amount="2", title="a")

        touched = shop.watcher.seen[-1].touched

        assert [(each.id, each.op, each.old, each.new) for each in touched] == [
            (order, Op.update, {"amount": Decimal(1)}, {"amount": Decimal(2)})
        ]
        assert shop.watcher.seen[-1].fields() == {"amount"}

    def test_are_not_made_where_nothing_was_written(self, shop: Shop):
        shop.refuse("order", *creating("", "a"))

        assert shop.watcher.seen == []


class TestStatements:
    """The number of statements follows from the form, never from the number of records."""

    def test_of_a_bulk_create(self, shop: Shop):
        shop.create("order", title="first")  # which begins the count of numbers

        assert self.cost(shop, creating("a")) == self.cost(
            shop, creating(*(f"t{index}" for index in range(45)))
        )

    def test_of_a_bulk_update_and_delete(self, shop: Shop):
        made = shop.changing("order", *[
            Change(Op.create, {"title": f"t{index}", "tags": ["a"], "rows": [{"qty": 1}]})
            for index in range(46)
        ])  # fmt: skip
        ids = [each.id for each in made]
        values = {"amount": "9", "tags": ["b"], "rows": [{"qty": 2, "words": ["x"]}]}

        one = self.cost(shop, [Change(Op.update, values, ids[0])])
        many = self.cost(shop, [Change(Op.update, values, each) for each in ids[1:]])
        assert one == many
        assert self.cost(shop, [Change(Op.delete, id=ids[0])]) == self.cost(
            shop, [Change(Op.delete, id=each) for each in ids[1:]]
        )

    def test_of_releasing_references(self, shop: Shop):
        lone, shared = shop.create("item", code="lone"), shop.create("item", code="shared")
        shop.create("order", title="a", things=[str(lone)])
        shop.changing("order", *[
            Change(Op.create, {"title": f"t{index}", "things": [str(shared)]}) for index in range(45)
        ])  # fmt: skip

        one = self.cost(shop, [Change(Op.delete, id=lone)], "item")
        assert one == self.cost(shop, [Change(Op.delete, id=shared)], "item")

    def cost(self, shop: Shop, changes: list[Change], form: str = "order") -> int:
        with shop.statements() as sent:
            results = shop.changing(form, *changes)
        assert all(each.ok for each in results)
        return len(sent)


class TestRights:
    """What is refused tells nothing about what the person may not see."""

    def test_a_hidden_field_is_refused_as_an_unknown_one(self, shop: Shop):
        order = shop.create("order", title="a", amount="5")
        access = shop.give(
            {"form": "order", "actions": ["view", "edit", "create"], "fields": {"amount": "hidden"}}
        )

        for key in ("amount", "zzz"):
            result = shop.update("order", order, access, **{"word": "x", key: "1"})
            assert [(each.path, each.code, each.params) for each in result.issues] == [
                (key, "field.unknown", {"value": "1"})
            ]
        mixed = shop.update("order", order, access, zzz="1", amount="1", yyy="1")
        assert [each.path for each in mixed.issues] == ["zzz", "amount", "yyy"]

    def test_who_may_not_write_learns_nothing_about_values(self, shop: Shop):
        hidden = shop.create("order", title="secret", owner="14")
        mine = shop.create("order", title="mine", owner="11")
        access = shop.give({"form": "order", "actions": ["view"], "scope": "own"})

        for title in ("secret", "free"):
            for change in (Change(Op.create, {"title": title}), Change(Op.update, {"title": title}, mine)):
                assert shop.refuse("order", change, access=access) == [("", "record.forbidden")]
            assert shop.refuse("order", Change(Op.update, {"title": title}, hidden), access=access) == [
                ("", "record.not_found")
            ]

    @pytest.mark.parametrize("right", ["masked", "read", "hidden"])
    def test_only_editable_fields_are_written(self, shop: Shop, right):
        order = shop.create("order", title="a", word="w")
        access = shop.give({"form": "order", "actions": ["view", "edit"], "fields": {"word": right}})

        code = "field.unknown" if right == "hidden" else "field.read_only"
        assert shop.refuse("order", Change(Op.update, {"word": "x"}, order), access=access) == [
            ("word", code)
        ]

    def test_a_read_only_field_and_a_given_number_are_never_changed(self, shop: Shop):
        order = shop.create("order", title="a", fixed="f")
        admin = shop.give({"form": "order", "actions": ["view", "edit", "create"]})

        assert shop.refuse("order", Change(Op.update, {"fixed": "g"}, order), access=admin) == [
            ("fixed", "field.read_only")
        ]
        for access in (admin, None):
            assert shop.refuse("order", Change(Op.update, {"no": "777"}, order), access=access) == [
                ("no", "field.read_only")
            ]
            assert shop.update("order", order, access, no="001").version == 1

    def test_to_give_a_value_on_creation_is_not_to_change_it(self, shop: Shop):
        order = shop.create("order", title="a")
        access = shop.give(
            {"form": "order", "actions": ["view", "create"]},
            {"form": "order", "actions": ["view", "edit"], "fields": {"amount": "read"}},
        )

        assert shop.create("order", access, title="b", amount="3")
        assert shop.refuse("order", Change(Op.update, {"amount": "3"}, order), access=access) == [
            ("amount", "field.read_only")
        ]

    def test_a_form_that_is_not_there_for_somebody_is_not_found(self, shop: Shop):
        access = shop.give({"form": "item", "actions": ["view"]})

        with pytest.raises(NotFound):
            shop.changing("order", *creating("a"), access=access)
