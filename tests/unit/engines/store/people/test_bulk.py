"""Pasted rows: all or none, and every problem told at its place."""

import pytest
import sqlalchemy as sa

from engines.store import platform
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.people import Added, NewPerson, add_people, epoch, invited, load_person, load_tree
from schemas.errors import Invalid
from tests.fixtures.clock import FakeClock
from tests.fixtures.people import Staff

ROLES = {"销售员": 70, "Manager": 71}
GOOD = [
    NewPerson(
        "李雷", "lilei", department="销售中心/华东销售部", manager="薄小明", roles=("销售员", "manager")
    ),
    NewPerson("韩梅梅", email="Han@Example.com", department="华西销售部", manager="李雷"),
    NewPerson("Jo Doe", phone="139 1234 0000", manager="ada"),
    NewPerson("王五", "wang5"),
]


class Desk:
    """Where rows are pasted."""

    def __init__(self, db: Database, ids: SnowIds, clock: FakeClock) -> None:
        self.db, self.ids, self.clock = db, ids, clock

    def paste(self, rows: list[NewPerson], *, new_departments: bool = False) -> list[Added]:
        with self.db.write() as conn:
            return add_people(conn, self.ids, self.clock, rows, ROLES, new_departments=new_departments)

    def refused(self, rows: list[NewPerson]) -> dict[str, str]:
        with pytest.raises(Invalid) as refused:
            self.paste(rows)
        with self.db.read() as conn:
            assert conn.scalar(sa.select(sa.func.count()).select_from(platform.user)) == 3
        return {issue.path: issue.code for issue in refused.value.issues}


@pytest.fixture
def desk(database: Database, ids: SnowIds, clock: FakeClock, staff: Staff) -> Desk:
    return Desk(database, ids, clock)


def test_people_are_added_with_their_places(desk: Desk, staff: Staff) -> None:
    added = desk.paste(GOOD)

    with desk.db.read() as conn:
        li, han, jo, wang = (load_person(conn, each.user_id) for each in added)
        assert [invited(conn, each.token, desk.clock.now()) for each in added] == [
            li.id,
            han.id,
            jo.id,
            wang.id,
        ]
    assert (li.department_id, li.manager_id) == (staff.east, staff.bo)
    assert li.role_uids == {70, 71}
    assert (han.login, han.email, han.department_id) == ("han@example.com", "Han@Example.com", staff.west)
    assert han.manager_id == li.id
    assert (jo.login, jo.phone, jo.manager_id) == ("13912340000", "13912340000", staff.ada)
    assert (wang.department_id, wang.manager_id, wang.role_uids) == (None, None, frozenset())


def test_every_problem_is_told_and_nobody_added(desk: Desk) -> None:
    rows = [
        *GOOD,
        NewPerson("", ""),
        NewPerson("张三", "bo", email="x", phone="y"),
        NewPerson("张四", "z4", department="没有", manager="没有", roles=("没有", "销售员")),
        NewPerson("张五", "LiLei"),
        NewPerson("张六", "z6", manager="张六"),
    ]

    assert desk.refused(rows) == {
        "0.login": "person.account_taken",
        "4.name": "field.required", "4.login": "field.required",
        "5.login": "person.account_taken", "5.email": "field.not_an_email", "5.phone": "field.not_a_phone",
        "6.department": "person.unknown_department", "6.manager": "field.not_found",
        "6.roles": "person.unknown_role",
        "7.login": "person.account_taken",
        "8.manager": "person.manager_cycle",
    }  # fmt: skip


def test_a_manager_whose_name_two_bear_is_asked_for(desk: Desk) -> None:
    rows = [
        NewPerson("薄小明", "bo2"),
        NewPerson("张三", "z3", manager="薄小明"),
        NewPerson("张四", "z4", manager="bo2"),
    ]

    assert desk.refused(rows) == {"1.manager": "field.ambiguous"}


def test_rows_that_manage_each_other_are_refused(desk: Desk) -> None:
    rows = [
        NewPerson("甲", "a", manager="丙"),
        NewPerson("乙", "b", manager="甲"),
        NewPerson("丙", "c", manager="乙"),
    ]

    assert desk.refused(rows) == {"2.manager": "person.manager_cycle"}


def test_missing_departments_are_added_when_asked_for(desk: Desk) -> None:
    rows = [
        NewPerson("甲", "a", department="研发中心/平台组"),
        NewPerson("乙", "b", department="研发中心/应用组"),
    ]

    added = desk.paste(rows, new_departments=True)

    with desk.db.read() as conn:
        tree = load_tree(conn)
        paths = [tree.path(load_person(conn, each.user_id).department_id or 0) for each in added]
    assert paths == ["研发中心/平台组", "研发中心/应用组"]
    assert len(tree.by_id) == 6


def test_too_many_rows_are_refused(desk: Desk) -> None:
    assert desk.refused([NewPerson(f"人{n}", f"u{n}") for n in range(1001)]) == {"": "limit.reached"}


def test_forty_people_bump_the_epoch(desk: Desk) -> None:
    with desk.db.read() as conn:
        before = epoch(conn)

    added = desk.paste([NewPerson(f"新人{n}", f"new{n}", department="华东销售部") for n in range(40)])

    with desk.db.read() as conn:
        assert epoch(conn) > before
    assert len({each.token for each in added}) == 40
