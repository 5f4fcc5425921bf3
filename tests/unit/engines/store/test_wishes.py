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


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("wanted", "now", "until"),
    [
        (NIGHT, "21T15:15", "21T23:30"),  # 23:15 there: until 7:30 of the next day
        (NIGHT, "20T22:00", "20T23:30"),  # 6:00 there: until 7:30 of the same day
        (NIGHT, "21T01:00", None),
        (NOON, "21T04:00", "21T06:00"),
        (NOON, "21T06:00", None),
        (Wishes(start=time(8), end=time(8)), "21T00:00", None),
        (Wishes(), "21T15:00", None),
    ],
)
def test_quiet_hours_end_when_they_say(wanted: Wishes, now: str, until: str | None):
    assert wanted.held_until(moment(now)) == (None if until is None else moment(until))


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
