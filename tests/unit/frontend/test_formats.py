"""Formats: our fast closures write what Babel writes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent

from frontend.formats import Formats
from frontend.texts import LOCALES, Texts

BABEL = {"zh-CN": "zh_CN", "en": "en"}
AMOUNTS = [
    Decimal(text) for text in ("0", "7", "-7.25", "999.99", "1000", "-1234567.89", "123456789012.34", "0.01")
]
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MOMENTS = [
    datetime(2026, 1, 1, 0, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
    datetime(1999, 12, 31, 23, 59, tzinfo=UTC),
]


@pytest.fixture(params=LOCALES)
def formats(request: pytest.FixtureRequest) -> Formats:
    return Formats(Texts(request.param))


@pytest.fixture
def babel(formats: Formats) -> str:
    return BABEL[formats.texts.locale]


@pytest.mark.parametrize("value", AMOUNTS)
def test_numbers_are_written_as_babel_writes_them(formats: Formats, babel: str, value: Decimal) -> None:
    assert formats.number(2)(value) == format_decimal(value, "#,##0.00", locale=babel)
    assert formats.number()(value) == format_decimal(value, "#,##0.########", locale=babel)
    assert formats.number(2, grouping=False)(value) == format_decimal(value, "0.00", locale=babel)


@pytest.mark.parametrize("currency", ["CNY", "USD", "EUR", "GBP", "JPY", "HKD", "TWD", "KRW"])
@pytest.mark.parametrize("value", AMOUNTS)
def test_money_is_written_as_babel_writes_it(
    formats: Formats, babel: str, value: Decimal, currency: str
) -> None:
    expected = format_currency(value, currency, "¤#,##0.00", locale=babel, currency_digits=False)

    assert formats.money(currency)(value) == expected


@pytest.mark.parametrize("value", ["0", "0.5", "-0.1234", "12.3", "1"])
def test_percentages_are_written_as_babel_writes_them(formats: Formats, babel: str, value: str) -> None:
    assert formats.percent(1)(value) == format_percent(Decimal(value), "#,##0.0%", locale=babel)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/London", "America/New_York", "Asia/Kathmandu"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_times_are_written_as_babel_writes_them(
    formats: Formats, babel: str, moment: datetime, zone: str
) -> None:
    pattern = "yyyy-MM-dd HH:mm" if babel == "zh_CN" else "MMM d, y HH:mm"

    assert formats.date_time(zone)(moment) == format_datetime(
        moment, pattern, tzinfo=ZoneInfo(zone), locale=babel
    )


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize(
    "age",
    [
        timedelta(minutes=1),
        timedelta(minutes=59),
        timedelta(hours=1),
        timedelta(hours=23),
        timedelta(days=1),
        timedelta(days=6),
        timedelta(days=60),
        timedelta(days=730),
    ],
)
def test_ages_are_written_as_babel_writes_them(
    formats: Formats, babel: str, age: timedelta, direction: int
) -> None:
    expected = format_timedelta(-age * direction, add_direction=True, locale=babel, threshold=1)

    assert formats.ago(NOW - age * direction, NOW).replace(" ", "") == expected.replace(" ", "")


def test_less_than_a_minute_is_just_now() -> None:
    assert Formats(Texts("en")).ago(NOW - timedelta(seconds=59), NOW) == "just now"


def test_halves_are_rounded_away_from_zero(formats: Formats) -> None:
    assert formats.number(1)("0.25") == "0.3"
    assert formats.number(1)("-0.25") == "-0.3"


def test_days_need_no_zone(formats: Formats) -> None:
    assert formats.day("2026-03-09") == formats.day(date(2026, 3, 9))


def test_moment_tells_machine_reader_and_person(formats: Formats) -> None:
    moment = formats.moment("Asia/Shanghai", NOW)("2026-11-21T11:57:00Z")

    assert moment.iso == "2026-11-21T11:57:00Z"
    assert moment.text.endswith("19:57")
    assert "3" in moment.ago


@pytest.mark.parametrize(
    ("size", "expected"),
    [(0, "0 B"), (1023, "1023 B"), (1024, "1.0 KB"), (1_572_864, "1.5 MB"), (314_572_800, "300 MB")],
)
def test_file_sizes(formats: Formats, size: int, expected: str) -> None:
    assert formats.file_size(size) == expected


def test_a_currency_without_a_symbol_keeps_its_code_apart_from_the_amount(formats: Formats) -> None:
    assert formats.money("CHF")("-1234.5") == "-CHF\N{NO-BREAK SPACE}1,234.50"
