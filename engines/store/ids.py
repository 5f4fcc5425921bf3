"""Record ids: 41 bits of milliseconds since 2026, 6 of the process's slot, 16 of a counter."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from engines.form.columns import millis
from engines.ports import Clock
from schemas.errors import Busy

_START = millis(datetime(2026, 1, 1, tzinfo=UTC))
_COUNTER_BITS = 16
_SLOTS = 64
_COUNTER = (1 << _COUNTER_BITS) - 1


class Place(Protocol):
    """The right to make ids in one slot until a moment."""

    slot: int
    good_until: int

    def hurry(self) -> None:
        """Ask for the right to be renewed now."""


class FixedPlace:
    """A slot nobody else can take: for tests and scratch installations."""

    good_until = 1 << 62

    def __init__(self, slot: int) -> None:
        self.slot = slot

    def hurry(self) -> None:
        """Do nothing: the right never ends."""


class SnowIds:
    """Implements ``Ids``: strictly ascending in this process, whatever the clock does.

    ``slot`` is a number, or a ``Lease`` that may change its slot after it was lost.
    """

    def __init__(self, slot: int | Place, clock: Clock) -> None:
        self._place = FixedPlace(slot) if isinstance(slot, int) else slot
        self._clock = clock
        self._lock = threading.Lock()
        self._slot = self._place.slot
        # Milliseconds and counter as one number: a full counter borrows from the next millisecond.
        self._next = 0

    def next(self) -> int:
        """Return a new id. Raises Busy while the process has no slot."""
        slot, tick = self._take(1)
        return _id(slot, tick)

    def many(self, count: int) -> Sequence[int]:
        """Return ``count`` new ids, ascending. Raises Busy while the process has no slot."""
        slot, first = self._take(count)
        return [_id(slot, tick) for tick in range(first, first + count)]

    def _take(self, count: int) -> tuple[int, int]:
        now = millis(self._clock.now())
        place = self._place
        if now > place.good_until:
            place.hurry()
            raise Busy(retry_after=1)
        with self._lock:
            if place.slot != self._slot:  # a lower slot in the same millisecond would not ascend
                self._slot = place.slot
                self._next = ((self._next >> _COUNTER_BITS) + 1) << _COUNTER_BITS
            first = max(self._next, (now - _START) << _COUNTER_BITS)
            self._next = first + count
            return self._slot, first


def _id(slot: int, tick: int) -> int:
    return (tick >> _COUNTER_BITS) << 22 | slot << _COUNTER_BITS | tick & _COUNTER


def id_at(moment: int, number: int, slot: int = _SLOTS - 1) -> int:
    """Return an id as of another moment (milliseconds since 1970), for records first made elsewhere.

    ``number`` keeps ids of one moment apart. They come from the last slot, which no process is given.
    """
    return (max(moment, _START) - _START) << 22 | slot << _COUNTER_BITS | number & _COUNTER


def slot_of(number: int) -> int:
    """Return the slot of the process that made an id."""
    return number >> _COUNTER_BITS & (_SLOTS - 1)
