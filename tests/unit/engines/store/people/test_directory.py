"""Lists, counts and roles of people; who is waiting; a new password for oneself."""

from datetime import timedelta
from typing import Any

import pytest

from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.people import (
    NewPassword,
    Passwords,
    Profile,
    accept,
    add_user,
    by_session,
    change_password,
    count_members,
    deactivate,
    get_person,
    holders,
    invite,
    invited,
    open_session,
    page_people,
    roles_held,
    set_roles,
    sign_in,
    waiting,
)
from schemas.errors import Busy, Invalid, NotFound
from tests.fixtures.clock import FakeClock
from tests.fixtures.people import PASSWORD, Staff

NEW = "nine tall ships"


def names(found: tuple[list[Any], int]) -> tuple[list[str], int]:
    return [each.login for each in found[0]], found[1]


def test_a_page_of_people_knows_how_many_there_are(
    database: Database, staff: Staff, clock: FakeClock
) -> None:
    with database.write() as conn:
        deactivate(conn, staff.bo, clock)

        assert names(page_people(conn)) == (["ada", "cy", "bo"], 3)
        assert names(page_people(conn, offset=1, limit=1)) == (["cy"], 3)
        assert names(page_people(conn, offset=9)) == ([], 3)


def test_a_page_is_narrowed_by_department_and_search_together(database: Database, staff: Staff) -> None:
    with database.read() as conn:
        assert names(page_people(conn, [staff.east])) == (["cy", "bo"], 2)
        assert names(page_people(conn, [staff.east], "shanxiaoyu")) == (["cy"], 1)
        assert names(page_people(conn, [staff.west], "shanxiaoyu")) == ([], 0)
        assert names(page_people(conn, [])) == ([], 0)
        assert names(page_people(conn, search="  ")) == (["ada", "cy", "bo"], 3)


def test_members_are_counted_by_their_own_department(
    database: Database, staff: Staff, clock: FakeClock
) -> None:
    with database.write() as conn:
        assert count_members(conn) == {None: 1, staff.east: 2}
        deactivate(conn, staff.cy, clock)

        assert count_members(conn) == {None: 1, staff.east: 1}


def test_roles_are_told_by_person_and_by_role(database: Database, staff: Staff, clock: FakeClock) -> None:
    with database.write() as conn:
        set_roles(conn, staff.bo, [70, 71])
        set_roles(conn, staff.cy, [70])

        assert roles_held(conn, [staff.ada, staff.bo]) == {staff.bo: {70, 71}}
        assert [each.login for each in holders(conn, 70)] == ["cy", "bo"]
        deactivate(conn, staff.cy, clock)
        assert [each.login for each in holders(conn, 70)] == ["bo"]


def test_one_person_is_found_or_not(database: Database, staff: Staff) -> None:
    with database.read() as conn:
        assert get_person(conn, staff.bo).login == "bo"
        with pytest.raises(NotFound):
            get_person(conn, 1)


def test_whoever_has_no_password_or_a_good_link_is_waiting(
    database: Database, staff: Staff, ids: SnowIds, clock: FakeClock
) -> None:
    with database.write() as conn:
        di = add_user(conn, ids, clock, Profile("di", "Di"))
        add_user(conn, ids, clock, Profile("dora", "Dora", demo="{}"))
        gone = add_user(conn, ids, clock, Profile("gone", "Gone"))
        deactivate(conn, gone, clock)
        assert [(each.user_id, each.joined, each.expires_at) for each in waiting(conn, clock.now())] == [
            (di, False, None)
        ]

        until = clock.now() + timedelta(days=7)
        token = invite(conn, di, clock.now())
        invite(conn, staff.bo, clock.now())
        assert {(each.user_id, each.joined, each.expires_at) for each in waiting(conn, clock.now())} == {
            (di, False, until),
            (staff.bo, True, until),
        }

        accept(conn, token, "hash", clock.now())
        clock.forward(days=8)
        assert waiting(conn, clock.now()) == []


# ---------------------------------------------------------------- a new password for oneself


def change(staff: Staff, **parts: str) -> NewPassword:
    asked = {"current": PASSWORD, "new": NEW, "token": "", "address": "192.0.2.1", **parts}
    return NewPassword(staff.bo, **asked)


def test_a_new_password_holds_and_ends_what_was_open(
    database: Database, staff: Staff, clock: FakeClock, passwords: Passwords
) -> None:
    with database.write() as conn:
        mine, other = (open_session(conn, staff.bo, clock.now()) for _ in range(2))
        link = invite(conn, staff.bo, clock.now())

    change_password(database, passwords, clock, change(staff, token=mine.token))

    with database.read() as conn:
        assert by_session(conn, mine.token, clock.now()) is not None
        assert by_session(conn, other.token, clock.now()) is None
        with pytest.raises(NotFound):
            invited(conn, link, clock.now())
    assert sign_in(database, passwords, clock, "bo", NEW, "192.0.2.1").user_id == staff.bo


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"current": "wrong"}, ("current", "password.wrong")),
        ({"new": "short"}, ("password", "password.too_short")),
        ({"new": "password123"}, ("password", "password.too_common")),
    ],
)
def test_a_wrong_or_poor_password_changes_nothing(
    database: Database, staff: Staff, clock: FakeClock, passwords: Passwords, parts: Any, problem: Any
) -> None:
    with pytest.raises(Invalid) as refused:
        change_password(database, passwords, clock, change(staff, **parts))

    assert [(issue.path, issue.code) for issue in refused.value.issues] == [problem]
    sign_in(database, passwords, clock, "bo", PASSWORD, "192.0.2.1")


def test_guessing_the_current_password_is_made_to_wait(
    database: Database, staff: Staff, clock: FakeClock, passwords: Passwords
) -> None:
    for _ in range(5):
        with pytest.raises(Invalid):
            change_password(database, passwords, clock, change(staff, current="wrong"))

    with pytest.raises(Busy):
        change_password(database, passwords, clock, change(staff))


def test_a_person_without_a_password_cannot_choose_one_without_a_link(
    database: Database, staff: Staff, ids: SnowIds, clock: FakeClock, passwords: Passwords
) -> None:
    with database.write() as conn:
        dora = add_user(conn, ids, clock, Profile("dora", "Dora", demo="{}"))

    with pytest.raises(Invalid):
        change_password(database, passwords, clock, NewPassword(dora, "", NEW, "", "192.0.2.1"))
