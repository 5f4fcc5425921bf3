"""Rows of the condition builder, decided by each kind of database."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from engines.access import Access
from engines.expression import Node, compile_sql
from engines.expression.conditions import Row, to_node
from engines.expression.operators import Family, operators
from engines.query import Change, Op
from tests.fixtures.shop import Shop

ZONE = ZoneInfo("Asia/Shanghai")
FAMILIES = {
    "title": Family.text, "amount": Family.number, "done": Family.bool, "stage": Family.option,
    "marks": Family.options, "day": Family.date, "seen": Family.datetime, "at": Family.time,
    "owner": Family.person, "helpers": Family.people, "person": Family.record, "things": Family.records,
}  # fmt: skip


def node(row: Row) -> Node:
    found = to_node(row, lambda path: FAMILIES.get(path[0]))
    assert found is not None
    return found


def quarter(day: date, move: int) -> tuple[date, date]:
    month = day.year * 12 + (day.month - 1) // 3 * 3 + 3 * move
    first = date(month // 12, month % 12 + 1, 1)
    behind = month + 3
    return first, date(behind // 12, behind % 12 + 1, 1) - timedelta(days=1)


Periods = dict[tuple[str, tuple[str, ...]], tuple[date, date]]


def periods(today: date) -> Periods:
    """First and last day of what an operator means; counted another way than the formulas do."""
    monday, one = today - timedelta(days=today.weekday()), timedelta(days=1)
    months: Periods = {}
    for name, move in (("last_month", -1), ("this_month", 0), ("next_month", 1)):
        index = today.year * 12 + today.month - 1 + move
        behind = index + 1
        last = date(behind // 12, behind % 12 + 1, 1) - one
        months[name, ()] = (date(index // 12, index % 12 + 1, 1), last)
    weeks: Periods = {
        (name, ()): (monday + timedelta(days=move), monday + timedelta(days=move + 6))
        for name, move in (("last_week", -7), ("this_week", 0), ("next_week", 7))
    }
    years: Periods = {
        (name, ()): (date(today.year + move, 1, 1), date(today.year + move, 12, 31))
        for name, move in (("last_year", -1), ("this_year", 0), ("next_year", 1))
    }
    quarters: Periods = {
        (name, ()): quarter(today, move)
        for name, move in (("last_quarter", -1), ("this_quarter", 0), ("next_quarter", 1))
    }
    days: Periods = {
        ("today", ()): (today, today),
        ("yesterday", ()): (today - one, today - one),
        ("tomorrow", ()): (today + one, today + one),
        ("last_days", ("30",)): (today - 29 * one, today),
        ("next_days", ("30",)): (today, today + 29 * one),
    }
    return {**days, **weeks, **months, **quarters, **years}


def test_relative_days_find_the_days_and_moments_they_mean(shop: Shop):
    today = shop.clock.now().astimezone(ZONE).date()
    wanted = periods(today)
    edges = {
        day + move * timedelta(days=1) for each in wanted.values() for day in each for move in (-1, 0, 1)
    }
    moments = (time(), time(23, 59, 59, 999000))
    changes = [
        Change(Op.create, {
            "title": f"{day} {clock}", "day": day.isoformat(),
            "seen": datetime.combine(day, clock, ZONE).isoformat(),
        })
        for day in sorted(edges) for clock in moments
    ]  # fmt: skip
    assert all(each.ok for each in shop.changing("order", *changes))

    for (op, values), (first, last) in wanted.items():
        expected = sorted(f"{day} {clock}" for day in edges if first <= day <= last for clock in moments)
        for field in ("day", "seen"):
            found = shop.all("order", where=node(Row((field,), op, values)), limit=500)
            assert sorted(str(each["title"]) for each in found) == expected, f"{field} {op}"


@pytest.mark.parametrize("field", FAMILIES)
def test_whatever_is_offered_can_be_decided_by_the_database(shop: Shop, field: str):
    values = {
        Family.text: ("a", "b"), Family.number: ("1.5", "2"), Family.date: ("2026-01-01", "2026-02-01"),
        Family.datetime: ("2026-01-01", "2026-02-01"), Family.time: ("08:00", "09:00"),
        Family.option: ("open", "apple"), Family.options: ("red", "blue"),
    }  # fmt: skip
    family = FAMILIES[field]

    for operator in operators(family).values():
        given = ("7",) if operator.input == "days" else values.get(family, ("11", "12"))
        shop.page("order", where=node(Row((field,), operator.key, given)))


@pytest.mark.parametrize("op", ["today", "this_quarter", "last_days", "over", "past"])
def test_a_column_of_days_is_compared_with_constants(shop: Shop, op: str):
    """A function around the column would leave its index unused."""
    lens = shop.store.lens(shop.app, Access(None), shop.app.form("order"))
    row = Row(("day",), "days_ago" if op == "over" else op, ("7",))

    statement = str(compile_sql(node(row), lens, lens.context))

    assert "(" not in statement
