"""Serial: a number the platform gives each record, made of parts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from engines.expression import ValueType, fold
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, reads
from engines.form.readers.texts import line_reader
from schemas.elements import FieldKey, FieldOptions, Ref
from schemas.errors import Issue
from schemas.kinds import Options, kind

_LONGEST = 255
_FIELD_AT_MOST = 50
_COUNTER_AT_MOST = 19
_DATES = {"yyyy": "%Y", "yyyymm": "%Y%m", "yyyymmdd": "%Y%m%d", "yymm": "%y%m", "yymmdd": "%y%m%d"}
# How fine a date must be, so that a number does not come back after the counter began again.
_FINENESS = {"never": 0, "year": 1, "month": 2, "day": 3}
_SHOWN = {"yyyy": 1, "yyyymm": 2, "yyyymmdd": 3, "yymm": 2, "yymmdd": 3}


class TextPart(Options):
    """Fixed characters."""

    type: Literal["text"]
    text: Annotated[str, Field(min_length=1, max_length=32)]


class DatePart(Options):
    """The day on which the number is given."""

    type: Literal["date"]
    format: Literal["yyyy", "yyyymm", "yyyymmdd", "yymm", "yymmdd"] = "yyyymmdd"


class FieldPart(Options):
    """The value of another field of the record."""

    type: Literal["field"]
    field: Annotated[FieldKey, Ref("field")]


class CounterPart(Options):
    """A number that grows by one, with leading zeros up to ``width``."""

    type: Literal["counter"]
    width: Annotated[int, Field(ge=1, le=16)] = 6
    start: Annotated[int, Field(ge=0, le=10**15)] = 1
    reset: Literal["never", "year", "month", "day"] = "never"


Part = Annotated[TextPart | DatePart | FieldPart | CounterPart, Field(discriminator="type")]


class SerialOptions(FieldOptions):
    """The parts, in their order."""

    parts: Annotated[tuple[Part, ...], Field(max_length=20)] = (CounterPart(type="counter"),)


def compose(options: SerialOptions, record_values: Mapping[str, Any], now: datetime, counter: int) -> str:
    """Write the number of one record. ``now``: in the app's time zone."""
    return "".join(_part(each, record_values, now, counter) for each in options.parts)


def period(options: SerialOptions, now: datetime) -> str:
    """Name the period that ``now`` falls in; the counter begins again with every new name."""
    day = now.date().isoformat()
    return {"never": "", "year": day[:4], "month": day[:7], "day": day}[counter_of(options).reset]


def counter_of(options: SerialOptions) -> CounterPart:
    """Return the one counter."""
    return next(each for each in options.parts if isinstance(each, CounterPart))


def _part(part: Any, values: Mapping[str, Any], now: datetime, counter: int) -> str:
    if isinstance(part, CounterPart):
        return str(counter).zfill(part.width)
    if isinstance(part, DatePart):
        return now.strftime(_DATES[part.format])
    if isinstance(part, TextPart):
        return part.text
    return _field_text(values.get(part.field), now)[:_FIELD_AT_MOST]


def _field_text(value: Any, now: datetime) -> str:
    if value is None or isinstance(value, tuple):
        return ""
    if isinstance(value, datetime):  # the day people saw, not the day it was in Greenwich
        value = value.astimezone(now.tzinfo).date()
    if isinstance(value, date):
        return value.isoformat().replace("-", "")
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _longest(part: Any) -> int:
    """Return the most characters a part may take."""
    if isinstance(part, TextPart):
        return len(part.text)
    if isinstance(part, DatePart):
        return len(part.format)
    return _COUNTER_AT_MOST if isinstance(part, CounterPart) else _FIELD_AT_MOST


@kind
class Serial(FieldType[SerialOptions, str]):
    """A number given once; a record that is brought in may bring its own."""

    name, icon = "serial", "list-numbers"
    Options = SerialOptions
    value_type = ValueType.text
    write_once = True
    examples = (
        Example(raw="NO-2026-0001", value="NO-2026-0001"),
        Example(raw=17, value="17", json="17"),
        Example(raw="", value=None),
        Example(raw="x" * 256, error="field.too_long"),
        Example(raw=["1"], error="field.not_text"),
    )

    def columns(self, options: SerialOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the number and its fold."""
        return Column(columns.Text), Column(columns.Text, "fold", fold)

    def annotation(self, options: SerialOptions, context: FieldContext) -> Any:
        """Accept a number that was given elsewhere."""
        return reads(str, line_reader(_LONGEST), {"type": "string", "maxLength": _LONGEST})

    def verify(self, options: SerialOptions) -> tuple[Issue, ...]:
        """Refuse parts that do not make every number another one."""
        issues = super().verify(options)
        counters = [each for each in options.parts if isinstance(each, CounterPart)]
        if len(counters) != 1:
            return (*issues, Issue("parts", "definition.one_counter", {"count": len(counters)}))
        finest = max((_SHOWN[each.format] for each in options.parts if isinstance(each, DatePart)), default=0)
        if finest < _FINENESS[counters[0].reset]:
            return (*issues, Issue("parts", "definition.counter_repeats", {"reset": counters[0].reset}))
        if sum(map(_longest, options.parts)) > _LONGEST:
            return (*issues, Issue("parts", "definition.too_long", {"max_length": _LONGEST}))
        return issues
