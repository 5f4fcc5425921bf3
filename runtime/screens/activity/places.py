"""Places in a timeline that several sources share, so that each is asked only for what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from frontend.views import Event

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 60
NEVER = _BEGIN - timedelta(days=36_500)  # of what nobody may know the moment: it comes last


@dataclass(frozen=True, slots=True)
class Place:
    """A point in time; of what shares it, the source and then the number decide."""

    at: datetime
    source: int
    number: int

    @property
    def order(self) -> tuple[datetime, int, int]:
        """Return what sorts places, the latest being the largest."""
        return self.at, -self.source, self.number

    def __str__(self) -> str:
        """Write it for an address."""
        return f"{(self.at - _BEGIN) // timedelta(milliseconds=1)}.{self.source}.{self.number}"

    @classmethod
    def read(cls, text: str) -> Place | None:
        """Read it back; None for what is none."""
        parts = text[:_LONGEST].split(".")
        if len(parts) != 3 or not all(each.lstrip("-").isdecimal() and each.isascii() for each in parts):
            return None
        at, source, number = map(int, parts)
        try:
            return cls(_BEGIN + timedelta(milliseconds=at), source, number)
        except OverflowError:
            return None


@dataclass(frozen=True, slots=True)
class Happened:
    """Something in the timeline, and where it stands."""

    place: Place
    event: Event


class Source(Protocol):
    """One kind of thing that a timeline shows. ``key`` tells it in addresses; ``label``: to people."""

    @property
    def key(self) -> str:
        """Return the key."""

    @property
    def label(self) -> str:
        """Return the label."""

    @property
    def icon(self) -> str:
        """Return the picture."""

    def before(self, place: Place | None, limit: int) -> Iterator[Happened]:
        """Yield the latest of what lies before a place, at most so many; in any order."""
