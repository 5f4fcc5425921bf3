"""How values are written for people: fast closures per locale, zone and options."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from frontend.texts import Texts

Number = Decimal | int | str
Formatter = Callable[[Number], str]

_SYMBOLS = {
    "zh-CN": {
        "CNY": "¥",
        "USD": "US$",
        "EUR": "€",
        "GBP": "£",
        "JPY": "JP¥",
        "HKD": "HK$",
        "TWD": "NT$",
        "KRW": "₩",
    },
    "en": {
        "CNY": "CN¥",
        "USD": "$",
        "EUR": "€",
        "GBP": "£",
        "JPY": "¥",
        "HKD": "HK$",
        "TWD": "NT$",
        "KRW": "₩",
    },
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZES = ("B", "KB", "MB", "GB", "TB")
_AGES = (
    (60, "minutes", 60),
    (3_600, "hours", 24),
    (86_400, "days", 30),
    (2_592_000, "months", 12),
    (31_536_000, "years", None),
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, ready for a ``<time>`` element."""

    iso: str
    text: str
    ago: str = ""


class Formats:
    """Formatters of one locale; ask once per column, call once per cell."""

    def __init__(self, texts: Texts) -> None:
        """Speak the language of ``texts``."""
        self.texts = texts
        self._chinese = texts.locale == "zh-CN"
        self._symbols = _SYMBOLS[texts.locale]

    def number(self, decimals: int | None = None, *, grouping: bool = True) -> Formatter:
        """Thousands separators and ``decimals`` places; with None as many as the value has."""
        comma = "," if grouping else ""
        if decimals is None:
            shortest = f"{comma}f"
            return lambda value: _plain(format(Decimal(value), shortest))
        spec, step = f"{comma}.{decimals}f", Decimal(1).scaleb(-decimals)
        return lambda value: format(Decimal(value).quantize(step, ROUND_HALF_UP), spec)

    def money(self, currency: str = "CNY", decimals: int = 2) -> Formatter:
        """``¥1,234.50``, ``-¥1,234.50``; a currency without a symbol of its own keeps its code."""
        amount = self.number(decimals)
        symbol = self.currency_symbol(currency)

        def write(value: Number) -> str:
            text = amount(value)
            return f"-{symbol}{text[1:]}" if text.startswith("-") else symbol + text

        return write

    def currency_symbol(self, currency: str) -> str:
        """What stands before an amount."""
        return self._symbols.get(currency, f"{currency}\u00a0")

    def percent(self, decimals: int = 0) -> Formatter:
        """``0.125`` becomes ``12.5%`` with one decimal."""
        amount = self.number(decimals)
        return lambda value: f"{amount(Decimal(value) * 100)}%"

    def day(self, value: date | str) -> str:
        """``2026-11-21`` in Chinese, ``Nov 21, 2026`` in English."""
        day = date.fromisoformat(value[:10]) if isinstance(value, str) else value
        if self._chinese:
            return f"{day.year:04}-{day.month:02}-{day.day:02}"
        return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"

    def clock(self, value: time | str, *, seconds: bool = False) -> str:
        """Twenty-four hours in both languages."""
        moment = time.fromisoformat(value) if isinstance(value, str) else value
        return moment.strftime("%H:%M:%S" if seconds else "%H:%M")

    def date_time(self, zone: str) -> Callable[[datetime | str], str]:
        """Date and minute in an IANA zone."""
        info = ZoneInfo(zone)

        def write(value: datetime | str) -> str:
            local = _instant(value).astimezone(info)
            return f"{self.day(local)} {local.hour:02}:{local.minute:02}"

        return write

    def ago(self, value: datetime | str, now: datetime) -> str:
        """``3 分钟前``, ``in 2 days``; less than a minute is "just now"."""
        seconds = int((now - _instant(value)) / timedelta(seconds=1))
        distance = abs(seconds)
        if distance < _AGES[0][0]:
            return self.texts.t("ui.time.now")
        for unit, name, ceiling in _AGES:
            count = distance // unit
            if ceiling is None or count < ceiling:
                direction = "ago" if seconds > 0 else "ahead"
                return self.texts.t(f"ui.time.{name}_{direction}", count=max(count, 1))
        raise AssertionError("the last age has no ceiling")

    def moment(self, zone: str, now: datetime) -> Callable[[datetime | str], Moment]:
        """Everything a ``<time>`` element shows."""
        write = self.date_time(zone)

        def build(value: datetime | str) -> Moment:
            instant = _instant(value)
            return Moment(instant.isoformat().replace("+00:00", "Z"), write(instant), self.ago(instant, now))

        return build

    def file_size(self, size: int) -> str:
        """``1.5 MB``; units of 1,024."""
        amount = float(size)
        step = 0
        while amount >= 1024 and step < len(_SIZES) - 1:
            amount, step = amount / 1024, step + 1
        decimals = 0 if step == 0 or amount >= 100 else 1
        return f"{amount:.{decimals}f} {_SIZES[step]}"


def _plain(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _instant(value: datetime | str) -> datetime:
    instant = datetime.fromisoformat(value) if isinstance(value, str) else value
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
