"""Dates and times written by a format such as ``yyyy-mm-dd hh:mm``."""

import re
from collections.abc import Iterator
from decimal import Decimal

from engines.expression.decimals import rounded
from engines.expression.failures import VALUE, Failure
from engines.expression.functions.chinese import figures_for, spelled
from engines.expression.serials import LAST_SERIAL, SECONDS_A_DAY, civil_of_serial

_RUN = re.compile(r"am/pm|a/p|上午/下午|[ye]+|m+|d+|h+|s+|a{3,4}|\.0+|.", re.IGNORECASE | re.DOTALL)
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_CHINESE_DAYS = "一二三四五六日"
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
Part = tuple[str, str]


def looks_like_moment(section: list[Part]) -> bool:
    """Tell whether a section of a format speaks of dates or times."""
    plain = "".join(text for kind, text in section if kind == "plain").lower()
    if any(kind == "bracket" and _ELAPSED.fullmatch(text) for kind, text in section):
        return True
    if any(kind == "digit" for kind, _ in section) and not any(letter in plain for letter in "ymdhs"):
        return False
    return any(letter in plain for letter in "yemdhs") or "aaa" in plain


def _tokens(section: list[Part]) -> Iterator[Part]:
    """Yield runs of the same letter as one token; texts in quotes stay texts."""
    run = ""
    for kind, text in section:
        if kind == "bracket" and _ELAPSED.fullmatch(text):
            yield from (("run", each) for each in _RUN.findall(run))
            run = ""
            yield "elapsed", text.lower()
        elif kind in {"quoted", "escaped", "space", "fill", "bracket"}:
            yield from (("run", each) for each in _RUN.findall(run))
            run = ""
            yield "text", "" if kind in {"bracket", "fill"} else text if kind != "space" else " "
        else:
            run += text
    yield from (("run", each) for each in _RUN.findall(run))


def written_moment(section: list[Part], serial: Decimal, capital: bool | None) -> str:
    """Write a number of days since 1900; ``capital`` asks for Chinese figures, of a cheque or not."""
    if not 0 <= serial < LAST_SERIAL + 1:
        raise Failure(VALUE)
    tokens = list(_tokens(section))
    decimals = max(
        (len(text) - 1 for kind, text in tokens if kind == "run" and text.startswith(".0")), default=0
    )
    seconds = rounded((serial - int(serial)) * SECONDS_A_DAY, decimals)
    days = int(serial)
    if seconds >= SECONDS_A_DAY:
        days, seconds = min(days + 1, LAST_SERIAL), Decimal(0)
    halves = any(kind == "run" and _is_half(text) for kind, text in tokens)
    moment = _Moment(days, seconds, halves, capital)
    return "".join(
        text
        if kind == "text"
        else moment.elapsed(text)
        if kind == "elapsed"
        else moment.token(text, tokens, place)
        for place, (kind, text) in enumerate(tokens)
    )


def _is_half(text: str) -> bool:
    return text.lower() in {"am/pm", "a/p", "上午/下午"}


class _Moment:
    """One moment being written."""

    def __init__(self, days: int, seconds: Decimal, halves: bool, capital: bool | None) -> None:
        self.day = civil_of_serial(days)
        self.days, self.seconds, self.halves, self.capital = days, seconds, halves, capital
        whole = int(seconds)
        self.hour, self.minute, self.second = whole // 3600, whole // 60 % 60, whole % 60

    def elapsed(self, text: str) -> str:
        total = self.days * SECONDS_A_DAY + int(self.seconds)
        unit = {"h": 3600, "m": 60, "s": 1}[text[0]]
        return f"{total // unit:0{len(text)}d}"

    def token(self, text: str, tokens: list[Part], place: int) -> str:
        lower = text.lower()
        if _is_half(text):
            return self._half(text)
        if lower.startswith(".0"):
            return format(self.seconds - int(self.seconds), f".{len(text) - 1}f")[1:]
        if lower[0] == "m" and self._are_minutes(tokens, place):
            return f"{self.minute:0{min(len(text), 2)}d}"
        write = {
            "y": self._year,
            "e": self._era,
            "m": self._month,
            "d": self._weekday_or_day,
            "h": self._hour,
            "s": self._second,
        }
        if lower in {"aaa", "aaaa"}:
            return ("星期" if lower == "aaaa" else "周") + _CHINESE_DAYS[self.day.weekday]
        if lower[0] not in write:
            return text
        found = write[lower[0]](len(text))
        if self.capital is None or not found.isdigit():
            return found
        if lower[0] in "ye":
            return figures_for(found, capital=self.capital)
        return spelled(found, capital=self.capital, day=True)

    def _half(self, text: str) -> str:
        first, second = text.upper().split("/") if len(text) == 5 else text.split("/")
        return second if self.hour >= 12 else first

    @staticmethod
    def _are_minutes(tokens: list[Part], place: int) -> bool:
        letters = [
            (index, text[0].lower()) for index, (kind, text) in enumerate(tokens)
            if kind == "elapsed" or (kind == "run" and text[0].lower() in "ymdhs")
        ]  # fmt: skip
        at = [index for index, _ in letters].index(place)
        before = letters[at - 1][1] if at else ""
        after = letters[at + 1][1] if at + 1 < len(letters) else ""
        return before == "h" or after == "s"

    def _year(self, size: int) -> str:
        return f"{self.day.year % 100:02d}" if size <= 2 else f"{self.day.year:04d}"

    def _era(self, _: int) -> str:
        return f"{self.day.year:04d}"

    def _month(self, size: int) -> str:
        name = _MONTHS[self.day.month - 1]
        if size >= 3:
            return {3: name[:3], 5: name[0]}.get(size, name)
        return f"{self.day.month:0{size}d}"

    def _weekday_or_day(self, size: int) -> str:
        if size >= 3:
            name = _DAYS[self.day.weekday]
            return name[:3] if size == 3 else name
        return f"{self.day.day:0{size}d}"

    def _hour(self, size: int) -> str:
        hour = (self.hour % 12 or 12) if self.halves else self.hour
        return f"{hour:0{min(size, 2)}d}"

    def _second(self, size: int) -> str:
        return f"{self.second:0{min(size, 2)}d}"
