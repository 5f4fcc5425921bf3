"""People: what they are, what they may become, and how they are found."""

import pytest
import sqlalchemy as sa

from engines.store import platform
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.people import (
    PersonCache,
    Profile,
    activate,
    add_key,
    add_user,
    by_key,
    by_session,
    deactivate,
    demo_people,
    epoch,
    get_profile,
    invite,
    invited,
    list_people,
    load_person,
    names,
    open_session,
    role_members,
    search_people,
    set_members,
    set_password,
    set_preferences,
    set_roles,
    update_user,
)
from schemas.errors import Conflict, Invalid, NotFound
from tests.fixtures.clock import FakeClock
from tests.fixtures.people import Staff


def codes(refused: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {issue.path: issue.code for issue in refused.value.issues}


def test_a_person_bears_roles_and_departments(database: Database, staff: Staff) -> None:
    with database.write() as conn:
        set_roles(conn, staff.bo, [70, 71, 70])
        bo = load_person(conn, staff.bo)

    assert (bo.login, bo.name, bo.phone, bo.manager_id) == ("bo", "薄小明", "+8613912345678", staff.ada)
    assert bo.role_uids == {70, 71}
    assert (bo.department_ids, bo.departments_below) == ((staff.east,), (staff.east,))
    assert (bo.admin, bo.active) == (False, True)


def test_a_person_without_department_has_none(database: Database, staff: Staff) -> None:
    with database.read() as conn:
        ada = load_person(conn, staff.ada)
        with pytest.raises(NotFound):
            load_person(conn, 1)

    assert (ada.department_id, ada.department_ids, ada.departments_below) == (None, (), ())


@pytest.mark.parametrize(
    ("profile", "expected"),
    [
        (Profile("", ""), {"name": "field.required", "login": "field.required"}),
        (Profile("a b", "x"), {"login": "person.bad_account"}),
        (Profile("ＢＯ", "x"), {"login": "person.account_taken"}),
        (Profile("x", "x" * 101), {"name": "field.too_long"}),
        (Profile("x", "x", email="x@"), {"email": "field.not_an_email"}),
        (Profile("x", "x", phone="12k"), {"phone": "field.not_a_phone"}),
        (Profile("x", "x", department_id=1), {"department_id": "field.not_found"}),
        (Profile("x", "x", manager_id=1), {"manager_id": "field.not_found"}),
    ],
)
def test_refuses_a_wrong_profile(
    database: Database,
    staff: Staff,
    ids: SnowIds,
    clock: FakeClock,
    profile: Profile,
    expected: dict[str, str],
) -> None:
    with pytest.raises(Invalid) as refused, database.write() as conn:
        add_user(conn, ids, clock, profile)

    assert codes(refused) == expected


@pytest.mark.parametrize("manager", ["ada", "bo", "cy"])
def test_nobody_is_managed_by_those_below(database: Database, staff: Staff, manager: str) -> None:
    with pytest.raises(Invalid) as refused, database.write() as conn:
        update_user(conn, staff.ada, manager_id=getattr(staff, manager))

    assert codes(refused) == {"manager_id": "person.manager_cycle"}


@pytest.mark.parametrize("name", ["id", "active", "password", "created_at", "role_uids"])
def test_a_profile_has_no_back_door(database: Database, staff: Staff, name: str) -> None:
    with pytest.raises(TypeError), database.write() as conn:
        update_user(conn, staff.cy, **{name: 1})

    with pytest.raises(TypeError), database.write() as conn:
        set_preferences(conn, staff.cy, **{name: "1"})


def test_changes_keep_the_rest(database: Database, staff: Staff) -> None:
    with database.write() as conn:
        update_user(conn, staff.bo, email="new@example.com")
        set_preferences(conn, staff.bo, locale="en", theme="dark")
        profile, person = get_profile(conn, staff.bo), load_person(conn, staff.bo)

    assert (profile.name, profile.email, profile.department_id) == ("薄小明", "new@example.com", staff.east)
    assert (person.locale, person.theme) == ("en", "dark")


def test_the_last_administrator_stays(database: Database, staff: Staff, clock: FakeClock) -> None:
    with pytest.raises(Conflict), database.write() as conn:
        deactivate(conn, staff.ada, clock)
    with pytest.raises(Conflict), database.write() as conn:
        update_user(conn, staff.ada, admin=False)

    with database.write() as conn:
        update_user(conn, staff.bo, admin=True)
        deactivate(conn, staff.ada, clock)
    with pytest.raises(Conflict), database.write() as conn:
        update_user(conn, staff.bo, admin=False)


def test_a_deactivated_person_is_out_at_once(
    database: Database, staff: Staff, clock: FakeClock, ids: SnowIds
) -> None:
    with database.write() as conn:
        token = open_session(conn, staff.cy, clock.now()).token
        _, key = add_key(conn, ids, staff.cy, "script", clock.now())
        link = invite(conn, staff.cy, clock.now())
        deactivate(conn, staff.cy, clock)

    def assert_out(conn: sa.Connection) -> None:
        assert by_session(conn, token, clock.now()) is None
        assert by_key(conn, key) is None
        with pytest.raises(NotFound):
            invited(conn, link, clock.now())

    with database.write() as conn:
        assert_out(conn)
        with pytest.raises(NotFound):
            invite(conn, staff.cy, clock.now())
        activate(conn, staff.cy)
        assert_out(conn)


def test_the_flag_alone_shuts_out(database: Database, staff: Staff, clock: FakeClock, ids: SnowIds) -> None:
    with database.write() as conn:
        token = open_session(conn, staff.cy, clock.now()).token
        _, key = add_key(conn, ids, staff.cy, "script", clock.now())
        conn.execute(sa.update(platform.user).where(platform.user.c.id == staff.cy).values(active=False))

        assert by_session(conn, token, clock.now()) is None
        assert by_key(conn, key) is None


def test_a_new_password_ends_other_sessions(database: Database, staff: Staff, clock: FakeClock) -> None:
    with database.write() as conn:
        here, there = (open_session(conn, staff.cy, clock.now()).token for _ in range(2))
        other = open_session(conn, staff.bo, clock.now()).token

        set_password(conn, staff.cy, "hash", but=here)

        assert by_session(conn, here, clock.now()) is not None
        assert by_session(conn, there, clock.now()) is None
        assert by_session(conn, other, clock.now()) is not None


def test_roles_are_held_by_exactly_those_named(database: Database, staff: Staff) -> None:
    with database.write() as conn:
        set_roles(conn, staff.bo, [70, 71])
        set_members(conn, 70, [staff.cy])

        assert role_members(conn, 70) == {staff.cy}
        assert load_person(conn, staff.bo).role_uids == {71}
        with pytest.raises(NotFound):
            set_roles(conn, 1, [70])


def test_every_change_of_rights_bumps_the_epoch(database: Database, staff: Staff, clock: FakeClock) -> None:
    changes = (
        lambda conn: set_roles(conn, staff.bo, [70]),
        lambda conn: set_members(conn, 70, [staff.cy]),
        lambda conn: update_user(conn, staff.bo, department_id=staff.west),
        lambda conn: set_preferences(conn, staff.bo, theme="dark"),
        lambda conn: deactivate(conn, staff.bo, clock),
        lambda conn: activate(conn, staff.bo),
    )
    for change in changes:
        with database.write() as conn:
            before = epoch(conn)
            change(conn)
            assert epoch(conn) > before


def test_the_cache_answers_until_the_epoch_changes(database: Database, staff: Staff) -> None:
    cache = PersonCache()
    with database.read() as conn:
        number = epoch(conn)
        first = cache.get(conn, staff.bo, number)
        assert cache.get(conn, staff.bo, number) is first
    with database.write() as conn:
        update_user(conn, staff.bo, name="薄大明")

    with database.read() as conn:
        assert cache.get(conn, staff.bo, epoch(conn)).name == "薄大明"


@pytest.mark.parametrize(
    "typed", ["薄", "小明", "薄小明", "boxiaoming", "bxm", "bo@ex", "139", "13912345678", "+86 139 1234"]
)
def test_people_are_found_by_what_one_knows_of_them(database: Database, staff: Staff, typed: str) -> None:
    with database.read() as conn:
        assert [entry.id for entry in search_people(conn, typed, 10)] == [staff.bo]


def test_a_family_name_is_found_as_it_is_spoken(database: Database, staff: Staff) -> None:
    with database.read() as conn:
        assert [entry.id for entry in search_people(conn, "shanxy", 10)] == []
        assert [entry.id for entry in search_people(conn, "shanxiaoy", 10)] == [staff.cy]


def test_search_shows_active_people_and_follows_changes(
    database: Database, staff: Staff, clock: FakeClock
) -> None:
    with database.write() as conn:
        update_user(conn, staff.bo, name="柏舟")
        deactivate(conn, staff.cy, clock)

        assert [entry.id for entry in search_people(conn, "柏舟")] == [staff.bo]
        assert search_people(conn, "小明") == []
        assert search_people(conn, "单小雨") == []
        assert {entry.id for entry in search_people(conn, " ")} == {staff.ada, staff.bo}
        assert len(search_people(conn, "", 1)) == 1
        assert search_people(conn, "%") == []


def test_lists_and_names_include_those_who_left(database: Database, staff: Staff, clock: FakeClock) -> None:
    with database.write() as conn:
        deactivate(conn, staff.cy, clock)

        assert {entry.id for entry in list_people(conn, [staff.east])} == {staff.bo, staff.cy}
        assert [entry.id for entry in list_people(conn, [staff.east], active=True)] == [staff.bo]
        assert len(list_people(conn)) == 3
        assert names(conn, [staff.cy, 1]) == {staff.cy: "单小雨"}


def test_demo_people_bear_the_title_of_their_card(database: Database, staff: Staff) -> None:
    with database.write() as conn:
        update_user(conn, staff.cy, demo="销售员")

        assert [(entry.id, entry.demo) for entry in demo_people(conn)] == [(staff.cy, "销售员")]


def test_what_cannot_be_stored_is_left_out(database: Database, staff: Staff, clock: FakeClock) -> None:
    with database.write() as conn:
        update_user(conn, staff.bo, name="Bo\x00\u202e Li", email="\x00", phone="\x00139 1234 5678")
        add_key(conn, SnowIds(1, clock), staff.bo, "k\x00", clock.now())
        profile = get_profile(conn, staff.bo)

    assert (profile.name, profile.email, profile.phone) == ("Bo Li", None, "13912345678")


def test_an_account_with_a_character_no_database_takes_is_refused(database: Database, staff: Staff) -> None:
    with database.write() as conn, pytest.raises(Invalid) as refused:
        update_user(conn, staff.bo, login="b\x00o")

    assert codes(refused) == {"login": "person.bad_account"}
