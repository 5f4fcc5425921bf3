"""Groups: buckets of days in the zone of the app, what is not listed one by one, narrowed measures."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from engines.expression import Ref, compile_python, parse, regions
from engines.form.columns import millis
from engines.form.shapes import ANY_MOMENT
from engines.query import Aggregate, Change, Dimension, Measure, Op, Order, Others
from engines.store.reading.buckets import BUCKETS, bucketed, following, shifts, start_of
from engines.store.reading.levels import LEVELS, cut, lies_in
from schemas.errors import Invalid
from tests.fixtures.shop import Shop

ZONES = (
    "Asia/Shanghai",
    "America/New_York",
    "America/St_Johns",  # until 2010 its clocks went back from one minute after midnight
    "Pacific/Apia",  # has no 30 December 2011
    "America/Sao_Paulo",  # has days without a midnight
    "Australia/Lord_Howe",
    "UTC",
)
DAYS = ("2026-01-01", "2026-03-31", "2026-04-01", "2024-02-29", "2025-12-29", "1969-12-31", "2026-11-22")


def moments(zone: str) -> list[datetime]:
    """Moments around every change of the zone's offset in a century, and around midnight of some days."""
    seconds = (-7200, -3599, -60, -30, -1, 0, 1, 30, 60, 1800, 3600, 7200)
    changes = [since for since, _ in shifts(ZoneInfo(zone))[1:]][-60::3]
    found = [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=each) for each in changes]
    found += [datetime.combine(date.fromisoformat(day), time(), ZoneInfo(zone)) for day in DAYS]
    return [each + timedelta(seconds=step, milliseconds=-1) for each in found for step in seconds]


def test_an_instant_lies_in_the_day_whose_two_midnights_are_around_it(shop: Shop):
    for name in ZONES:
        zone, asked = ZoneInfo(name), moments(name)
        rows = [sa.select(sa.literal(millis(each), sa.BigInteger).label("at")) for each in asked]
        some = sa.union_all(*rows).subquery()
        cells = sa.column("at", sa.BigInteger)
        starts = [bucketed(cells, each, zone, instant=True) for each in BUCKETS]
        with shop.db.read() as conn:
            found = {row[0]: row[1:] for row in conn.execute(sa.select(cells, *starts).select_from(some))}

        for each in asked:
            day = found[millis(each)][0]
            first, last = (
                datetime.combine(limit, time(), zone).astimezone(UTC)
                for limit in (day, day + timedelta(days=1))
            )
            assert first <= each < last, (name, each, day)
            assert found[millis(each)] == tuple(start_of(day, bucket) for bucket in BUCKETS)


def test_regions_are_cut_in_sql_as_they_are_in_python(shop: Shop):
    special = ("110105", "330000", "330103", "419001", "429004", "441900", "500229", "659012", "810000")
    codes = (*special, *list(regions.names())[::11])
    some = sa.union_all(*(sa.select(sa.literal(each).label("code")) for each in codes)).subquery()
    cells = sa.column("code", sa.Text)
    with shop.db.read() as conn:
        found = conn.execute(sa.select(cells, *(cut(cells, each) for each in LEVELS)).select_from(some)).all()

    assert [tuple(row) for row in found] == [
        (code, *(regions.cut(code, each) for each in LEVELS)) for code in codes
    ]


@pytest.mark.parametrize("level", LEVELS)
def test_the_condition_of_a_group_of_regions_holds_for_what_is_cut_to_it(level: str):
    codes = [each for each in regions.names() if each[:3] in {"110", "330", "331", "429"}]
    groups = {regions.cut(each, level) for each in codes}
    for group in groups:
        holds = compile_python(lies_in(Ref(("area",)), group, level))
        there = {each for each in codes if holds({"area": each}, ANY_MOMENT) is True}
        assert there == {each for each in codes if regions.cut(each, level) == group}, group


def test_dates_fall_into_weeks_months_quarters_and_years(shop: Shop):
    shop.changing("order", *[Change(Op.create, {"title": f"t{day}", "day": day}) for day in (*DAYS, "")])

    for bucket in BUCKETS:
        found = shop.figures(Aggregate("order", (Dimension("day", bucket),), order=Order.first))

        expected: dict[date | None, int] = {None: 1}
        for day in sorted(DAYS):
            start = start_of(date.fromisoformat(day), bucket)
            expected[start] = expected.get(start, 0) + 1
        assert {row[f"day:{bucket}"]: row["count"] for row in found} == expected
        assert [row[f"day:{bucket}"] for row in found] == list(expected)
    latest = shop.figures(Aggregate("order", (Dimension("day", "year"),), limit=2, order=Order.last))
    assert [row["day:year"] for row in latest] == [date(2026, 1, 1), date(2025, 1, 1)]


def test_buckets_follow_each_other():
    assert [following(date(2026, 12, 7), bucket) for bucket in ("day", "week")] == [
        date(2026, 12, 8), date(2026, 12, 14),
    ]  # fmt: skip
    assert [following(start_of(date(2026, 11, 7), each), each) for each in ("month", "quarter", "year")] == [
        date(2026, 12, 1), date(2027, 1, 1), date(2027, 1, 1),
    ]  # fmt: skip


def test_what_is_not_listed_falls_together_exactly(shop: Shop):
    words = ["a"] * 4 + ["b"] * 3 + ["c", "c", "d", None]
    shop.changing("order", *[
        Change(Op.create, {"title": f"t{n}", "word": word, "amount": n, "stage": ("open", "apple")[n % 2]})
        for n, word in enumerate(words)
    ])  # fmt: skip
    measures = (Measure("count"), Measure("average", "amount"), Measure("distinct", "word"))

    def figures(*only: Any) -> dict[Any, tuple[Any, ...]]:
        asked = Aggregate("order", (Dimension("word", only=only),), measures)
        return {row["word"]: tuple(row[each.key] for each in measures) for row in shop.figures(asked)}

    rest = (4, Decimal("8.5"), 2)  # c, c, d and blank are the records 7 to 10
    assert figures("a", "b") == {"a": (4, Decimal("1.5"), 1), "b": (3, Decimal(5), 1), Others.others: rest}
    assert figures("a", "b", None)[Others.others] == (3, Decimal(8), 2)
    assert figures("a", "b", None)[None] == (1, Decimal(10), 0)
    both = (Dimension("word", only=("a",)), Dimension("stage", only=("open",)))
    found = {(row["word"], row["stage"]): row["count"] for row in shop.figures(Aggregate("order", both))}
    others = Others.others
    assert found == {("a", "open"): 2, ("a", others): 2, (others, "open"): 4, (others, others): 3}


def test_measures_may_be_narrowed(shop: Shop):
    for n, stage in enumerate(["open", "open", "apple", None]):
        shop.create("order", title=f"t{n}", stage=stage, amount=str(n + 1), word="x" if n < 3 else "y")
    is_open = parse('stage = "open"')
    measures = (
        Measure("share", where=is_open, name="rate"),
        Measure("sum", "amount", is_open, "opened"),
        Measure("count"),
    )

    found = shop.figures(Aggregate("order", (Dimension("word"),), measures))
    whole = shop.figures(Aggregate("order", (), measures, parse('word = "z"')))

    assert [tuple(row.values()) for row in found] == [
        ("x", Decimal("0.666666666667"), Decimal(3), 3), ("y", Decimal(0), Decimal(0), 1),
    ]  # fmt: skip
    assert whole == [{"rate": None, "opened": Decimal(0), "count": 0}]
    least = shop.figures(Aggregate("order", (Dimension("word"),), measures, order=Order.smallest))
    assert [row["word"] for row in least] == ["y", "x"]


@pytest.mark.parametrize(
    "dimension", [("word", "day"), ("day", "hour"), ("day", "'; DROP TABLE x"), ("tags", None), ("no", "day")]
)
def test_what_has_no_days_has_no_buckets(shop: Shop, dimension):
    with pytest.raises(Invalid) as caught:
        shop.figures(Aggregate("order", (Dimension(*dimension),)))

    assert [each.path for each in caught.value.issues] == ["group"]


def test_a_condition_of_a_measure_is_bound_by_what_its_reader_may_use(shop: Shop):
    with pytest.raises(Invalid) as caught:
        shop.figures(Aggregate("order", (), (Measure("share", where=parse("nothing = 1")),)))

    assert [each.path for each in caught.value.issues] == ["measure"]
