"""Date and time: an instant, shown in the app's time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from engines.expression import ValueType
from engines.form.columns import Instant, iso
from engines.form.field import Column, Example, FieldContext, FieldType, Labels, reads
from engines.form.readers.moments import instant_reader
from schemas.elements import FieldOptions
from schemas.kinds import kind

_MOMENT = datetime(2026, 1, 31, 2, 20, tzinfo=UTC)  # 10:20 in Shanghai
_JSON = "2026-01-31T02:20:00Z"


@kind
class DateTime(FieldType[FieldOptions, datetime]):
    """An instant to the millisecond."""

    name, icon, group = "datetime", "calendar-time", "date"
    value_type = ValueType.datetime
    examples = (
        Example(raw=_JSON, value=_MOMENT),
        Example(raw="2026-01-31T10:20", value=_MOMENT, json=_JSON),
        Example(raw="2026-01-31 10:20:00+08:00", value=_MOMENT, json=_JSON),
        Example(raw="2026/1/31 10:20", value=_MOMENT, json=_JSON),
        Example(raw="2026年1月31日 10：20", value=_MOMENT, json=_JSON),
        Example(
            raw="2026-01-31T02:20:00.1234Z",
            value=_MOMENT.replace(microsecond=123_000),
            json="2026-01-31T02:20:00.123Z",
        ),
        Example(raw=datetime(2026, 1, 31, 10, 19, 59, 999_999), value=_MOMENT, json=_JSON),  # noqa: DTZ001 - a cell
        Example(raw="2026-01-31", value=datetime(2026, 1, 30, 16, tzinfo=UTC), json="2026-01-30T16:00:00Z"),
        Example(raw="", value=None),
        Example(raw="2026-02-30T10:20", error="field.not_a_datetime"),
        Example(raw="2026/1/31 25:00", error="field.not_a_datetime"),
        Example(raw="01/02/03 10:20", error="field.not_a_datetime"),
        Example(raw="0001-01-01T00:00", error="field.not_a_datetime"),
        Example(raw="0001-01-01T20:00:00Z", error="field.not_a_datetime"),
        Example(raw="9999-12-31T20:00:00Z", error="field.not_a_datetime"),
        Example(raw=1769826000, error="field.not_a_datetime"),
    )

    def columns(self, options: FieldOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the milliseconds."""
        return (Column(Instant()),)

    def annotation(self, options: FieldOptions, context: FieldContext) -> Any:
        """Accept ISO with or without an offset, what people write with the year first, and cells."""
        return reads(datetime, instant_reader(context.time_zone), {"type": "string", "format": "date-time"})

    def to_json(self, value: datetime, options: FieldOptions) -> str:
        """Return ISO with ``Z``."""
        return iso(value)

    def to_text(self, value: datetime, options: FieldOptions, labels: Labels) -> str:
        """Return wall-clock time."""
        return labels.date_time(value)
