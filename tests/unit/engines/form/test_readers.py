"""What the readers of values promise beyond the examples of the field types."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from engines.form.fields.money import amount_cleaner
from engines.form.fields.multi_select import splitter
from engines.form.fields.phone import Phone, phone_reader
from engines.form.readers.lists import list_reader, read_id
from engines.form.readers.moments import instant_reader, read_date
from engines.form.readers.numbers import decimal_reader, to_decimal
from engines.form.readers.texts import as_text, line_reader, paragraph_reader
from schemas.elements import FieldOptions

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates()
    | st.datetimes()
    | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)
EARLY, LATE = datetime.fromisoformat("0001-01-02"), datetime.fromisoformat("9999-12-30")
READERS: dict[str, Callable[[Any], Any]] = {
    "line": line_reader(20),
    "paragraph": paragraph_reader(20),
    "decimal": decimal_reader(2),
    "money": decimal_reader(2, clean=amount_cleaner("CNY")),
    "date": read_date,
    "instant": instant_reader("America/New_York"),
    "id": read_id,
    "phone": phone_reader("CN"),
}


class NoLabels:
    """A phone number needs none."""

    locale = "zh-CN"

    def choice(self, options: FieldOptions, key: str) -> str:
        raise AssertionError(key)

    def record(self, field_key: str, record_id: int) -> str:
        raise AssertionError(field_key)

    def date_time(self, value: datetime) -> str:
        raise AssertionError(value)


def outcome(read: Callable[[Any], Any], raw: object) -> str:
    try:
        read(raw)
    except PydanticCustomError as problem:
        return problem.type
    return "read"


@pytest.mark.parametrize("name", READERS)
@given(raw=ANYTHING)
def test_a_reader_returns_a_value_or_refuses_with_a_code(name, raw):
    assert re.fullmatch(r"read|field\.[a-z_]+", outcome(READERS[name], raw))


@pytest.mark.parametrize("name", ["line", "paragraph"])
@given(raw=st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_reading_a_text_again_changes_nothing(name, raw):
    try:
        once = READERS[name](raw)
    except PydanticCustomError:
        return

    assert once is None or (READERS[name](once) == once and unicodedata.is_normalized("NFC", once))


def test_a_line_keeps_what_people_write():
    family, unassigned = "👨\u200d👩\u200d👧", "\U0003ffff"

    assert line_reader(20)(f"{family}{unassigned}") == f"{family}{unassigned}"


def test_the_length_is_that_of_the_composed_text():
    assert line_reader(3)("e\u0301" * 3) == "ééé"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        pytest.param(5.0, "5", id="whole float"),
        pytest.param(0.5, "0.5", id="float"),
        pytest.param(Decimal("1E+3"), "1000", id="decimal"),
        pytest.param(date(2026, 1, 31), "2026-01-31", id="date"),
        pytest.param(datetime.fromisoformat("2026-01-31"), "2026-01-31", id="midnight"),
        pytest.param(datetime.fromisoformat("2026-01-31T09:05"), "2026-01-31 09:05:00", id="moment"),
    ],
)
def test_a_cell_of_another_type_has_a_text(cell, text):
    assert as_text(cell) == text


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_a_number_is_read_as_it_was_written(value):
    read = decimal_reader(2)

    assert read(str(value)) == read(f"{value:,}") == read(f"  {value} ") == value
    assert str(read(str(value))) == format(abs(value) if value == 0 else value, ".2f")


@pytest.mark.parametrize(
    "text", ["1,23", "12,345,6", ",123", "1234,567", "1,,234", "1.234,50", "1 234", "0x10", "1/2"]
)
def test_a_comma_that_groups_no_thousands_is_not_guessed_at(text):
    with pytest.raises(PydanticCustomError, match=r"field\.not_a_number"):
        to_decimal(text)


def test_a_bound_is_named_when_it_is_passed():
    with pytest.raises(PydanticCustomError) as caught:
        decimal_reader(1, high=Decimal("1E+2"))("100.1")

    assert (caught.value.type, caught.value.context) == ("field.above_max", {"value": "100.1", "max": "100"})


@pytest.mark.parametrize(
    ("currency", "text", "figure"),
    [
        pytest.param("CNY", "cn¥1,000", ("1,000", 0), id="sign of the screen"),
        pytest.param("CNY", "-¥5", ("-5", 0), id="minus before the sign"),
        pytest.param("CNY", "¥-5", ("-5", 0), id="minus behind the sign"),
        pytest.param("CNY", "3.5亿元", ("3.5", 8), id="hundred million"),
        pytest.param("EUR", "5 eur", ("5", 0), id="code"),
        pytest.param("XAU", "5 xau", ("5", 0), id="rare code"),
        pytest.param("EUR", "$5", ("", 0), id="sign of another currency"),
        pytest.param("CNY", "5 6", ("", 0), id="two figures"),
    ],
)
def test_an_amount_loses_the_signs_of_its_currency(currency, text, figure):
    assert amount_cleaner(currency)(text) == figure


@given(st.dates())
def test_a_date_is_read_in_every_notation(day):
    year = f"{day.year:04}"
    notations = (
        f"{year}-{day.month:02}-{day.day:02}",
        f"{year}/{day.month}/{day.day}",
        f"{year}年{day.month}月{day.day}日",
        f"{year}{day.month:02}{day.day:02}",
    )

    assert {read_date(each) for each in notations} == {day}


@given(st.datetimes(min_value=EARLY, max_value=LATE, timezones=st.just(UTC)))
def test_an_instant_is_kept_to_the_millisecond(moment):
    found = instant_reader("Asia/Shanghai")(moment.isoformat())

    assert abs(found - moment) <= timedelta(microseconds=500)
    assert found.microsecond % 1000 == 0
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        pytest.param("2026-07-01T12:00", 16, id="summer"),
        pytest.param("2026-01-01T12:00", 17, id="winter"),
    ],
)
def test_a_time_without_offset_is_that_of_the_zone_on_that_day(wall, utc):
    assert instant_reader("America/New_York")(wall).hour == utc


@pytest.mark.parametrize("raw", ["1_000", "+5", " ", "5.0", "0", "００５", 5.0, b"5", None])
def test_an_id_is_digits_and_nothing_else(raw):
    with pytest.raises(PydanticCustomError, match=r"field\.not_an_id"):
        read_id(raw)


def test_a_list_counts_after_repeated_items_are_gone():
    read = list_reader(iter, 2)

    assert read(["a", "b", "a", ""]) == ("a", "b")
    with pytest.raises(PydanticCustomError, match=r"field\.too_many"):
        read(["a", "b", "c"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("a, b", ["a, b"], id="one option"),
        pytest.param("a, b, c", ["a, b", "c"], id="longest first"),
        pytest.param("c、a", ["c", "a"], id="chinese separator"),
        pytest.param("x, c", ["x", "c"], id="unknown"),
        pytest.param("", [""], id="nothing"),
    ],
)
def test_an_option_with_a_comma_is_found_before_its_parts(text, found):
    assert splitter({"a, b": "1", "c": "2", "a": "3"})(text) == found


@given(st.from_regex(r"1(3\d|5[0-35-9]|8\d)\d{8}", fullmatch=True))
def test_the_quick_way_to_a_mobile_number_agrees_with_the_numbering_plan(text):
    import phonenumbers

    number = phonenumbers.parse(text, "CN")

    assert phonenumbers.is_valid_number(number)
    assert phone_reader("CN")(text) == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@pytest.mark.parametrize(
    ("stored", "region", "text"),
    [
        pytest.param("+8613900001234", "CN", "139 0000 1234", id="mobile at home"),
        pytest.param("+8613900001234", "US", "+86 139 0000 1234", id="mobile abroad"),
        pytest.param("+861065529988", "CN", "010 6552 9988", id="landline"),
        pytest.param("+12024561111", "CN", "+1 202-456-1111", id="foreign"),
    ],
)
def test_a_phone_number_is_shown_in_groups(stored, region, text):
    options = Phone.Options(key="phone", type="phone", label="Phone", region=region)

    assert Phone().to_text(stored, options, NoLabels()) == text
