"""Proving who one is: sessions, keys, invitations, passwords, the first administrator."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engines.store import platform
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.people import (
    FirstAdmin,
    Passwords,
    Profile,
    accept,
    add_key,
    by_key,
    by_session,
    check_password,
    close_session,
    deactivate,
    epoch,
    invite,
    invited,
    list_keys,
    load_person,
    open_session,
    revoke_key,
    setup_open,
    sign_in,
    touch_session,
)
from engines.store.people.attempts import forgotten_attempts
from engines.store.people.sessions import expired_sessions
from engines.store.waste import remove
from schemas.errors import Busy, Forbidden, Invalid, NotFound, Unauthenticated, WeftError
from tests.fixtures.clock import FakeClock
from tests.fixtures.people import PASSWORD, Staff

ADDRESS = "192.0.2.1"


class Door:
    """Signs people in."""

    def __init__(self, db: Database, passwords: Passwords, clock: FakeClock) -> None:
        self.db, self.passwords, self.clock = db, passwords, clock

    def enter(self, login: str = "cy", password: str = PASSWORD, address: str = ADDRESS) -> str:
        return sign_in(self.db, self.passwords, self.clock, login, password, address).token

    def fail(self, times: int, login: str = "cy", address: str = ADDRESS) -> None:
        for _ in range(times):
            with pytest.raises(Unauthenticated):
                self.enter(login, "wrong", address)


@pytest.fixture
def door(database: Database, passwords: Passwords, clock: FakeClock, staff: Staff) -> Door:
    return Door(database, passwords, clock)


# ---------------------------------------------------------------- sessions


def test_a_session_says_who_calls(database: Database, staff: Staff, clock: FakeClock) -> None:
    with database.write() as conn:
        opened = open_session(conn, staff.bo, clock.now())

    with database.read() as conn:
        caller = by_session(conn, opened.token, clock.now())
        assert caller == (staff.bo, epoch(conn), opened.csrf, False)
        assert by_session(conn, opened.token + "x", clock.now()) is None
        assert by_session(conn, "", clock.now()) is None


def test_the_database_never_holds_a_token(database: Database, staff: Staff, clock: FakeClock) -> None:
    with database.write() as conn:
        opened = open_session(conn, staff.bo, clock.now())
        _, key = add_key(conn, SnowIds(1, clock), staff.bo, "script", clock.now())
        link = invite(conn, staff.bo, clock.now())
        tables = (platform.session, platform.api_key, platform.invitation)
        stored = repr([conn.execute(sa.select(table)).all() for table in tables])

    assert opened.token not in stored
    assert key not in stored
    assert link not in stored


def test_a_session_slides_and_ends_a_fortnight_after_the_last_visit(
    database: Database, staff: Staff, clock: FakeClock
) -> None:
    with database.write() as conn:
        token = open_session(conn, staff.bo, clock.now()).token

        clock.forward(days=13)
        caller = by_session(conn, token, clock.now())
        assert caller is not None
        assert caller.stale
        touch_session(conn, token, clock.now())
        clock.forward(days=13)
        assert by_session(conn, token, clock.now()) is not None

        clock.forward(days=1)
        assert by_session(conn, token, clock.now()) is None
        touch_session(conn, token, clock.now())
        assert by_session(conn, token, clock.now()) is None


def test_a_visit_is_written_at_most_once_an_hour(database: Database, staff: Staff, clock: FakeClock) -> None:
    with database.write() as conn:
        token = open_session(conn, staff.bo, clock.now()).token
        began = clock.now()

        clock.forward(minutes=59)
        caller = by_session(conn, token, clock.now())
        assert caller is not None
        assert not caller.stale
        touch_session(conn, token, clock.now())
        assert conn.scalar(sa.select(platform.session.c.seen_at)) == began

        clock.forward(minutes=1)
        touch_session(conn, token, clock.now())
        assert conn.scalar(sa.select(platform.session.c.seen_at)) == clock.now()


def test_signing_out_and_sweeping_delete(database: Database, staff: Staff, clock: FakeClock) -> None:
    with database.write() as conn:
        first, _ = (open_session(conn, staff.bo, clock.now()).token for _ in range(2))

        close_session(conn, first)

        assert by_session(conn, first, clock.now()) is None

    assert remove(database, expired_sessions(clock.now())) == 0
    assert remove(database, expired_sessions(clock.now() + timedelta(days=14))) == 1


def test_finding_the_caller_is_quick(database: Database, staff: Staff, clock: FakeClock) -> None:
    with database.write() as conn:
        token = open_session(conn, staff.bo, clock.now()).token

    with database.read() as conn:
        by_session(conn, token, clock.now())
        started = time.thread_time()
        for _ in range(500):
            by_session(conn, token, clock.now())
        each = (time.thread_time() - started) / 500

    assert each < (0.000_15 if database.sqlite else 0.002)


# ---------------------------------------------------------------- keys


def test_a_key_acts_for_its_owner_until_it_is_revoked(
    database: Database, staff: Staff, clock: FakeClock, ids: SnowIds
) -> None:
    with database.write() as conn:
        key_id, key = add_key(conn, ids, staff.bo, "script", clock.now())

        assert key.startswith("weft_")
        assert by_key(conn, key) == (staff.bo, epoch(conn), "", False)
        assert by_key(conn, key[:-1]) is None
        assert [(view.id, view.name, view.hint) for view in list_keys(conn, staff.bo)] == [
            (key_id, "script", key[-4:])
        ]
        with pytest.raises(NotFound):
            revoke_key(conn, staff.cy, key_id, clock.now())
        revoke_key(conn, staff.bo, key_id, clock.now())

        assert by_key(conn, key) is None


def test_a_session_token_is_no_key(database: Database, staff: Staff, clock: FakeClock, ids: SnowIds) -> None:
    with database.write() as conn:
        token = open_session(conn, staff.bo, clock.now()).token
        _, key = add_key(conn, ids, staff.bo, "script", clock.now())

        assert by_key(conn, token) is None
        assert by_session(conn, key, clock.now()) is None


# ---------------------------------------------------------------- invitations


def test_an_invitation_sets_a_password_once(
    database: Database, staff: Staff, clock: FakeClock, door: Door
) -> None:
    stored = door.passwords.hash("a new password")
    with database.write() as conn:
        session = open_session(conn, staff.cy, clock.now()).token
        link = invite(conn, staff.cy, clock.now())
        assert invited(conn, link, clock.now()) == staff.cy
        assert accept(conn, link, stored, clock.now()) == staff.cy
        assert by_session(conn, session, clock.now()) is None
        with pytest.raises(NotFound):
            accept(conn, link, stored, clock.now())

    assert door.enter(password="a new password")
    with pytest.raises(Unauthenticated):
        door.enter(password=PASSWORD)


def test_an_invitation_expires_and_is_replaced_by_the_next(
    database: Database, staff: Staff, clock: FakeClock
) -> None:
    with database.write() as conn:
        old, new = (invite(conn, staff.cy, clock.now()) for _ in range(2))
        with pytest.raises(NotFound):
            accept(conn, old, "hash", clock.now())
        clock.forward(days=7)
        with pytest.raises(NotFound):
            accept(conn, new, "hash", clock.now())


def test_two_who_follow_one_link_together_do_not_both_succeed(
    database: Database, staff: Staff, clock: FakeClock
) -> None:
    with database.write() as conn:
        link = invite(conn, staff.cy, clock.now())

    def follow(n: int) -> bool:
        try:
            with database.write() as conn:
                accept(conn, link, f"hash {n}", clock.now())
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(follow, range(4))) == [False, False, False, True]


# ---------------------------------------------------------------- signing in


def test_the_right_password_opens_a_session(database: Database, door: Door, staff: Staff) -> None:
    token = door.enter(" CY ")

    with database.read() as conn:
        caller = by_session(conn, token, door.clock.now())
    assert caller is not None
    assert caller.user_id == staff.cy


def test_nobody_learns_who_exists(database: Database, door: Door, staff: Staff, clock: FakeClock) -> None:
    with database.write() as conn:
        deactivate(conn, staff.bo, clock)

    told = []
    for login, password in (("cy", "wrong"), ("nobody", "wrong"), ("bo", PASSWORD), ("", ""), ("cy", "")):
        with pytest.raises(WeftError) as refused:
            door.enter(login, password)
        told.append((type(refused.value), refused.value.reason, refused.value.params))

    assert set(map(str, told)) == {str((Unauthenticated, "sign_in.wrong", {}))}


def test_an_unknown_login_costs_a_comparison_too(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    hasher = type(door.passwords._hasher)
    verify = hasher.verify

    def watched(self: Any, stored: str, password: str) -> Any:
        compared.append(stored)
        return verify(self, stored, password)

    monkeypatch.setattr(hasher, "verify", watched)

    door.fail(1, "nobody")
    door.fail(1, "cy")

    assert len(compared) == 2
    assert compared[0].split("$")[:4] == compared[1].split("$")[:4]


def test_the_password_of_the_dummy_opens_nothing(passwords: Passwords) -> None:
    assert passwords.verify(None, "nobody's") is False
    assert passwords.verify("no hash at all", "x") is False


def test_five_wrong_passwords_lock_the_login_for_longer_and_longer(door: Door) -> None:
    door.fail(5)
    waits = []
    for _ in range(6):
        with pytest.raises(Busy) as refused:
            door.enter()
        assert refused.value.reason == "sign_in.locked"
        waits.append(refused.value.params["minutes"])
        door.clock.forward(seconds=int(str(refused.value.params["retry_after"])))
        door.fail(1)

    assert waits == [2, 3, 5, 9, 16, 16]  # the second that is added rounds up
    assert door.enter("bo")


def test_a_lock_ends_and_success_starts_anew(door: Door) -> None:
    door.fail(4)
    assert door.enter()
    door.fail(4)
    assert door.enter()


def test_old_failures_are_forgiven(door: Door) -> None:
    for _ in range(10):
        door.fail(3)
        door.clock.forward(hours=1)

    assert door.enter()


def test_an_address_that_tries_everybody_is_locked(door: Door) -> None:
    for n in range(50):
        door.fail(1, f"guess{n}")

    with pytest.raises(Busy):
        door.enter()
    assert door.enter(address="192.0.2.2")


def test_an_office_that_signs_in_rightly_is_never_locked(door: Door) -> None:
    for _ in range(60):
        door.enter()


def test_guesses_that_arrive_together_are_counted_each(door: Door) -> None:
    def guess(n: int) -> str:
        with pytest.raises(WeftError) as refused:
            door.enter("cy", f"guess {n}")
        return refused.value.reason

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(16)))

    assert answers.count("sign_in.wrong") == 5


def test_old_counters_are_swept(database: Database, door: Door) -> None:
    door.fail(1)
    door.clock.forward(hours=13)

    assert remove(database, forgotten_attempts(door.clock.now())) == 2


def test_a_password_hashed_with_old_parameters_is_hashed_anew(
    database: Database, door: Door, staff: Staff
) -> None:
    def stored() -> str:
        with database.read() as conn:
            return str(conn.scalar(sa.select(platform.user.c.password).where(platform.user.c.id == staff.cy)))

    sign_in(database, Passwords(), door.clock, "cy", PASSWORD, ADDRESS)

    assert "m=65536" in stored()


# ---------------------------------------------------------------- passwords, set-up


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password.too_short"),
        ("x" * 1001, "field.too_long"),
        ("Password123", "password.too_common"),
        ("li.ming88", "password.too_common"),
        ("aaaaaaaaaa", "password.too_common"),
    ],
)
def test_refuses_a_password_that_is_easily_guessed(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(password, "li.ming88")

    assert [issue.code for issue in refused.value.issues] == [code]


def test_a_long_phrase_is_a_good_password() -> None:
    check_password("correct horse battery staple", "cy")


def test_the_code_makes_one_administrator(database: Database, ids: SnowIds, clock: FakeClock) -> None:
    first, profile = FirstAdmin(), Profile("root", "管理员")
    with database.write() as conn:
        assert setup_open(conn)
        with pytest.raises(Forbidden):
            first.create(conn, ids, clock, "", profile, "hash")
        with pytest.raises(Forbidden):
            first.create(conn, ids, clock, FirstAdmin().code, profile, "hash")
        made = first.create(conn, ids, clock, first.code, profile, "hash")

        assert load_person(conn, made).admin
        assert not setup_open(conn)
        with pytest.raises(Forbidden):
            first.create(conn, ids, clock, first.code, Profile("second", "x"), "hash")


def test_two_who_come_with_the_code_together_do_not_both_succeed(
    database: Database, ids: SnowIds, clock: FakeClock
) -> None:
    first = FirstAdmin()

    def come(n: int) -> bool:
        try:
            with database.write() as conn:
                first.create(conn, ids, clock, first.code, Profile(f"root{n}", "x"), "hash")
        except Forbidden:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(come, range(4))) == [False, False, False, True]
