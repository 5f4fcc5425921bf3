"""Computed fields that a new version brings are filled beside the old one, and true from the first read."""

import random
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel
from engines.query import Cause, Change, Op
from engines.store.catalogue import load_rows
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.jobs import JobTable
from engines.store.models import published
from engines.store.publish import Publisher
from engines.store.publishing import deriving
from engines.store.store import Store
from engines.store.writing import write
from schemas.errors import Busy, Invalid
from tests.fixtures.clock import FakeClock
from tests.fixtures.publishing import Json, app, contents, field, form

SIZE = field("size", "number")


class Shop:
    """An app whose definition is published and whose records are written for real."""

    def __init__(self, publisher: Publisher, db: Database, clock: FakeClock, ids: SnowIds) -> None:
        self.publisher, self.db = publisher, db
        self.store = Store(db, clock, ids, JobTable(ids, clock), b"secret")
        self.model: AppModel
        self.steps: list[str] = []
        publisher._progress = self.steps.append

    def publish(self, *forms: Json, **options: Any) -> AppModel:
        self.model = self.publisher.apply(app(*forms), actor=None, **options)
        with self.db.read() as conn:
            assert self.publisher.check(conn) == []
        assert self.publisher.plan(app(*forms)).lines == ()
        return self.model

    def plan(self, *forms: Json) -> list[tuple[str, str, int | None]]:
        return [(line.path, line.code, line.count) for line in self.publisher.plan(app(*forms))]

    def write(self, form: str, *changes: Change) -> list[int]:
        with self.store.unit(self.model, Access(None), Cause("test", None)) as uow:
            results = write(self.store, uow, self.model.form(form), changes)
        assert all(each.ok for each in results), results
        return [each.id or 0 for each in results]

    def create(self, form: str, *records: Json) -> list[int]:
        return self.write(form, *[Change(Op.create, each) for each in records])

    def values(self, form: str, key: str) -> list[Any]:
        return [each.get(key) for each in contents(self.db, self.model, form).values()]

    def at(self, step: str, act: Callable[[], Any]) -> None:
        """Act once when publishing comes to a step."""
        waiting = [act]

        def progress(name: str) -> None:
            self.steps.append(name)
            if name == step and waiting:
                waiting.pop()()

        self.publisher._progress = progress


@pytest.fixture
def shop(publisher: Publisher, database: Database, clock: FakeClock, ids: SnowIds) -> Shop:
    return Shop(publisher, database, clock, ids)


def formula(key: str, text: str, **options: Any) -> Json:
    return field(key, "formula", formula=text, **{"decimals": 0, **options})


DEAL = form("deal", field("amount", "number"), field("firm", "relation", form="firm"), field("note"))
DEALS = field("deals", "related", form="deal", via="firm")
TOTAL = field("total", "rollup", of="deals", field="amount")


def firm(*fields: Json) -> Json:
    return form("firm", field("name"), DEALS, *fields)


class TestFilling:
    def test_a_new_formula_is_computed_for_records_that_are_there(self, shop: Shop, monkeypatch):
        monkeypatch.setattr(deriving, "CHUNK", 2)
        shop.publish(form("box", SIZE))
        shop.create("box", *[{"size": n} for n in range(5)])
        new = form("box", SIZE, formula("double", "size * 2"), formula("more", "double + 1"))

        assert shop.plan(new)[-2:] == [
            ("box.double", "plan.field.compute", 5), ("box.more", "plan.field.compute", 5)
        ]  # fmt: skip
        shop.publish(new)

        assert shop.values("box", "double") == [0, 2, 4, 6, 8]
        assert shop.values("box", "more") == [1, 3, 5, 7, 9]
        assert shop.steps.count("compute") == 4

    def test_sums_over_relations_are_filled_level_by_level(self, shop: Shop):
        shop.publish(firm(), DEAL)
        (one, two) = shop.create("firm", {"name": "a"}, {"name": "b"})
        shop.create(
            "deal", {"amount": 3, "firm": one}, {"amount": 4, "firm": one}, {"amount": 5, "firm": two}
        )

        shop.publish(
            firm(TOTAL, formula("bonus", "total * 10")),
            {**DEAL, "fields": [*DEAL["fields"], formula("share", "100 * amount / firm.total")]},
        )

        assert shop.values("firm", "bonus") == [70, 50]
        assert shop.values("deal", "share") == [43, 57, 100]

    def test_the_trash_is_filled_too(self, shop: Shop):
        shop.publish(form("box", SIZE))
        (box,) = shop.create("box", {"size": 4})
        shop.write("box", Change(Op.delete, id=box))

        shop.publish(form("box", SIZE, formula("double", "size * 2")))

        assert shop.values("box", "double") == [8]

    def test_rows_of_a_subform_are_filled_before_their_sum(self, shop: Shop):
        rows = field("rows", "subform", fields=[field("price", "number"), field("pieces", "number")])
        shop.publish(form("order", rows))
        shop.create("order", {"rows": [{"price": 2, "pieces": 3}, {"price": 5, "pieces": 1}]})
        rows = {**rows, "fields": [*rows["fields"], formula("cost", "price * pieces")]}

        shop.publish(form("order", rows, formula("whole", "SUM(rows.cost)")))

        assert shop.values("order", "whole") == [11]
        assert [each["cost"] for each in shop.values("order", "rows")[0]] == [6, 5]


class TestWhatChanged:
    OLD = form("box", SIZE, formula("double", "size * 2"), formula("more", "double + 1"))

    def test_another_expression_is_computed_anew_and_so_is_what_reads_it(self, shop: Shop):
        shop.publish(self.OLD)
        shop.create("box", {"size": 1}, {"size": 2})
        new = form("box", SIZE, formula("double", "size * 3"), formula("more", "double + 1"))

        assert ("box.more", "plan.field.compute", 2) in shop.plan(new)
        shop.publish(new)

        assert (shop.values("box", "double"), shop.values("box", "more")) == ([3, 6], [4, 7])

    def test_a_renamed_source_changes_nothing(self, shop: Shop):
        shop.publish(self.OLD)
        shop.create("box", {"size": 1})
        renamed = [field("width", "number", was=["size"]), formula("double", "width * 2")]

        shop.publish(form("box", *renamed, formula("more", "double + 1")))

        assert "compute" not in shop.steps
        assert shop.values("box", "more") == [3]

    def test_a_source_of_another_type_is_read_anew(self, shop: Shop):
        shop.publish(form("box", field("size"), formula("length", "LEN(size)")))
        shop.create("box", {"size": "007"})

        shop.publish(form("box", SIZE, formula("length", "LEN(size)")))

        assert shop.values("box", "length") == [1]

    def test_columns_are_used_again(self, shop: Shop):
        shop.publish(self.OLD)
        shop.create("box", {"size": 1})
        for factor in (3, 4, 5):
            shop.publish(form("box", SIZE, formula("double", f"size * {factor}")))

        assert shop.values("box", "double") == [5]
        with shop.db.read() as conn:
            columns = {each["name"] for each in sa.inspect(conn).get_columns("shop__box")}
            rows = [row for row in load_rows(conn, "shop") if row.key == "double"]
        assert len([name for name in columns if name.startswith("double")]) == 2
        assert sorted(row.spare for row in rows) == [False, True]

    def test_a_restored_formula_is_up_to_date(self, shop: Shop):
        shop.publish(self.OLD)
        (box,) = shop.create("box", {"size": 1})
        shop.publish(form("box", SIZE))
        shop.write("box", Change(Op.update, {"size": 5}, box))

        shop.publish(self.OLD, restore={"box.double", "box.more"})

        assert shop.values("box", "more") == [11]

    def test_a_purged_field_leaves_no_column(self, shop: Shop):
        shop.publish(self.OLD)
        shop.publish(form("box", SIZE, formula("double", "size * 3")))
        shop.publish(form("box", SIZE))

        shop.publisher.purge("shop", "box.double")
        shop.publisher.purge("shop", "box.more")

        with shop.db.read() as conn:
            assert not [row for row in load_rows(conn, "shop") if not row.live]
            names = {each["name"] for each in sa.inspect(conn).get_columns("shop__box")}
        assert not {name for name in names if name.startswith(("double", "more"))}

    def test_a_field_that_comes_to_depend_on_the_day_needs_no_column(self, shop: Shop):
        shop.publish(form("box", field("day", "date"), formula("age", "DAYS(DATE(2026, 1, 9), day)")))
        shop.create("box", {"day": "2026-01-01"})

        shop.publish(form("box", field("day", "date"), formula("age", "DAYS(TODAY(), day)")))
        shop.publish(form("box", field("day", "date"), formula("age", "DAYS(DATE(2026, 1, 5), day)")))

        assert shop.values("box", "age") == [4]


class TestEnteredAndComputed:
    def test_an_entered_number_that_becomes_a_formula_goes_to_the_trash(self, shop: Shop):
        shop.publish(form("box", SIZE, field("cost", "number")))
        shop.create("box", {"size": 2, "cost": 99}, {"size": 3})
        new = form("box", SIZE, formula("cost", "size * 2"))

        assert ("box.cost", "plan.field.replace", 1) in shop.plan(new)
        shop.publish(new)

        assert shop.values("box", "cost") == [4, 6]
        with shop.db.read() as conn:
            assert [row.path for row in load_rows(conn, "shop") if row.trashed_at] == ["box.cost"]

    def test_a_formula_that_becomes_a_number_keeps_its_values(self, shop: Shop):
        shop.publish(form("box", SIZE, formula("cost", "size * 2")))
        (box, _) = shop.create("box", {"size": 2}, {"size": 3})

        shop.publish(form("box", SIZE, field("cost", "number")))
        shop.write("box", Change(Op.update, {"size": 7}, box))

        assert shop.values("box", "cost") == [4, 6]

    def test_a_formula_that_becomes_text_is_converted(self, shop: Shop):
        shop.publish(form("box", SIZE, formula("cost", "size * 2")))
        shop.create("box", {"size": 2})

        shop.publish(form("box", SIZE, field("cost")))

        assert shop.values("box", "cost") == ["4"]

    def test_a_look_up_that_becomes_text_begins_blank_and_says_so(self, shop: Shop):
        look_up = field("called", "lookup", via="firm", field="name")
        deal = {**DEAL, "fields": [*DEAL["fields"], look_up]}
        shop.publish(firm(), deal)
        new = {**DEAL, "fields": [*DEAL["fields"], field("called")]}

        assert ("deal.called", "plan.field.starts_blank", None) in shop.plan(firm(), new)
        shop.publish(firm(), new)
        shop.publish(firm(), deal)


class TestMeanwhile:
    """The old version goes on writing while the new one fills its columns."""

    @pytest.mark.parametrize("step", ["compute", "make-up", "swap"])
    def test_what_is_written_meanwhile_is_true_in_the_end(self, shop: Shop, step: str):
        shop.publish(firm(TOTAL), DEAL)
        one, two, three = shop.create("firm", {"name": "a"}, {"name": "b"}, {"name": "c"})
        deals = [{"amount": n, "firm": one if n % 2 else two} for n in range(1, 7)]
        ids = shop.create("deal", *deals)

        def act() -> None:
            shop.write("deal", Change(Op.update, {"amount": 100}, ids[0]))
            shop.write("deal", Change(Op.update, {"firm": three}, ids[1]))
            shop.write("deal", Change(Op.delete, id=ids[2]))
            (late,) = shop.create("deal", {"amount": 1000, "firm": three})
            shop.write("deal", Change(Op.update, {"note": "x"}, late))
            shop.write("deal", Change(Op.delete, id=ids[4]))
            shop.write("deal", Change(Op.restore, id=ids[4]))

        shop.at(step, act)
        shop.publish(
            firm(
                TOTAL, formula("bonus", "total * 10"),
                field("count", "rollup", of="deals", function="count"),
                field("big", "rollup", of="deals", field="amount", filter="amount > 50"),
            ),
            {**DEAL, "fields": [*DEAL["fields"], formula("share", "amount * 100 / firm.total")]},
        )  # fmt: skip

        assert shop.values("firm", "bonus") == [1050, 100, 10020]
        assert shop.values("firm", "count") == [2, 2, 2]
        assert shop.values("firm", "big") == [100, 0, 1000]

    def test_writers_are_never_stopped(self, shop: Shop, monkeypatch):
        monkeypatch.setattr(deriving, "CHUNK", 20)
        shop.publish(firm(), DEAL)
        firms = shop.create("firm", *[{"name": str(n)} for n in range(100)])
        deals = shop.create("deal", *[{"amount": n, "firm": firms[n % 100]} for n in range(300)])
        old, written = shop.model, []

        def go_on(number: int) -> None:
            chosen = random.Random(number)
            while True:
                with shop.store.unit(old, Access(None), Cause("test", None)) as uow:
                    if published(uow.conn, "shop").number != old.version:
                        return
                    changes = [
                        Change(
                            Op.update, {"amount": chosen.randrange(1000), "firm": chosen.choice(firms)}, each
                        )
                        for each in sorted(chosen.sample(deals, 3))
                    ]
                    write(shop.store, uow, old.form("deal"), changes)
                written.append(number)

        threads = [threading.Thread(target=go_on, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        shop.publish(
            firm(TOTAL, formula("bonus", "total * 10")),
            {**DEAL, "fields": [*DEAL["fields"], formula("share", "100 * amount / firm.total")]},
        )
        for thread in threads:
            thread.join(60)

        assert len(written) > 2

    def test_a_source_that_is_converted_and_changed_meanwhile(self, shop: Shop):
        shop.publish(form("box", field("size")))
        (box, _) = shop.create("box", {"size": "1"}, {"size": "2"})
        shop.at("swap", lambda: shop.write("box", Change(Op.update, {"size": "7"}, box)))

        shop.publish(form("box", SIZE, formula("double", "size * 2")))

        assert shop.values("box", "double") == [14, 4]

    def test_nothing_is_purged_while_its_traces_are_needed(self, shop: Shop):
        shop.publish(firm(), DEAL)
        (one,) = shop.create("firm", {"name": "a"})
        (deal,) = shop.create("deal", {"amount": 1, "firm": one})
        shop.write("deal", Change(Op.delete, id=deal))

        def purge() -> None:
            with pytest.raises(Busy):
                shop.write("deal", Change(Op.purge, id=deal))

        shop.at("swap", purge)
        shop.publish(firm(TOTAL), DEAL)

        shop.write("deal", Change(Op.purge, id=deal))

    def test_a_publish_that_is_refused_leaves_the_old_values(self, shop: Shop):
        shop.publish(form("box", SIZE, field("name"), formula("double", "size * 2")))
        shop.create("box", {"size": 1, "name": "a"}, {"size": 2})
        new = form("box", SIZE, field("name", unique=True), formula("double", "size * 3"))
        shop.at("guard", lambda: shop.create("box", {"name": "A"}))

        with pytest.raises(Invalid):
            shop.publish(new)

        assert shop.values("box", "double") == [2, 4, None]
        with shop.db.read() as conn:
            assert {line.code for line in shop.publisher.check(conn)} == {"check.leftover"}
        shop.publisher.recover()
        shop.publish(form("box", SIZE, field("name"), formula("double", "size * 3")))
        assert shop.values("box", "double") == [3, 6, None]


def test_values_that_are_out_of_date_are_found(shop: Shop, database: Database):
    model = shop.publish(form("box", SIZE, formula("double", "size * 2")))
    shop.create("box", {"size": 1}, {"size": 2})
    with database.write() as conn:
        conn.execute(sa.update(model.form("box").table).values(double=Decimal(2)))

    with database.read() as conn:
        (line,) = shop.publisher.check(conn)

    assert (line.code, line.path, line.count) == ("check.stale", "box.double", 1)
