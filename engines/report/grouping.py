"""Groups of a widget: which are listed, what falls into the rest, and the empty ones in between."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any

from engines.expression import Binary, Literal, Node, Ref
from engines.form.columns import Choice
from engines.query import Dimension, Order, Others
from engines.report.answer import Answer, Line, Note
from engines.report.asking import Question, Row, figures, group_head, measure_head, order_of
from engines.report.options import GroupOptions, MeasureOptions, PeriodOptions
from engines.report.period import days_of
from engines.store.reading.buckets import BUCKETS, following, start_of

MOST_BUCKETS = 400
MOST_SERIES = 8
_ZERO = {"count", "sum", "distinct", "filled"}  # of nothing these are 0, the others are blank
_DAYS = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Listed:
    """One dimension with the values that are listed one by one, in their order.

    ``rows``: what was read to find them, where that is all there is.
    """

    dimension: Dimension
    values: tuple[Any, ...]
    rows: Sequence[Row] | None = None
    notes: tuple[Note, ...] = ()
    condition: Node | None = None


@dataclass(frozen=True, slots=True)
class Grouping:
    """What a widget groups by; ``top``: how many are listed where its options do not say."""

    options: GroupOptions
    top: int


def grouped(
    question: Question, groupings: Sequence[Grouping], measures: Sequence[MeasureOptions],
    period: PeriodOptions | None = None,
) -> Answer:  # fmt: skip
    """Return the figures of every listed group, and of all others together."""
    listed = [_listed(question, each, measures, period) for each in groupings]
    conditions = [each.condition for each in listed if each.condition is not None]
    asked = question.narrowed(*conditions) if conditions else question
    dimensions = [each.dimension for each in listed]
    rows = listed[0].rows if len(listed) == 1 else None
    if rows is None:  # of each dimension also blank and the others
        limit = math.prod(len(each.values) + 2 for each in listed)
        rows = asked.rows(dimensions, measures, limit, Order.largest)
    found = {tuple(row[each.key] for each in dimensions): figures(row, measures) for row in rows}
    nothing = tuple(0 if each.function in _ZERO else None for each in measures)
    keys = product(*(_values(each, {key[index] for key in found}) for index, each in enumerate(listed)))
    return Answer(
        tuple(group_head(question.form, each.options) for each in groupings),
        tuple(measure_head(question.form, index, each) for index, each in enumerate(measures)),
        tuple(Line(key, found.get(key, nothing), asked.doors(dimensions, key, measures)) for key in keys),
        notes=tuple(note for each in listed for note in each.notes),
    )


def _values(listed: Listed, occurring: set[Any]) -> list[Any]:
    rest = [Others.others] if Others.others in occurring else []
    blank = [None] if None in occurring and None not in listed.values else []
    return [*blank, *listed.values, *rest]


def _listed(
    question: Question, grouping: Grouping, measures: Sequence[MeasureOptions], period: PeriodOptions | None
) -> Listed:
    group, top = grouping.options, grouping.options.top or grouping.top
    dimension = Dimension(group.field, group.bucket)
    if group.bucket in BUCKETS:
        return _buckets(question, dimension, measures, period)
    options = _options(question, group)
    if options is not None and len(options) <= top:
        return Listed(dimension, options)
    rows = question.rows([dimension], measures, top + 1, order_of(group))
    values = tuple(row[dimension.key] for row in rows)
    if len(values) <= top:
        return Listed(dimension, values, rows)
    kept = values[:top]
    return Listed(Dimension(group.field, group.bucket, kept), kept, None, (Note("top", {"count": top}),))


def _options(question: Question, group: GroupOptions) -> tuple[str, ...] | None:
    """Return every option of a select that is listed in their order."""
    field = question.form.fields.get(group.field)
    if group.order != "value" or field is None or not field.columns:
        return None
    kind = field.column.type
    return tuple(kind.uids.by_key) if isinstance(kind, Choice) else None


def _buckets(
    question: Question, dimension: Dimension, measures: Sequence[MeasureOptions],
    period: PeriodOptions | None,
) -> Listed:  # fmt: skip
    """Return the buckets, without a gap where that can be drawn; of too many the latest."""
    bucket = str(dimension.bucket)
    rows = question.rows([dimension], measures, MOST_BUCKETS + 1, Order.last)
    starts = sorted(row[dimension.key] for row in rows if row[dimension.key] is not None)
    if len(starts) > MOST_BUCKETS:
        kept = tuple(starts[-MOST_BUCKETS:])
        since = Binary(">=", Ref((dimension.field,)), Literal(kept[0]))
        return Listed(dimension, kept, None, (Note("latest", {"count": MOST_BUCKETS}),), since)
    ends = [*starts[:1], *starts[-1:], *_ends(question, dimension.field, bucket, period)]
    if not ends:
        return Listed(dimension, (), rows)
    first, last = min(ends), max(ends)
    if (last - first).days > MOST_BUCKETS * _DAYS[bucket]:
        return Listed(dimension, tuple(starts), rows, (Note("gaps"),))
    return Listed(dimension, tuple(_between(first, last, bucket)), rows)


def _ends(question: Question, key: str, bucket: str, period: PeriodOptions | None) -> list[date]:
    """Return the buckets between which a period reaches, up to today."""
    if period is None or period.field != key:
        return []
    today = question.asker.today
    first, end = days_of(period.span, today)
    return [start_of(each, bucket) for each in (first, min(end - _DAY, today))]


def _between(first: date, last: date, bucket: str) -> Iterator[date]:
    start: date | None = first
    while start is not None and start <= last:
        yield start
        start = following(start, bucket)
