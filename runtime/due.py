"""Until when something is to be done: said with a click, typed among the words, or as a moment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engines.form import AppModel
from engines.store.todo_due import morning
from engines.store.todo_lists import Day
from runtime.web.call import Call
from schemas.elements import App

CLICKS = (0, 1, 3, 7)  # days from today that are one click away
_EVENING, _MIDNIGHT = time(18), time(23, 59)
_LONGEST = 3_650
_NAMES = {"今天": 0, "today": 0, "明天": 1, "tomorrow": 1, "后天": 2}
_UNITS = {"周": 7, "星期": 7, "w": 7, "week": 7, "weeks": 7}
_SAID = (
    r"[+＋]\s?(?P<plus>\d{1,4})\s?(?P<unit>天|日|周|星期|days?|weeks?|d|w)?"
    r"|(?P<after>\d{1,4})\s?(?P<of>天|周|星期)后"
    rf"|(?P<name>{'|'.join(_NAMES)})"
)
_FIRST = re.compile(rf"^(?:{_SAID})(?=[\s,，:：]|[^\x00-\x7f])[\s,，:：]*", re.IGNORECASE)
_LAST = re.compile(rf"(?:(?<=[\s,，:：])|(?<=[^\x00-\x7f]))(?:{_SAID})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Until:
    """Until when, and when somebody is told that it falls due."""

    due: datetime | None = None
    remind: datetime | None = None

    @classmethod
    def moment(cls, due: datetime | None) -> Until:
        """Return a moment, told of when it comes."""
        return cls(due, due)


def zone_of(call: Call) -> str:
    """Return the zone in which moments outside any app are told."""
    return zone_among(call.installation.apps(call.conn, call.epoch))


def zone_among(apps: Mapping[str, AppModel]) -> str:
    """Return that zone: that of the first app."""
    default = str(App.model_fields["time_zone"].default)
    return next((app.definition.time_zone for app in apps.values()), default)


def today(call: Call) -> date:
    """Return which day it is there."""
    return call.installation.clock.now().astimezone(ZoneInfo(zone_of(call))).date()


def day_of(call: Call) -> Day:
    """Return when this day begins and ends there."""
    found = today(call)
    return starts(call, found), starts(call, found + timedelta(days=1))


def starts(call: Call, day: date) -> datetime:
    """Return when a day begins there."""
    return datetime.combine(day, time(), ZoneInfo(zone_of(call))).astimezone(UTC)


def in_days(call: Call, days: int) -> Until:
    """Return the day so many days from now."""
    return on(call, today(call) + timedelta(days=min(days, _LONGEST)))


def on(call: Call, day: date) -> Until:
    """Return the end of a working day, of one whose evening has come its end; told of in its morning."""
    zone, now = ZoneInfo(zone_of(call)), call.installation.clock.now()
    evening, first = datetime.combine(day, _EVENING, zone), morning(day, zone)
    found = evening if evening > now else datetime.combine(day, _MIDNIGHT, zone)
    return Until(found.astimezone(UTC), first if first > now else found.astimezone(UTC))


def read(title: str) -> tuple[str, int | None]:
    """Return a title without ``+3 天``, ``明天`` or ``3天后`` at its begin or end, and how many days that is.

    A title that says nothing else stays as it is.
    """
    for pattern in (_LAST, _FIRST):
        found = pattern.search(title)
        rest = "" if found is None else (title[: found.start()] + title[found.end() :]).strip(" ,，:：")
        if found is not None and rest:
            return rest, _days(found)
    return title, None


def _days(found: re.Match[str]) -> int:
    if name := found["name"]:
        return _NAMES[name.lower()]
    unit = (found["unit"] or found["of"] or "").lower()
    return int(found["plus"] or found["after"]) * _UNITS.get(unit, 1)
