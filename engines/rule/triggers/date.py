"""A date comes: on the day of a date field, or some days or hours before or after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from engines.expression import ValueType
from engines.rule.events import Event, What
from engines.rule.kinds import Due, Keep, TimedTrigger, TriggerExample, Watch
from engines.rule.verify import Look
from schemas.behaviour import TriggerOptions
from schemas.elements import FieldKey, FormKey, Ref
from schemas.errors import Issue
from schemas.kinds import kind

_MORNING = "09:00"


class DateOptions(TriggerOptions):
    """Which date. Negative ``days`` and ``hours`` lie before it.

    ``at`` is an hour of the day in the zone of the app.
    """

    form: Annotated[FormKey, Ref("form")]
    field: Annotated[FieldKey, Ref("field")]
    days: Annotated[int, Field(ge=-3660, le=3660)] = 0
    hours: Annotated[int, Field(ge=-240, le=240)] = 0
    at: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] | None = None


@kind
class Date(TimedTrigger[DateOptions]):
    """Fires once for each value of the date; a date that moves takes the moment with it."""

    name, icon = "date", "calendar-event"
    Options = DateOptions
    examples = (
        TriggerExample(
            {"field": "day"}, new={"title": "A", "day": "2026-12-01"}, after=timedelta(days=9, hours=16)
        ),
        TriggerExample(
            {"field": "day", "days": -3, "at": "10:00"}, new={"title": "A", "day": "2026-12-01"},
            after=timedelta(days=6, hours=17),
        ),
        TriggerExample({"field": "seen", "hours": 2}, new={"title": "A", "seen": "2026-11-22T09:00:00Z"},
                       after=timedelta(days=1, hours=2)),
        TriggerExample({"field": "day"}, new={"title": "A"}, fires=False),
    )  # fmt: skip

    def watches(self, options: DateOptions) -> Watch:
        return Watch(create=True, update=True, fields=frozenset({options.field}))

    def plan(self, options: DateOptions, event: Event, zone: ZoneInfo) -> Due | Keep | None:
        value = event.row.get(options.field)
        if value is None or event.what is What.delete:
            return None
        away = timedelta(days=options.days)
        if isinstance(value, datetime) and options.at is None:
            return Due(value + away + timedelta(hours=options.hours), value.isoformat())
        day: date = value.astimezone(zone).date() if isinstance(value, datetime) else value
        # The wall clock is moved by days, so that nine o'clock stays nine when the hour of summer begins.
        local = datetime.combine(day + away, time.fromisoformat(options.at or _MORNING), zone)
        return Due(local.astimezone(UTC) + timedelta(hours=options.hours), value.isoformat())

    def verify(self, options: DateOptions, look: Look) -> Iterator[Issue]:
        found = look.type_of(options.field)
        if found not in {None, ValueType.date, ValueType.datetime}:
            yield look.issue(("field",), "rule.not_a_date", name=options.field)
