"""Days, weeks, months, quarters and years in SQL, the same on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Literal, get_args

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from engines.form.columns import millis

Bucket = Literal["day", "week", "month", "quarter", "year"]
BUCKETS: tuple[Bucket, ...] = get_args(Bucket)
_FIRST, _LAST = date(1900, 1, 1), date(2100, 1, 1)
_DAY = timedelta(days=1)
Shifts = tuple[tuple[int, int], ...]


class _DayOf(FunctionElement[date]):
    """The day that so many milliseconds after 1970 lie in, on a wall clock."""

    type = sa.Date()
    inherit_cache = True
    name = "day_of"


@compiles(_DayOf, "sqlite")
def _day_in_sqlite(element: _DayOf, compiler: Any, **more: Any) -> str:
    # A real number is cut downwards, where division of whole ones would cut towards 1970.
    return f"date(({compiler.process(element.clauses, **more)}) / 1000.0, 'unixepoch')"


@compiles(_DayOf)
def _day_elsewhere(element: _DayOf, compiler: Any, **more: Any) -> str:
    inner = compiler.process(element.clauses, **more)
    return f"(DATE '1970-01-01' + CAST(floor(CAST(({inner}) AS double precision) / 86400000) AS integer))"


class _Start(FunctionElement[date]):
    """The first day of the bucket that a day lies in; one class a bucket, for they are cached by class."""

    type = sa.Date()
    inherit_cache = True
    name = "bucket_start"
    bucket: Bucket
    sqlite: str


class _Week(_Start):
    inherit_cache = True
    bucket, sqlite = "week", ""  # as below


class _Month(_Start):
    inherit_cache = True
    bucket, sqlite = "month", "substr({0}, 1, 8) || '01'"


class _Quarter(_Start):
    inherit_cache = True
    bucket, sqlite = (
        "quarter",
        "substr({0}, 1, 5) || substr('010101040404070707101010', substr({0}, 6, 2) * 2 - 1, 2) || '-01'",
    )


class _Year(_Start):
    inherit_cache = True
    bucket, sqlite = "year", "substr({0}, 1, 5) || '01-01'"


_STARTS: dict[str, type[_Start]] = {each.bucket: each for each in (_Week, _Month, _Quarter, _Year)}


@compiles(_Week, "sqlite")
def _week_in_sqlite(element: _Week, compiler: Any, **more: Any) -> str:
    (day,) = element.clauses
    if isinstance(day, _DayOf):  # one call of ``date`` costs as much as all the rest
        inner = compiler.process(day.clauses, **more)
        return f"date(({inner}) / 1000.0, 'unixepoch', '-6 days', 'weekday 1')"
    return f"date({compiler.process(day, **more)}, '-6 days', 'weekday 1')"


@compiles(_Start, "sqlite")
def _start_in_sqlite(element: _Start, compiler: Any, **more: Any) -> str:
    return f"({element.sqlite.format(compiler.process(element.clauses, **more))})"


@compiles(_Week)
@compiles(_Start)
def _start_elsewhere(element: _Start, compiler: Any, **more: Any) -> str:
    inner = compiler.process(element.clauses, **more)
    return f"CAST(date_trunc('{element.bucket}', CAST({inner} AS timestamp)) AS DATE)"


def bucketed(
    cells: sa.ColumnElement[Any], bucket: str, zone: tzinfo, *, instant: bool
) -> sa.ColumnElement[date]:
    """Return the first day of the bucket; ``instant``: cells are milliseconds, else they are dates."""
    day: sa.ColumnElement[Any] = _DayOf(cells + _offset(cells, zone)) if instant else cells
    return day if bucket == "day" else _STARTS[bucket](day)


def start_of(day: date, bucket: str) -> date:
    """Return the first day of the bucket that a day lies in."""
    match bucket:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


def following(start: date, bucket: str) -> date | None:
    """Return the first day of the next bucket, None at the end of all days."""
    if bucket in {"day", "week"}:
        step = timedelta(days=1 if bucket == "day" else 7)
        return start + step if start <= date.max - step else None
    total = start.year * 12 + start.month - 1 + {"month": 1, "quarter": 3, "year": 12}[bucket]
    year, month = divmod(total, 12)
    return date(year, month + 1, 1) if year <= date.max.year else None


def _offset(cells: sa.ColumnElement[Any], zone: tzinfo) -> sa.ColumnElement[int]:
    """Return the zone's offset at an instant: its changes as one CASE, a tree to be quick.

    Many zones change no more; most records are younger than that, so it is asked first.
    """
    some = shifts(zone)
    if len(some) == 1:
        return _tree(cells, some)
    since, offset = some[-1]
    now = cells >= sa.literal(since, sa.BigInteger)
    return sa.case((now, sa.literal(offset, sa.BigInteger)), else_=_tree(cells, some[:-1]))


def _tree(cells: sa.ColumnElement[Any], some: Sequence[tuple[int, int]]) -> sa.ColumnElement[int]:
    if len(some) == 1:
        return sa.literal(some[0][1], sa.BigInteger)
    middle = len(some) // 2
    earlier = cells < sa.literal(some[middle][0], sa.BigInteger)
    return sa.case((earlier, _tree(cells, some[:middle])), else_=_tree(cells, some[middle:]))


@lru_cache(maxsize=32)
def shifts(zone: tzinfo) -> Shifts:
    """Return (since, offset) in milliseconds, the first since ever, over the two centuries that matter.

    A day begins where a date is taken for an instant, at the first of two midnights: where clocks go back
    over midnight the offset changes at the second one only.
    """
    return tuple(_shifts(zone))


def _shifts(zone: tzinfo) -> Iterator[tuple[int, int]]:
    before = datetime.combine(_FIRST, time(), UTC)
    offset = _offset_at(before, zone)
    yield -(1 << 62), offset // timedelta(milliseconds=1)
    while before.date() < _LAST:
        after = before + _DAY
        if (changed := _offset_at(after, zone)) != offset:
            at = _change(before, after, zone)
            yield millis(_second_midnight(at, offset, changed)), changed // timedelta(milliseconds=1)
            offset = changed
        before = after


def _offset_at(moment: datetime, zone: tzinfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _change(low: datetime, high: datetime, zone: tzinfo) -> datetime:
    """Return the second at which the offset changes between two moments."""
    old = _offset_at(low, zone)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if _offset_at(middle, zone) == old:
            low = middle
        else:
            high = middle
    return high


def _second_midnight(at: datetime, old: timedelta, new: timedelta) -> datetime:
    """Return when a repeated day begins again, or the change itself where no day is repeated."""
    wall = (at + old).replace(tzinfo=None)
    midnight = datetime.combine(wall.date(), time())
    repeated = new < old and wall > midnight > (at + new).replace(tzinfo=None)
    return (midnight - new).replace(tzinfo=UTC) if repeated else at
