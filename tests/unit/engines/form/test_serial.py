"""A serial number is composed of its parts, and its counter knows its period."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engines.form.fields.serial import Serial, SerialOptions, compose, counter_of, period

NOW = datetime(2026, 1, 31, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def serial(*parts: object) -> SerialOptions:
    said = {"parts": list(parts)} if parts else {}
    return SerialOptions.model_validate({"key": "number", "type": "serial", "label": "No.", **said})


COUNTER = {"type": "counter", "width": 4}
DAY = {"type": "date", "format": "yymmdd"}


def test_by_default_it_is_a_plain_counter():
    assert compose(serial(), {}, NOW, 7) == "000007"


def test_parts_stand_in_their_order():
    options = serial({"type": "text", "text": "NO-"}, DAY, {"type": "text", "text": "-"}, COUNTER)

    assert compose(options, {}, NOW, 12) == "NO-260131-0012"


def test_a_counter_that_outgrows_its_width_is_not_cut():
    assert compose(serial(COUNTER), {}, NOW, 12345) == "12345"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("east", "east"),
        (None, ""),
        (Decimal("1.50"), "1.50"),
        (Decimal("0E-8"), "0.00000000"),
        (date(2026, 1, 2), "20260102"),
        (date(1, 1, 2), "00010102"),
        (datetime(2026, 1, 1, 17, tzinfo=UTC), "20260102"),
        ((1, 2), ""),
    ],
)
def test_a_value_of_the_record_may_be_a_part(value, text):
    assert (
        compose(serial({"type": "field", "field": "area"}, COUNTER), {"area": value}, NOW, 1) == f"{text}0001"
    )


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("yyyy", "2026"),
        ("yyyymm", "202601"),
        ("yyyymmdd", "20260131"),
        ("yymm", "2601"),
        ("yymmdd", "260131"),
    ],
)
def test_a_date_is_written_in_its_format(format_, text):
    assert compose(serial({"type": "date", "format": format_}, COUNTER), {}, NOW, 1) == f"{text}0001"


@pytest.mark.parametrize(
    ("reset", "name"), [("never", ""), ("year", "2026"), ("month", "2026-01"), ("day", "2026-01-31")]
)
def test_the_period_is_that_of_the_clock_on_the_wall(reset, name):
    options = serial(DAY, {**COUNTER, "reset": reset})

    assert period(options, NOW) == name
    assert counter_of(options).reset == reset


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        pytest.param([DAY], "definition.one_counter", id="no counter"),
        pytest.param([COUNTER, COUNTER], "definition.one_counter", id="two counters"),
        pytest.param([{**COUNTER, "reset": "year"}], "definition.counter_repeats", id="no date"),
        pytest.param(
            [{"type": "date", "format": "yymm"}, {**COUNTER, "reset": "day"}],
            "definition.counter_repeats",
            id="date too coarse",
        ),
    ],
)
def test_numbers_that_would_repeat_are_refused(parts, code):
    assert [issue.code for issue in Serial().verify(serial(*parts))] == [code]


def test_a_date_as_fine_as_the_period_is_enough():
    assert Serial().verify(serial(DAY, {**COUNTER, "reset": "day"})) == ()


def test_refuses_parts_that_may_grow_longer_than_a_number_can_be():
    areas = [{"type": "field", "field": "area"}] * 5

    codes = [each.code for each in Serial().verify(serial(*areas, COUNTER))]

    assert codes == ["definition.too_long"]
