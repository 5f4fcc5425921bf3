"""Spans of days around today."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, get_args

from engines.expression import Binary, Node, Ref, conjoin
from engines.expression import Literal as Value
from engines.store.reading.buckets import following, start_of

Span = Literal[
    "today", "yesterday", "this_week", "last_week", "this_month", "last_month", "this_quarter",
    "last_quarter", "this_year", "last_year", "last_7_days", "last_30_days", "last_90_days", "last_12_months",
]  # fmt: skip
SPANS: tuple[Span, ...] = get_args(Span)
_DAY = timedelta(days=1)
Days = tuple[date, date]


def days_of(span: Span, today: date) -> Days:
    """Return the first day of a span and the first one after it."""
    match span.split("_"):
        case ["today"]:
            return today, today + _DAY
        case ["yesterday"]:
            return today - _DAY, today
        case ["this", bucket]:
            start = start_of(today, bucket)
            return start, _end(start, bucket)
        case ["last", bucket]:
            end = start_of(today, bucket)
            return start_of(end - _DAY, bucket), end
        case ["last", "12", "months"]:
            end = _end(start_of(today, "month"), "month")
            return end.replace(year=end.year - 1), end
    return today + _DAY - timedelta(days=int(span.split("_")[1])), today + _DAY


def days_before(span: Span, today: date) -> Days:
    """Return the span of the same kind that ended when this one began."""
    start, end = days_of(span, today)
    match span.split("_"):
        case ["this" | "last", ("week" | "month" | "quarter" | "year") as bucket]:
            return start_of(start - _DAY, bucket), start
        case ["last", "12", "months"]:
            return start.replace(year=start.year - 1), start
    return start - (end - start), start


def _end(start: date, bucket: str) -> date:
    return following(start, bucket) or date.max


def within(field: str, days: Days) -> Node:
    """Return the condition that a date, or the day of an instant, lies in a span."""
    start, end = days
    ref = Ref((field,))
    return conjoin(Binary(">=", ref, Value(start)), Binary("<", ref, Value(end)))
