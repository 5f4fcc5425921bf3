"""Dates, instants and times of day, as people and programs write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engines.expression import fold
from engines.form.field import refuse

# The year stands first: in 01/02/03 nobody can tell what is what.
_DATE = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日|(\d\d)(\d\d)(?!\d))",
    re.ASCII,
)
_TIME = re.compile(
    r"(\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.\d+)?)?|[时点](\d{1,2})分(?:(\d{1,2})秒)?)", re.ASCII
)
_MIDNIGHT = re.compile(r"[t\s]0?0:00(:00(\.0+)?)?")
_LAST_SECOND = 86_399
# Wall clocks run up to a day before or behind Greenwich: any instant between these is a date everywhere.
_FIRST = datetime.min.replace(tzinfo=UTC) + timedelta(days=1)
_LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)


def read_date(raw: Any) -> date:
    """Read a date; a cell may hold it as the midnight it begins with."""
    if raw.__class__ is str:
        if len(raw) == 10 and raw[4] == raw[7] == "-":
            try:
                return date.fromisoformat(raw)
            except ValueError:
                pass
        found, rest = _date_in(fold(raw.strip()))
        if found is not None and (not rest or _MIDNIGHT.fullmatch(rest)):
            return found
    elif isinstance(raw, datetime):
        if raw.time() == time() and raw.tzinfo is None:
            return raw.date()
    elif isinstance(raw, date):
        return raw
    raise refuse("field.not_a_date", value=raw)


def read_time(raw: Any) -> time:
    """Read a time of day to the second."""
    if isinstance(raw, str):
        if (found := _time_in(fold(raw.strip()))) is not None:
            return found
    elif isinstance(raw, time) and raw.tzinfo is None:
        return _to_second(
            timedelta(hours=raw.hour, minutes=raw.minute, seconds=raw.second, microseconds=raw.microsecond)
        )
    elif isinstance(raw, timedelta) and timedelta() <= raw < timedelta(days=1):
        return _to_second(raw)
    raise refuse("field.not_a_time", value=raw)


def instant_reader(time_zone: str) -> Callable[[Any], datetime]:
    """Build the reader of instants; what names no offset is wall-clock time in ``time_zone``."""
    zone = ZoneInfo(time_zone)

    def read(raw: Any) -> datetime:
        found = _moment(raw)
        if found is None:
            raise refuse("field.not_a_datetime", value=raw)
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone)
        try:
            instant = found.astimezone(UTC)
        except OverflowError:  # the first and the last hours of the calendar
            raise refuse("field.not_a_datetime", value=raw) from None
        if not _FIRST <= instant <= _LAST:
            raise refuse("field.not_a_datetime", value=raw)
        return _to_millisecond(instant)

    return read


def _moment(raw: Any) -> datetime | None:
    if isinstance(raw, str):
        try:
            return datetime.fromisoformat(raw.strip())
        except ValueError:
            return _moment_in(fold(raw.strip()))
    if isinstance(raw, datetime):
        return raw
    return datetime.combine(raw, time()) if isinstance(raw, date) else None


def _moment_in(text: str) -> datetime | None:
    found, rest = _date_in(text)
    if found is None:
        return None
    moment = _time_in(rest.removeprefix("t").strip()) if rest else time()
    return None if moment is None else datetime.combine(found, moment)


def _date_in(text: str) -> tuple[date | None, str]:
    """Return the date that ``text`` begins with, and the rest."""
    match = _DATE.match(text)
    if match is None:
        return None, ""
    year, _, *parts = match.groups()
    month, day = (part for part in parts if part is not None)
    try:
        return date(int(year), int(month), int(day)), text[match.end() :]
    except ValueError:
        return None, ""


def _time_in(text: str) -> time | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, *parts = match.groups()
    minute, second = parts[0] or parts[2], parts[1] or parts[3]
    try:
        return time(int(hour), int(minute), int(second or 0))
    except ValueError:
        return None


def _to_second(value: timedelta) -> time:
    # A spreadsheet keeps 09:30 as a fraction of a day that may fall a microsecond short.
    seconds = min(round(value.total_seconds()), _LAST_SECOND)
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def _to_millisecond(value: datetime) -> datetime:
    odd = value.microsecond % 1000
    if not odd:
        return value
    return value + timedelta(microseconds=1000 - odd if odd >= 500 else -odd)
