"""To-dos: whose they are, in which order, and that nothing ends twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from engines.store import todos
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.said import Said
from engines.store.todo_lists import Asked, Counts, Which, count_todos, list_todos, todos_about
from engines.store.todos import KeptTodo, Todo, TodoKind, TodoState
from schemas.errors import Conflict, Forbidden, NotFound
from tests.fixtures.clock import FakeClock


@dataclass(frozen=True)
class Someone:
    """Implements ``Doer``."""

    id: int
    role_uids: frozenset[int] = frozenset()
    department_id: int | None = None


BO, CY, DI = Someone(1, frozenset({70, 71})), Someone(2, frozenset({70})), Someone(3)


class Desk:
    """The to-dos of an office, a transaction for each step."""

    def __init__(self, db: Database, clock: FakeClock) -> None:
        self.db, self.clock, self.ids = db, clock, SnowIds(0, clock)

    def add(self, title: str = "Call", days: float | None = None, **options: Any) -> int:
        due = None if days is None else self.clock.now() + timedelta(days=days)
        made = Todo("shop", TodoKind.rule, Said.plain(title), due=due, **options)
        with self.db.write() as conn:
            return todos.add_todo(conn, self.ids, self.clock, made)

    def do(self, act: Callable[..., Any], *args: Any, **options: Any) -> Any:
        with self.db.write() as conn:
            return act(conn, self.clock, *args, **options)

    def get(self, todo_id: int) -> KeptTodo:
        with self.db.read() as conn:
            return todos.get_todo(conn, todo_id)

    def listed(self, doer: Someone, which: Which = Which.open, **options: Any) -> list[int]:
        with self.db.read() as conn:
            found = list_todos(conn, doer, self.clock.now(), Asked(which, **options))
        return [each.id for each in found.todos]

    def counted(self, doer: Someone) -> Counts:
        with self.db.read() as conn:
            return count_todos(conn, doer, self.clock.now())


@pytest.fixture
def desk(database: Database, clock: FakeClock) -> Desk:
    return Desk(database, clock)


def test_the_most_urgent_stands_first_and_what_has_no_date_last(desk: Desk):
    whenever = desk.add(user_id=CY.id)
    later, soon = desk.add(days=3, user_id=CY.id), desk.add(days=1, user_id=CY.id)
    desk.add(days=0, user_id=BO.id)

    assert desk.listed(CY) == [soon, later, whenever]
    assert desk.counted(CY) == Counts(3, 0)


def test_late_ones_are_counted(desk: Desk):
    desk.add(days=1, user_id=CY.id)
    desk.add(days=2, user_id=CY.id)
    late = desk.add(days=-1, user_id=CY.id)

    assert desk.counted(CY) == Counts(3, 1)
    assert desk.listed(CY, Which.overdue) == [late]


def test_pages_follow_each_other_without_gaps(desk: Desk):
    made = [desk.add(days=days, user_id=CY.id) for days in (1, 1, 2, None, None)]

    with desk.db.read() as conn:
        seen, after = [], None
        for _ in range(3):
            page = list_todos(conn, CY, desk.clock.now(), Asked(after=after, limit=2))
            seen += [each.id for each in page.todos]
            after = page.next

    assert seen == made
    assert after is None


def test_a_role_sees_what_it_is_offered_until_one_takes_it(desk: Desk):
    offered = desk.add(role_uid=70)
    assert desk.listed(BO) == desk.listed(CY) == [offered]
    assert desk.listed(DI) == []

    desk.do(todos.claim_todo, offered, BO)

    assert desk.listed(BO) == [offered]
    assert desk.listed(CY) == []
    assert [step["what"] for step in desk.get(offered).steps] == ["taken"]
    with pytest.raises(Conflict):
        desk.do(todos.claim_todo, offered, CY)
    desk.do(todos.claim_todo, offered, BO)  # a second click changes nothing
    assert len(desk.get(offered).steps) == 1


def test_who_does_not_hold_the_role_takes_nothing(desk: Desk):
    offered = desk.add(role_uid=71)

    with pytest.raises(Forbidden):
        desk.do(todos.claim_todo, offered, CY)


def test_of_many_who_take_it_at_once_one_has_it(desk: Desk):
    offered = desk.add(role_uid=70)
    crowd = [Someone(number, frozenset({70})) for number in range(10, 16)]

    def take(doer: Someone) -> bool:
        try:
            desk.do(todos.claim_todo, offered, doer)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(take, crowd))

    assert sum(won) == 1
    assert desk.get(offered).todo.user_id == crowd[won.index(True)].id


def test_what_is_done_moves_to_the_other_list(desk: Desk):
    mine = desk.add(user_id=CY.id)

    desk.do(todos.finish_todo, mine, "done", CY.id)

    assert desk.listed(CY) == []
    assert desk.listed(CY, Which.done) == [mine]
    found = desk.get(mine)
    assert (found.state, found.outcome, found.ended_by) == (TodoState.done, "done", CY.id)
    with pytest.raises(Conflict):
        desk.do(todos.finish_todo, mine, "done", CY.id)


def test_handed_over(desk: Desk):
    mine = desk.add(user_id=CY.id)

    desk.do(todos.transfer_todo, mine, DI.id, CY.id)

    assert desk.listed(CY) == []
    assert desk.listed(DI) == [mine]
    assert desk.get(mine).steps[0]["from"] == CY.id


def test_everything_of_a_leaver_moves_to_one_person(desk: Desk):
    moved = [desk.add(user_id=CY.id), desk.add(user_id=CY.id)]
    ended = desk.add(user_id=CY.id)
    desk.do(todos.finish_todo, ended, "done", CY.id)

    assert desk.do(todos.hand_over, CY.id, DI.id, BO.id) == 2

    assert desk.listed(DI) == moved
    assert desk.get(ended).todo.user_id == CY.id


def test_what_a_role_shares_goes_back_to_it_and_what_a_flow_asks_for_is_left_to_the_flow(desk: Desk):
    role = min(BO.role_uids)
    shared, mine = desk.add(user_id=CY.id, role_uid=role), desk.add(user_id=CY.id)
    asked = desk.add(user_id=CY.id, source="flow:7:visit:8")

    with desk.db.write() as conn:
        assert todos.hand_over(conn, desk.clock, CY.id, BO.id, None, share=True) == 2

    found = [desk.get(each).todo.user_id for each in (shared, mine, asked)]
    assert found == [None, BO.id, CY.id]


def test_a_source_takes_back_what_it_made(desk: Desk):
    mine = desk.add(user_id=CY.id, source="rule:5", form_uid=9, record_id=1)
    other = desk.add(user_id=CY.id, source="rule:5", form_uid=9, record_id=2)
    foreign = desk.add(user_id=CY.id, source="rule:6", form_uid=9, record_id=1)

    assert desk.do(todos.cancel_todos, "no longer so", "rule:5", [1]) == 1
    assert desk.listed(CY) == [other, foreign]

    assert desk.do(todos.cancel_about, "deleted", 9, [1, 2]) == 2
    assert desk.get(mine).state is TodoState.cancelled


def test_the_same_key_makes_one(desk: Desk):
    first = desk.add(user_id=CY.id, unique="rule:5:1")
    desk.do(todos.finish_todo, first, "done", CY.id)

    assert desk.add(user_id=CY.id, unique="rule:5:1") == first
    assert desk.listed(CY) == []


def test_a_record_knows_what_is_open_about_it(desk: Desk):
    about = desk.add(user_id=CY.id, form_uid=9, record_id=1)
    desk.add(user_id=CY.id, form_uid=9, record_id=2)

    with desk.db.read() as conn:
        assert [each.id for each in todos_about(conn, 9, 1)] == [about]


def test_what_is_not_there(desk: Desk):
    with pytest.raises(NotFound):
        desk.do(todos.finish_todo, 5, "done", 1)
