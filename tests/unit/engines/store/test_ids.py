"""Ids: ascending and unique, whatever clock, threads and processes do."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from engines.store.ids import FixedPlace, SnowIds
from schemas.errors import Busy
from tests.fixtures.clock import FakeClock


def test_an_id_holds_time_slot_and_counter(clock: FakeClock) -> None:
    first, second = SnowIds(5, clock).many(2)

    assert first >> 22 == 324 * 86_400_000 + 9 * 3_600_000  # from 1 January to 21 November, nine o'clock
    assert (first >> 16) & 63 == 5
    assert second == first + 1
    assert first < 2**63


def test_ids_ascend_while_the_clock_steps_back(clock: FakeClock) -> None:
    ids = SnowIds(0, clock)
    made = [ids.next()]

    for seconds in (-3600, 1, -1, 7200):
        clock.forward(seconds=seconds)
        made += [ids.next(), *ids.many(3)]

    assert made == sorted(set(made))


def test_a_full_counter_borrows_from_the_next_millisecond(clock: FakeClock) -> None:
    ids = SnowIds(63, clock)

    made = [*ids.many(65_536), ids.next()]
    clock.forward(milliseconds=1)
    made.append(ids.next())

    assert made == sorted(set(made))
    assert (made[65_536] >> 22) - (made[0] >> 22) == 1
    assert {each >> 16 & 63 for each in made} == {63}


def test_threads_never_share_an_id(clock: FakeClock) -> None:
    ids = SnowIds(1, clock)

    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(lambda _: [ids.next() for _ in range(2000)], range(8)))

    made = [each for part in parts for each in part]
    assert len(set(made)) == 16_000
    assert all(part == sorted(part) for part in parts)


def test_ids_ascend_when_the_slot_changes(clock: FakeClock) -> None:
    place = FixedPlace(40)
    ids = SnowIds(place, clock)
    before = ids.many(3)

    place.slot = 2
    after = ids.many(3)

    assert [*before, *after] == sorted({*before, *after})
    assert (after[0] >> 16) & 63 == 2


def test_no_id_is_made_without_a_right_to_the_slot(clock: FakeClock) -> None:
    place = FixedPlace(3)
    place.good_until = 0
    ids = SnowIds(place, clock)

    with pytest.raises(Busy):
        ids.next()


def test_many_ids_cost_little(clock: FakeClock) -> None:
    ids = SnowIds(1, clock)
    started = time.thread_time()

    ids.many(10_000)

    assert time.thread_time() - started < 0.1
