"""Remarks follow their element and are settled once; who designs and who is there, on both databases."""

import pytest

from engines.store import people, presence, remarks
from engines.store.people.users import Profile
from engines.store.remarks import New
from schemas.errors import Invalid, LimitReached, NotFound


@pytest.fixture
def house(database, clock, ids):
    """Two people."""
    with database.write() as conn:
        both = [people.add_user(conn, ids, clock, Profile(name, name.title())) for name in ("ada", "bo")]
    return database, clock, ids, both


def say(house, place, body="Why?", app="shop"):
    database, clock, ids, (ada, _) = house
    with database.write() as conn:
        return remarks.add_remark(conn, ids, clock, New(app, place, "Order", body, ada))


def places(house):
    with house[0].read() as conn:
        return [each.place for each in remarks.remarks(conn, "shop")]


def test_a_remark_follows_its_element_and_nothing_that_only_begins_alike(house):
    for place in ("forms/order/fields/a_b/options/x", "forms/order/fields/a_b", "forms/order/fields/axb", ""):
        say(house, place)
    say(house, "forms/order/fields/a_b", app="other")

    with house[0].write() as conn:
        remarks.moved(conn, "shop", "forms/order/fields/a_b", "forms/order/fields/total")

    assert places(house) == [
        "", "forms/order/fields/axb", "forms/order/fields/total", "forms/order/fields/total/options/x",
    ]  # fmt: skip


def test_a_remark_is_settled_and_opened_again(house):
    database, clock, _, (_, bo) = house
    number = say(house, "forms/order")

    with database.write() as conn:
        remarks.settle(conn, clock, "shop", number, bo)
        (settled,) = remarks.remarks(conn, "shop", settled=True)
        assert (settled.open, settled.settled_by, remarks.remarks(conn, "shop")) == (False, bo, [])
        remarks.settle(conn, clock, "shop", number, None)
        assert remarks.get_remark(conn, "shop", number).open
        with pytest.raises(NotFound):
            remarks.settle(conn, clock, "other", number, bo)


def test_what_says_nothing_and_what_never_ends_is_refused(house):
    with pytest.raises(Invalid):
        say(house, "forms/order", "  \n ")
    for _ in range(100):
        say(house, "")
    with pytest.raises(LimitReached):
        say(house, "")


def test_who_is_there_is_forgotten_after_a_minute(house):
    database, clock, _, (ada, bo) = house
    with database.write() as conn:
        presence.enter(conn, clock, "shop", ada, "/design/shop")
        presence.enter(conn, clock, "shop", ada, "/design/shop/forms/order")
        assert presence.others(conn, clock, "shop", bo)[0].place == "/design/shop/forms/order"
        assert presence.others(conn, clock, "shop", ada) == presence.others(conn, clock, "other", bo) == []
        clock.forward(seconds=61)
        assert presence.others(conn, clock, "shop", bo) == []


def test_the_design_of_an_app_is_given_once_and_taken_back(house):
    database, _, _, (ada, _) = house
    with database.write() as conn:
        people.let_design(conn, "shop", ada)
        people.let_design(conn, "shop", ada)
        assert people.load_person(conn, ada).designs == {"shop"}
        assert [each.login for each in people.given(conn, "shop")] == ["ada"]
        people.forbid_design(conn, "shop", ada)
        assert people.load_person(conn, ada).designs == set()
