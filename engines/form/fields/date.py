"""Date: a day of the calendar."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from engines.expression import ValueType
from engines.form.field import Column, Example, FieldContext, FieldType, Labels, reads
from engines.form.readers.moments import read_date
from schemas.elements import FieldOptions
from schemas.kinds import kind

_DAY = date(2026, 1, 31)


@kind
class Date(FieldType[FieldOptions, date]):
    """A day, the same in every time zone."""

    name, icon, group = "date", "calendar", "date"
    value_type = ValueType.date
    examples = (
        Example(raw="2026-01-31", value=_DAY),
        Example(raw="2026/1/31", value=_DAY, json="2026-01-31"),
        Example(raw="2026.1.31", value=_DAY, json="2026-01-31"),
        Example(raw="2026年1月31日", value=_DAY, json="2026-01-31"),
        Example(raw="２０２６－０１－３１", value=_DAY, json="2026-01-31"),
        Example(raw="20260131", value=_DAY, json="2026-01-31"),
        Example(raw="2026-01-31 00:00:00", value=_DAY, json="2026-01-31"),
        Example(raw=_DAY, value=_DAY, json="2026-01-31"),
        Example(raw=datetime(2026, 1, 31), value=_DAY, json="2026-01-31"),  # noqa: DTZ001 - as a cell holds it
        Example(raw="0001-01-01", value=date.min),
        Example(raw="", value=None),
        Example(raw="2026-02-30", error="field.not_a_date"),
        Example(raw="01/02/03", error="field.not_a_date"),
        Example(raw="2026-1/31", error="field.not_a_date"),
        Example(raw="2026-01-31 10:20", error="field.not_a_date"),
        Example(raw=datetime(2026, 1, 31, 10, 20), error="field.not_a_date"),  # noqa: DTZ001 - likewise
        Example(raw=46053, error="field.not_a_date"),
    )

    def columns(self, options: FieldOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the date."""
        return (Column(sa.Date()),)

    def annotation(self, options: FieldOptions, context: FieldContext) -> Any:
        """Accept ISO, what people write with the year first, and cells."""
        return reads(date, read_date, {"type": "string", "format": "date"})

    def to_json(self, value: date, options: FieldOptions) -> str:
        """Return ISO."""
        return value.isoformat()

    def to_text(self, value: date, options: FieldOptions, labels: Labels) -> str:
        """Return ISO."""
        return value.isoformat()
