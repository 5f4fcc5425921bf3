"""Notices: each person is told once, and what must be acknowledged stays until it is."""

from collections.abc import Callable, Collection
from typing import Any

import pytest

from engines.store import notices
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.notices import Level, Notice
from engines.store.said import Said, Shown
from schemas.errors import NotFound
from tests.fixtures.clock import FakeClock


class Board:
    """The notices of an office, a transaction for each step."""

    def __init__(self, db: Database, clock: FakeClock) -> None:
        self.db, self.clock, self.ids = db, clock, SnowIds(0, clock)

    def tell(self, users: Collection[int], title: str = "Hello", **options: Any) -> list[int]:
        with self.db.write() as conn:
            told = Notice("shop", Said.plain(title), **options)
            return notices.notify(conn, self.ids, self.clock, users, told)

    def do(self, act: Callable[..., Any], *args: Any) -> Any:
        with self.db.write() as conn:
            return act(conn, self.clock, *args)

    def titles(self, user_id: int, **options: Any) -> list[str | int]:
        with self.db.read() as conn:
            found = notices.list_notices(conn, user_id, notices.Asked(**options)).notices
        return [each.notice.title.parts("en")[0] for each in found]

    def unread(self, user_id: int) -> int:
        with self.db.read() as conn:
            return notices.count_unread(conn, user_id)


@pytest.fixture
def board(database: Database, clock: FakeClock) -> Board:
    return Board(database, clock)


def test_everybody_named_is_told_once(board: Board):
    assert board.tell([1, 2, 1]) == [1, 2]

    assert board.unread(1) == board.unread(2) == 1
    assert board.unread(3) == 0


def test_a_retry_tells_only_those_who_were_not_told(board: Board):
    board.tell([1], unique="run:7:0")

    assert board.tell([1, 2], unique="run:7:0") == [2]
    assert board.unread(1) == 1


def test_reading_all_leaves_what_must_be_acknowledged(board: Board):
    board.tell([1], "plain")
    board.tell([1], "must", level=Level.must)

    assert board.do(notices.mark_all_read, 1) == 1

    assert board.titles(1, unread=True) == ["must"]
    with board.db.read() as conn:
        (pressing,) = notices.pressing(conn, 1)
    board.do(notices.mark_read, 1, pressing.id)
    assert board.unread(1) == 0


def test_nobody_reads_or_marks_what_another_was_told(board: Board):
    board.tell([1])
    with board.db.read() as conn:
        (mine,) = notices.list_notices(conn, 1).notices

    with pytest.raises(NotFound):
        board.do(notices.mark_read, 2, mine.id)
    assert board.unread(1) == 1


def test_newest_first_page_by_page(board: Board):
    for number in range(5):
        board.tell([1], f"{number}")

    with board.db.read() as conn:
        first = notices.list_notices(conn, 1, notices.Asked(limit=3))
        rest = notices.list_notices(conn, 1, notices.Asked(after=first.next, limit=3))

    told = [each.notice.title.parts("en")[0] for each in (*first.notices, *rest.notices)]
    assert told == ["4", "3", "2", "1", "0"]
    assert rest.next is None


def test_a_text_keeps_the_values_it_holds(board: Board):
    said = Said({"zh-CN": ("金额 ", 0), "en": ("Amount ", 0)}, (Shown("5.00", "number", 12, (12, 13)),))
    with board.db.write() as conn:
        notices.notify(conn, board.ids, board.clock, [1], Notice("shop", said, body=Said.plain("x")))

    with board.db.read() as conn:
        (found,) = notices.list_notices(conn, 1).notices

    assert found.notice.title == said
    assert found.notice.body == Said.plain("x")
