"""Time: a time of day."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from engines.expression import ValueType
from engines.form.columns import Seconds
from engines.form.field import Column, Example, FieldContext, FieldType, Labels, reads
from engines.form.readers.moments import read_time
from schemas.elements import FieldOptions
from schemas.kinds import kind


@kind
class Time(FieldType[FieldOptions, time]):
    """A time of day to the second, in no time zone."""

    name, icon, group = "time", "clock", "date"
    value_type = ValueType.time
    examples = (
        Example(raw="09:30", value=time(9, 30), json="09:30:00"),
        Example(raw="9:30:15", value=time(9, 30, 15), json="09:30:15"),
        Example(raw="9点05分", value=time(9, 5), json="09:05:00"),
        Example(raw=time(9, 29, 59, 999_999), value=time(9, 30), json="09:30:00"),
        Example(raw=timedelta(hours=23, minutes=59, seconds=59.9), value=time(23, 59, 59), json="23:59:59"),
        Example(raw="", value=None),
        Example(raw="24:00", error="field.not_a_time"),
        Example(raw="noon", error="field.not_a_time"),
        Example(raw=930, error="field.not_a_time"),
    )

    def columns(self, options: FieldOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the seconds since midnight."""
        return (Column(Seconds()),)

    def annotation(self, options: FieldOptions, context: FieldContext) -> Any:
        """Accept hours and minutes, seconds if there are any, and cells."""
        return reads(time, read_time, {"type": "string", "format": "time", "examples": ["09:30:00"]})

    def to_json(self, value: time, options: FieldOptions) -> str:
        """Return hours, minutes and seconds."""
        return value.isoformat("seconds")

    def to_text(self, value: time, options: FieldOptions, labels: Labels) -> str:
        """Return hours and minutes, and seconds if there are any."""
        return value.isoformat("seconds" if value.second else "minutes")
