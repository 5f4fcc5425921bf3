"""Which notices may disturb a person, and when; what must be acknowledged always may."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.store.personal import get_personal, set_personal
from engines.store.platform import personal
from schemas.elements import App

_NAME = "notices"
_ZONE = str(App.model_fields["time_zone"].default)
# What a notice is about, by what its source begins with; what nothing else says is of a rule.
KINDS = ("flow", "rule", "todo", "comment", "copy")
_SOURCES = {"flow": "flow", "todo": "todo", "remark": "comment", "comment": "comment", "followed": "comment"}


class Way(StrEnum):
    """How a notice reaches somebody: with a number that calls, only in the list, or not at all."""

    tell = "tell"
    list = "list"
    none = "none"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wants. From ``start`` to ``end``, by the clock of ``zone``, nothing calls."""

    ways: Mapping[str, Way] = field(default_factory=dict)
    start: time | None = None
    end: time | None = None
    zone: str = _ZONE

    def way(self, kind: str) -> Way:
        """Return how notices of a kind come."""
        return self.ways.get(kind, Way.tell)

    def held_until(self, now: datetime) -> datetime | None:
        """Return when the quiet hours end that it is now, None outside of them."""
        if self.start is None or self.end is None or self.start == self.end:
            return None
        here = now.astimezone(ZoneInfo(self.zone))
        at, over_night = here.time(), self.start > self.end
        quiet = at >= self.start or at < self.end if over_night else self.start <= at < self.end
        if not quiet:
            return None
        later = over_night and at >= self.start
        day = here.date() + timedelta(days=1 if later else 0)
        return datetime.combine(day, self.end, ZoneInfo(self.zone)).astimezone(UTC)


def kind_of(source: str, *, copy: bool) -> str:
    """Return what a notice is about."""
    return "copy" if copy else _SOURCES.get(source.partition(":")[0], "rule")


def wishes_of(conn: sa.Connection, users: Collection[int]) -> dict[int, Wishes]:
    """Return what people want who said anything."""
    said = sa.select(personal.c.user_id, personal.c.value).where(
        personal.c.user_id.in_(users), personal.c.name == _NAME
    )
    return {row[0]: _read(row[1]) for row in conn.execute(said)}


def get_wishes(conn: sa.Connection, user_id: int) -> Wishes:
    """Return what a person wants."""
    return _read(get_personal(conn, user_id, _NAME) or {})


def set_wishes(conn: sa.Connection, user_id: int, wanted: Wishes) -> None:
    """Keep what a person wants."""
    hours = [None if each is None else each.isoformat("minutes") for each in (wanted.start, wanted.end)]
    set_personal(
        conn, user_id, _NAME,
        {"ways": dict(wanted.ways), "start": hours[0], "end": hours[1], "zone": wanted.zone},
    )  # fmt: skip


def _read(value: Mapping[str, Any]) -> Wishes:
    ways = {kind: Way(way) for kind, way in value.get("ways", {}).items()}
    start, end = (
        time.fromisoformat(said) if (said := value.get(each)) else None for each in ("start", "end")
    )
    return Wishes(ways, start, end, value.get("zone", _ZONE))
