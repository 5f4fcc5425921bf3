"""Dates as numbers: days since 1900 as Excel counts them, and the texts that say a date or a time."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from engines.expression.decimals import kept
from engines.expression.failures import NUM, VALUE, Failure

LAST_SERIAL = 2_958_465
SECONDS_A_DAY = 86_400
_BEFORE_MARCH_1900, _EPOCH = date(1899, 12, 31), date(1899, 12, 30)
_MARCH_1900 = date(1900, 3, 1)
# Excel believes in 29 February 1900, which is day 60.
_FALSE_DAY = 60

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may may", "june jun", "july jul",
         "august aug", "september sep sept", "october oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_DAY_LAST = re.compile(r"(\d{1,2})[-/](\d{1,2})[-/](\d{4}|\d{2})")
_NAMED = re.compile(r"(\d{1,2})[- /]?([a-z]{3,9})\.?[-, /]+(\d{4}|\d{2})")
_NAMED_FIRST = re.compile(r"([a-z]{3,9})\.?[- /](\d{1,2})(?:,\s*|[-/ ]+)(\d{4}|\d{2})")
_MONTH = re.compile(r"(?:([a-z]{3,9})\.?[-, /]+|(\d{1,2})/)(\d{4}|(?:3[2-9]|[4-9]\d))")
_JOINED = re.compile(r"(\d)t(\d)")
_MOST_WORDS = 8
_TIME = re.compile(r"(\d{1,4})(?::(\d{1,2}))?(?::(\d{1,2})(\.\d{1,9})?)?\s*(am|pm|a|p)?")


def serial_of_date(day: date) -> int:
    """Return the number of a day; days before 1900 leave with #NUM!."""
    number = (day - (_EPOCH if day >= _MARCH_1900 else _BEFORE_MARCH_1900)).days
    if number < 0:
        raise Failure(NUM)
    return number


def serial_of_moment(moment: datetime, zone: tzinfo) -> Decimal:
    """Return a day with its fraction, as clocks in ``zone`` show it."""
    local = moment.astimezone(zone)
    return serial_of_date(local.date()) + fraction_of(local.time())


def fraction_of(at: time) -> Decimal:
    """Return a time as part of a day."""
    seconds = Decimal(at.hour * 3600 + at.minute * 60 + at.second) + Decimal(at.microsecond).scaleb(-6)
    return kept(seconds / SECONDS_A_DAY)


def date_of_serial(number: Decimal) -> date:
    """Return the day of a number, #NUM! outside 1900 to 9999."""
    days = int(number)
    if number < 0 or days > LAST_SERIAL:
        raise Failure(NUM)
    if days < _FALSE_DAY:
        return _BEFORE_MARCH_1900 + timedelta(days=days)
    return _EPOCH + timedelta(days=max(days, _FALSE_DAY + 1))


class Civil(NamedTuple):
    """A day as Excel's calendar shows it; ``weekday`` from Monday 0, ``place`` in the year from 0.

    ``week``: a day of the same ISO week that really was.
    """

    year: int
    month: int
    day: int
    weekday: int
    place: int
    week: date


def civil(day: date) -> Civil:
    """Return a day as Excel shows it: for two months of 1900 its weekdays are one behind."""
    if _BEFORE_MARCH_1900 < day < _MARCH_1900:
        return civil_of_serial(serial_of_date(day))
    index = day.timetuple().tm_yday - 1 + (day.year == 1900)
    return Civil(day.year, day.month, day.day, day.weekday(), index, day)


def civil_of_serial(days: int) -> Civil:
    """Return the day of a number, day 0 and 29 February 1900 too."""
    if days > _FALSE_DAY:
        return civil(date_of_serial(Decimal(days)))
    month, day = (2, 29) if days == _FALSE_DAY else (1, 0) if not days else _month_and_day(days)
    return Civil(1900, month, day, weekday_of_serial(days), days - 1, _EPOCH + timedelta(days=days))


def _month_and_day(days: int) -> tuple[int, int]:
    found = date_of_serial(Decimal(days))
    return found.month, found.day


def weekday_of_serial(days: int) -> int:
    """Return the weekday of a number, Monday 0."""
    return (days + 5) % 7


def seconds_of_serial(number: Decimal) -> int:
    """Return the seconds since midnight of a number's fraction."""
    part = (number - int(number)) * SECONDS_A_DAY
    return int(part.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def moment_of_serial(number: Decimal, zone: tzinfo) -> datetime:
    """Return the instant at which clocks in ``zone`` show the number."""
    day = datetime.combine(date_of_serial(number), time(), tzinfo=zone)
    return (day + timedelta(seconds=seconds_of_serial(number))).astimezone(UTC)


def date_of_text(text: str) -> date:
    """Read a date in the ways people write it; #VALUE! for what is none."""
    found = _day_and_time(text)
    if found is None:
        raise Failure(VALUE)
    return found[0]


def _day_and_time(text: str) -> tuple[date, Decimal] | None:
    words = _JOINED.sub(r"\1 \2", text.strip().lower()).split()
    for count in range(min(len(words), _MOST_WORDS), 0, -1):
        day = _date(" ".join(words[:count]))
        if day is not None:
            at = time_of_text(" ".join(words[count:])) if count < len(words) else Decimal(0)
            return None if at is None else (day, at)
    return None


def _date(text: str) -> date | None:
    parts = _year_month_day(text)
    if parts is None:
        return None
    year, month, day = parts
    if year < 100:
        year += 2000 if year < 30 else 1900
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if found > _BEFORE_MARCH_1900 else None


def _year_month_day(text: str) -> tuple[int, int, int] | None:
    if match := _YEAR_FIRST.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _DAY_LAST.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        # Month first, as Excel's own language has it; what cannot be a month is the day.
        return int(match[3]), *((second, first) if first > 12 else (first, second))
    if match := _NAMED.fullmatch(text):
        return int(match[3]), _MONTHS.get(match[2], 0), int(match[1])
    if match := _NAMED_FIRST.fullmatch(text):
        return int(match[3]), _MONTHS.get(match[1], 0), int(match[2])
    if match := _MONTH.fullmatch(text):
        return int(match[3]), _MONTHS.get(match[1], 0) if match[1] else int(match[2]), 1
    return None


def time_of_text(text: str) -> Decimal | None:
    """Read the fraction of a day out of ``8:30``, ``8:30:15 PM``, ``20:30``; None for what is no time."""
    match = _TIME.fullmatch(text.strip().lower())
    if match is None or (match[2] is None and match[5] is None):
        return None
    hours, minutes = int(match[1]), int(match[2] or 0)
    seconds = Decimal((match[3] or "0") + (match[4] or ""))
    if minutes > 59 or seconds >= 60:
        return None
    if match[5]:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if match[5].startswith("p") else 0)
    return kept((hours * 3600 + minutes * 60 + seconds) / SECONDS_A_DAY)


def serial_of_text(text: str) -> Decimal:
    """Read a date, a time or both as one number; #VALUE! for what is neither."""
    at = time_of_text(text)
    if at is not None:
        return at
    found = _day_and_time(text)
    if found is None:
        raise Failure(VALUE)
    return serial_of_date(found[0]) + found[1]
