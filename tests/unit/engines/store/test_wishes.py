"""Which notices disturb whom, and when."""

from datetime import UTC, datetime, time

import pytest

from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.notices import Asked, Level, Notice, count_unread, list_notices, notify
from engines.store.said import Said
from engines.store.wishes import Way, Wishes, get_wishes, set_wishes
from tests.fixtures.clock import FakeClock

NIGHT = Wishes(start=time(22), end=time(7, 30), zone="Asia/Shanghai")
NOON = Wishes(start=time(12), end=time(14), zone="Asia/Shanghai")


@pytest.mark.parametrize(
    ("wanted", "now", "until"),
    [
        (NIGHT, (21, 15), (21, 23, 30)),  # 23:15 there: until 7:30 of the next day
        (NIGHT, (20, 22), (20, 23, 30)),  # 6:22 there: until 7:30 of the same day
        (NIGHT, (21, 1), None),
        (NOON, (21, 4), (21, 6)),
        (NOON, (21, 6), None),
        (Wishes(start=time(8), end=time(8)), (21, 0), None),
        (Wishes(), (21, 15), None),
    ],
)
def test_quiet_hours_end_when_they_say(wanted: Wishes, now: tuple[int, int], until: tuple[int, ...] | None):
    found = wanted.held_until(datetime(2026, 11, *now, 15 if now == (21, 15) else 0, tzinfo=UTC))

    assert found == (None if until is None else datetime(2026, 11, *until, tzinfo=UTC))


def test_people_are_told_as_they_wish_and_what_must_be_acknowledged_always_comes_through(
    database: Database, clock: FakeClock
):
    ids = SnowIds(0, clock)
    with database.write() as conn:
        set_wishes(conn, 1, Wishes({"todo": Way.none, "rule": Way.list}))
        set_wishes(conn, 2, Wishes(start=time(0), end=time(23, 59), zone="UTC"))
        assert get_wishes(conn, 1).way("todo") is Way.none

        def tell(source: str, level: Level = Level.normal) -> list[int]:
            return notify(
                conn, ids, clock, [1, 2, 3], Notice("shop", Said.plain("Hello"), None, level, source=source)
            )

        assert tell("todo:7") == [2, 3]
        assert tell("rule:1") == [1, 2, 3]
        assert tell("rule:1", Level.must) == [1, 2, 3]

    now = clock.now()
    with database.read() as conn:
        assert [count_unread(conn, each, now) for each in (1, 2, 3)] == [1, 1, 3]
        assert [len(list_notices(conn, each).notices) for each in (1, 2, 3)] == [2, 3, 3]
        assert len(list_notices(conn, 3, Asked(must=True)).notices) == 1
        clock.forward(days=1)
        assert count_unread(conn, 2, clock.now()) == 3
