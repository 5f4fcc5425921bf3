"""A write is there as a whole or not at all, and writers in a crowd neither lose nor repeat anything."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from engines.query import Change, Op
from engines.store import platform
from tests.crash.killed import PHASES, act
from tests.crash.racing import ended
from tests.fixtures.shop import Shop


def snapshot(shop: Shop) -> dict[str, list[Any]]:
    """Return everything a write touches."""
    own = [platform.cause, platform.history, platform.serial, platform.token]
    tables = [*shop.app.metadata.sorted_tables, *own]
    with shop.db.read() as conn:
        return {each.name: sorted(map(repr, conn.execute(sa.select(each)))) for each in tables}


def killed(shop: Shop, phase: str) -> None:
    url = shop.db.url.render_as_string(hide_password=False)
    assert ended(act, url, phase) == -signal.SIGKILL


def seed(shop: Shop) -> None:
    for index in range(10):
        shop.create("order", title=f"old {index}", tags=["ready"], rows=[{"qty": 1}], word="old")


@pytest.mark.slow
def test_a_killed_write_leaves_nothing(shop: Shop):
    seed(shop)
    before = snapshot(shop)

    for phase in PHASES[:-1]:
        killed(shop, phase)
        assert snapshot(shop) == before, phase

    shop.create("order", title="next")
    assert shop.page("order", search="next").records[0]["no"] == "011"


def test_a_committed_write_survives_whole(shop: Shop):
    seed(shop)

    killed(shop, "committed")

    records = shop.all("order")
    assert len(records) == 65
    assert sorted(str(each["no"]) for each in records) == [f"{n:03}" for n in (*range(1, 6), *range(11, 71))]
    fresh = [each for each in records if each["word"] == "fresh"]
    assert len(fresh) == 65
    assert all(each["tags"] == ("ready", "new") and each["rows"][0]["words"] == ("w",) for each in fresh)
    assert len(shop.rows(platform.history)) == 10
    assert len(shop.rows(platform.cause)) == 11
    indexed = {row["record_id"] for row in shop.rows(platform.token)}
    assert indexed == {each["_id"] for each in records}


def crowd(count: int, work: Callable[[int], None]) -> None:
    """Run ``work`` in threads that begin together; the first error of any of them is raised."""
    errors: list[BaseException] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            start.wait(10)
            work(number)
        except BaseException as error:  # noqa: BLE001 - shown in the test's own thread
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    if errors:
        raise errors[0]


def test_numbers_of_a_crowd_have_no_gap_and_no_repeat(shop: Shop):
    def work(number: int) -> None:
        for turn in range(10):
            made = shop.changing("order", *[
                Change(Op.create, {"title": f"{number}-{turn}-{index}", "tags": ["t"]})
                for index in range(1 + turn % 3)
            ])  # fmt: skip
            assert all(each.ok for each in made)
            assert shop.refuse("order", Change(Op.create, {"title": "first" if turn % 2 else ""}))

    shop.create("order", title="first")
    crowd(8, work)

    numbers = sorted(int(str(each["no"])) for each in shop.all("order"))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 8 * 19 + 1


def test_no_update_of_a_crowd_is_lost(shop: Shop):
    order = shop.create("order", title="counter", amount="0")
    stale: list[int] = []

    def work(number: int) -> None:
        left = 8
        while left:
            record = shop.get("order", order)
            change = Change(Op.update, {"amount": record["amount"] + 1}, order, int(str(record["_version"])))
            if shop.changing("order", change)[0].ok:
                left -= 1
            else:
                stale.append(number)

    crowd(8, work)

    record = shop.get("order", order)
    assert (record["amount"], record["_version"]) == (64, 65)
    assert [row["version"] for row in shop.rows(platform.history)] == list(range(2, 66))


def test_one_of_many_gets_a_value_that_all_want(shop: Shop):
    results: list[bool] = []

    crowd(8, lambda _: results.append(shop.changing("order", Change(Op.create, {"title": "wanted"}))[0].ok))

    assert sorted(results) == [False] * 7 + [True]
    assert [each["no"] for each in shop.all("order")] == ["001"]


def test_no_reference_to_a_record_that_leaves_meanwhile(shop: Shop):
    people = [shop.create("person", name=f"p{index}") for index in range(20)]

    def work(number: int) -> None:
        for index, person in enumerate(people):
            if number % 2:
                shop.changing("person", Change(Op.delete, id=person))
            else:
                shop.changing(
                    "order", Change(Op.create, {"title": f"{number} {index}", "person": str(person)})
                )

    crowd(4, work)

    living = {each["_id"] for each in shop.all("person")}
    assert {each["person"] for each in shop.all("order")} <= living
