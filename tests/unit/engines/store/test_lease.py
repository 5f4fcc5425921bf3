"""Leases: no two living processes make ids in one slot, and no slot is lost for ever."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.lease import SLOTS, Lease, acquire_lease
from schemas.errors import Busy
from tests.fixtures.clock import FakeClock


def test_every_process_gets_a_slot_of_its_own(database: Database, clock: FakeClock) -> None:
    slots = [Lease(database, clock).slot for _ in range(SLOTS)]

    assert sorted(slots) == list(range(SLOTS))
    with pytest.raises(Busy):
        Lease(database, clock)


def test_two_processes_at_once_get_different_slots(database: Database, clock: FakeClock) -> None:
    with ThreadPoolExecutor(6) as pool:
        slots = list(pool.map(lambda _: Lease(database, clock).slot, range(12)))

    assert len(set(slots)) == 12


def test_a_dead_process_loses_its_slot_after_expiry_and_grace(database: Database, clock: FakeClock) -> None:
    Lease(database, clock)

    clock.forward(seconds=89)
    assert Lease(database, clock).slot == 1

    clock.forward(seconds=2)
    assert Lease(database, clock).slot == 0


def test_a_renewed_lease_is_not_taken_over(database: Database, clock: FakeClock) -> None:
    kept = Lease(database, clock)

    for _ in range(10):
        clock.forward(seconds=50)
        kept.renew()

    assert kept.slot == 0
    assert Lease(database, clock).slot == 1


def test_a_process_that_slept_too_long_makes_no_ids_until_it_has_another_slot(
    database: Database, clock: FakeClock
) -> None:
    slept = Lease(database, clock)
    ids = SnowIds(slept, clock)
    before = ids.next()
    clock.forward(seconds=100)
    other = Lease(database, clock)

    with pytest.raises(Busy):
        ids.next()
    slept.renew()

    assert (other.slot, slept.slot) == (0, 1)
    assert ids.next() > before


def test_a_released_slot_is_free_a_second_later(database: Database, clock: FakeClock) -> None:
    Lease(database, clock).release()

    assert Lease(database, clock).slot == 1
    clock.forward(seconds=2)
    assert Lease(database, clock).slot == 0


def test_the_timer_renews_when_asked_to_hurry(database: Database, clock: FakeClock) -> None:
    renewed = threading.Event()

    class Watched(Lease):
        def renew(self) -> None:
            super().renew()
            renewed.set()

    kept = Watched(database, clock)
    kept.keep()
    clock.forward(seconds=70)
    ids = SnowIds(kept, clock)

    with pytest.raises(Busy):
        ids.next()

    assert renewed.wait(10)
    assert ids.next()
    kept.release()


def test_acquiring_starts_the_timer_and_releasing_ends_it(database: Database, clock: FakeClock) -> None:
    kept = acquire_lease(database, clock)
    assert any(thread.name == "weft-lease" for thread in threading.enumerate())

    kept.release()

    assert not any(thread.name == "weft-lease" for thread in threading.enumerate())
