"""Events in the words of calendar programs (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

_DAY = timedelta(days=1)
_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event. ``uid`` stays while the record does; ``sequence`` grows whenever it changes."""

    uid: str
    sequence: int
    start: date | datetime
    end: date | datetime | None
    title: str
    lines: tuple[str, ...]
    url: str
    changed: datetime


def written(name: str, happenings: Iterable[Happening]) -> bytes:
    """Return a calendar; escaping and folding are the library's."""
    from icalendar import Calendar  # it is only needed where a calendar is read

    found = Calendar()
    found.add("prodid", "-//Weftwright//Weftwright//EN")
    found.add("version", "2.0")
    found.add("x-wr-calname", name)
    found.add("refresh-interval", _AGAIN, parameters={"VALUE": "DURATION"})
    for each in happenings:
        found.add_component(_event(each))
    return bytes(found.to_ical())


def _event(said: Happening) -> Any:
    from icalendar import Event

    found = Event()
    found.add("uid", said.uid)
    found.add("sequence", said.sequence)
    found.add("dtstamp", said.changed)
    found.add("dtstart", said.start)
    if said.end is not None:
        # A day ends where the next one begins.
        found.add("dtend", said.end if isinstance(said.end, datetime) else said.end + _DAY)
    found.add("summary", said.title)
    if said.lines:
        found.add("description", "\n".join(said.lines))
    found.add("url", said.url)
    return found
