"""Column types convert both ways and compare in their own unit."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from engines.form.columns import Choice, Instant, Scaled, instant, iso, millis

DIALECT = sa.create_engine("sqlite://").dialect
INSTANTS = st.datetimes(timezones=st.just(UTC)).map(
    lambda value: value.replace(microsecond=value.microsecond // 1000 * 1000)
)


@given(st.integers(-(10**15) + 1, 10**15 - 1), st.integers(0, 8))
def test_a_decimal_is_an_integer_of_its_smallest_unit(figure, decimals):
    value, column = Decimal(figure).scaleb(-decimals), Scaled(decimals)

    stored = column.process_bind_param(value, DIALECT)

    assert stored == figure
    assert str(column.process_result_value(stored, DIALECT)) == str(value)


@given(INSTANTS)
def test_an_instant_is_exact_to_the_millisecond(value):
    assert instant(millis(value)) == value
    assert datetime.fromisoformat(iso(value)) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 1, 31, 2, 20, tzinfo=UTC), "2026-01-31T02:20:00Z"),
        (datetime(2026, 1, 31, 2, 20, 0, 5000, tzinfo=UTC), "2026-01-31T02:20:00.005Z"),
    ],
)
def test_an_instant_is_written_in_utc(value, text):
    assert iso(value) == text
    assert iso(value + timedelta()) == text


def test_an_option_that_is_gone_reads_as_blank_and_matches_nothing():
    column = Choice({"open": 7})

    assert column.process_result_value(7, DIALECT) == "open"
    assert column.process_result_value(8, DIALECT) is None
    assert column.process_bind_param("closed", DIALECT) == -1


def test_two_fields_with_the_same_options_share_a_statement():
    def key(uids):
        return sa.select(sa.column("state", Choice(uids)) == "open")._generate_cache_key()

    assert key({"open": 7, "done": 8}) == key({"done": 8, "open": 7})
    assert key({"open": 7}) != key({"open": 8})


@pytest.mark.parametrize(("column", "blank"), [(Scaled(2), None), (Instant(), None), (Choice({}), None)])
def test_blank_stays_blank(column, blank):
    assert column.process_bind_param(None, DIALECT) is blank
    assert column.process_result_value(None, DIALECT) is blank
