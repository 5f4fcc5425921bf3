"""Two who write at once: whoever comes second waits, and what is computed is true when both have ended."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from engines.access import Access
from engines.query import Cause, Change, Op, Uow
from engines.store.writing import write
from tests.fixtures.rest import Rest

DEFINITION = json.dumps({
    "weft": 1, "key": "shop", "label": "Shop",
    "forms": [
        {"key": "firm", "label": "Firm", "title": "name", "fields": [
            {"key": "name", "type": "text", "label": "Name"},
            {"key": "deals", "type": "related", "label": "Deals", "form": "deal", "via": "firm"},
            {"key": "total", "type": "rollup", "label": "Total", "of": "deals", "field": "amount"},
        ]},
        {"key": "region", "label": "Region", "title": "name", "fields": [
            {"key": "name", "type": "text", "label": "Name"},
        ]},
        {"key": "deal", "label": "Deal", "fields": [
            {"key": "firm", "type": "relation", "label": "Firm", "form": "firm"},
            {"key": "region", "type": "relation", "label": "Region", "form": "region"},
            {"key": "amount", "type": "money", "label": "Amount"},
            {"key": "tag", "type": "formula", "label": "Tag", "result": "text",
             "formula": 'firm.name & "/" & region.name'},
        ]},
    ],
    "roles": [{"key": "chief", "label": "Chief", "admin": True}],
}).encode()  # fmt: skip


@pytest.fixture(scope="module")
def shop(rest_of_module) -> Any:
    return rest_of_module(DEFINITION)


class Side:
    """One who writes in a transaction of their own, ended when the test says so."""

    def __init__(self, shop: Rest, work: Callable[[Uow], Any]) -> None:
        self.wrote, self.end = threading.Event(), threading.Event()
        self.failed: list[Exception] = []
        self._shop, self._work = shop, work
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        box = self._shop.installation
        try:
            with box.store.unit(self._shop.model, Access(None), Cause("test", None)) as uow:
                self._work(uow)
                self.wrote.set()
                assert self.end.wait(30)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self.failed.append(error)

    def close(self) -> None:
        self.end.set()
        self._thread.join(30)
        assert self.failed == []


def writing(shop: Rest, form: str, *changes: Change) -> Callable[[Uow], None]:
    def work(uow: Uow) -> None:
        results = write(shop.installation.store, uow, shop.model.form(form), changes)
        assert all(each.ok for each in results), results

    return work


def both(shop: Rest, first: Callable[[Uow], None], second: Callable[[Uow], None]) -> bool:
    """Let one write, the other while that is not committed; return whether the second had to wait."""
    one = Side(shop, first)
    assert one.wrote.wait(30)
    two = Side(shop, second)
    waited = not two.wrote.wait(0.7)
    one.close()
    assert two.wrote.wait(30)
    two.close()
    return waited


@pytest.fixture(scope="module")
def door(shop):
    return shop.door("chief", "chief")


@pytest.mark.parametrize("form", ["firm", "region"])
@pytest.mark.parametrize("renamed_first", [True, False])
def test_a_record_that_is_read_and_changed_at_once(shop, door, form: str, renamed_first: bool):
    read = door.create(form, name="old")
    create = writing(shop, "deal", Change(Op.create, {form: read, "amount": "1"}))
    rename = writing(shop, form, Change(Op.update, {"name": "new"}, int(read)))

    waited = both(shop, *((rename, create) if renamed_first else (create, rename)))

    (deal,) = door.get(f"deal?filter={form} = {read}")["data"]
    assert deal["tag"] == ("new/" if form == "firm" else "/new")
    assert waited


def test_two_deals_of_one_firm_wait_and_are_both_added_up(shop, door):
    firm = door.create("firm", name="a")
    one, two = (writing(shop, "deal", Change(Op.create, {"firm": firm, "amount": amount})) for amount in "34")

    assert both(shop, one, two)
    assert door.get(f"firm/{firm}")["total"] == "7.00"


def test_deals_of_other_firms_do_not_wait(shop, door):
    region = door.create("region", name="r")
    one, two = (
        writing(shop, "deal", Change(Op.create, {"firm": door.create("firm"), "region": region}))
        for _ in range(2)
    )

    waited = both(shop, one, two)

    assert waited == shop.installation.db.sqlite  # which has one writer at a time anyway


def test_a_deal_that_moves_while_its_firm_is_paid(shop, door):
    old, new = door.create("firm", name="old"), door.create("firm", name="new")
    deal = door.create("deal", firm=old, amount="5")
    move = writing(shop, "deal", Change(Op.update, {"firm": new}, int(deal)))
    add = writing(shop, "deal", Change(Op.create, {"firm": old, "amount": "2"}))

    both(shop, move, add)

    assert (door.get(f"firm/{old}")["total"], door.get(f"firm/{new}")["total"]) == ("2.00", "5.00")
    with shop.installation.db.read() as conn:
        assert shop.installation.publisher.check(conn) == []
