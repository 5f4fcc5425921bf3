"""Serial numbers: no gap, no repeat, a new count with each period."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from engines.access import Access
from engines.query import Cause, Change, Op
from engines.store import platform
from engines.store.writing import write
from tests.fixtures.shop import Shop, compiled, create_tables, definition


def numbers(shop: Shop, form: str = "order") -> list[object]:
    return [each["no"] for each in shop.all(form, sort="_id")]


def numbered(shop: Shop, *parts: dict[str, object]) -> Shop:
    """Replace the shop by one form with a number of these parts."""
    fields = [
        {"key": "kind", "type": "text", "label": "Kind"},
        {"key": "no", "type": "serial", "label": "No", "parts": parts},
    ]
    shop.app = compiled(definition([{"key": "paper", "label": "Paper", "fields": fields}]))
    with shop.db.write() as conn:
        create_tables(conn, shop.app)
    return shop


def test_follow_each_other_through_single_and_bulk_writes(shop: Shop):
    shop.create("order", title="a")
    shop.changing("order", *[Change(Op.create, {"title": title}) for title in "bcd"])
    shop.create("order", title="e")

    assert numbers(shop) == ["001", "002", "003", "004", "005"]


def test_a_refused_or_rolled_back_write_returns_its_number(shop: Shop):
    shop.create("order", title="a")
    shop.refuse("order", Change(Op.create, {"title": "A"}))
    with suppress(InterruptedError), shop.store.unit(shop.app, Access(None), Cause("test", None)) as uow:
        write(shop.store, uow, shop.app.form("order"), [Change(Op.create, {"title": "b"})])
        raise InterruptedError
    shop.create("order", title="c")

    assert numbers(shop) == ["001", "002"]


def test_a_given_number_is_kept_and_stepped_over(shop: Shop):
    shop.create("order", title="old", no="002")

    results = shop.changing("order", *[
        Change(Op.create, {"title": title, "no": no})
        for title, no in (("a", None), ("b", "004"), ("c", ""), ("d", None))
    ])  # fmt: skip

    assert all(each.ok for each in results)
    assert numbers(shop)[:3] == ["002", "001", "004"]
    assert set(numbers(shop)) == {"001", "002", "003", "004", "005"}


def test_a_number_in_the_trash_is_not_given_again(shop: Shop):
    order = shop.create("order", title="old", no="001")
    shop.changing("order", Change(Op.delete, id=order))

    shop.create("order", title="a")

    assert numbers(shop) == ["002"]


@pytest.mark.parametrize(
    ("reset", "format_", "later"),
    [
        ("year", "yyyy", datetime(2027, 1, 1, tzinfo=UTC)),
        ("month", "yyyymm", datetime(2026, 12, 1, tzinfo=UTC)),
        ("day", "yyyymmdd", datetime(2026, 11, 22, tzinfo=UTC)),
    ],
)
def test_begin_again_with_each_period_in_the_zone_of_the_app(shop: Shop, reset, format_, later):
    numbered(
        shop, {"type": "date", "format": format_}, {"type": "text", "text": "-"},
        {"type": "counter", "width": 2, "reset": reset},
    )  # fmt: skip
    shop.create("paper"), shop.create("paper")

    shop.clock.at = datetime.fromtimestamp(later.timestamp() - 8 * 3600, UTC)  # midnight in Shanghai
    shop.create("paper")

    before, after = numbers(shop, "paper")[:2], numbers(shop, "paper")[2:]
    assert [str(each)[-2:] for each in (*before, *after)] == ["01", "02", "01"]
    assert len(shop.rows(platform.serial)) == 2


def test_numbers_that_read_alike_are_drawn_again(shop: Shop):
    numbered(shop, {"type": "field", "field": "kind"}, {"type": "counter", "width": 1})
    shop.changing("paper", *[Change(Op.create, {"kind": "x"})] * 10)

    shop.changing("paper", *[Change(Op.create, {"kind": kind}) for kind in ("1", "", "11", "1")])

    found = numbers(shop, "paper")
    assert None not in found
    assert len(set(found)) == 14


def test_begin_where_the_designer_says_and_go_on_from_there_when_it_is_raised(shop: Shop):
    numbered(shop, {"type": "counter", "width": 3, "start": 40})
    shop.changing("paper", *[Change(Op.create, {"kind": kind}) for kind in "ab"])

    assert numbers(shop, "paper") == ["040", "041"]


def test_thousands_of_brought_numbers_are_stepped_over_without_a_gap(shop: Shop):
    numbered(shop, {"type": "counter", "width": 4})
    brought = [Change(Op.create, {"no": f"{at:04}"}) for at in range(1, 3001) if at != 2500]
    shop.changing("paper", *brought)
    seen: list[str] = []
    sa.event.listen(shop.db.writer, "before_cursor_execute", lambda *args: seen.append(args[2]))

    shop.changing("paper", *[Change(Op.create, {"kind": kind}) for kind in "abc"])

    assert numbers(shop, "paper")[-3:] == ["2500", "3001", "3002"]
    assert len(seen) < 100
