"""Coming in and going out, as a browser without scripts does."""

import re

import pytest

from engines.store import people
from engines.store.settings import get_setting
from tests.fixtures.people import PASSWORD
from tests.fixtures.visiting import House, Visitor

HERE = {"address": "127.0.0.1", "host": "localhost"}
NEW = {"site": "Loom & Sons", "name": "Ada", "account": "ada", "password": "four green boats"}


# ---------------------------------------------------------------- set-up


def test_an_installation_without_people_leads_to_its_set_up(empty_house: House) -> None:
    visitor = empty_house.visitor(**HERE)

    visitor.get("/", 303)
    answer = visitor.client.get("/sign-in", follow_redirects=False)

    assert answer.headers["location"] == "/setup"


def test_the_first_administrator_is_made_and_comes_in(empty_house: House) -> None:
    visitor = empty_house.visitor(**HERE)
    visitor.get("/setup")

    place = visitor.post("/setup", NEW).headers["location"]

    assert place == "/"
    assert "Loom & Sons" in visitor.get("/people")
    assert empty_house.read(get_setting, "site") == "Loom & Sons"
    assert [(each.login, each.admin) for each in empty_house.read(people.list_people)] == [("ada", True)]


def test_every_problem_of_the_set_up_is_told_at_once(empty_house: House) -> None:
    visitor = empty_house.visitor(**HERE)
    visitor.get("/setup", accept_language="en")

    html = visitor.post(
        "/setup", {"site": "Loom", "name": "", "account": "a b", "password": "short"}, 422
    ).text

    for name in ("name", "account", "password"):
        assert re.search(rf'data-field="{name}".*?class="weft-error"', html, re.DOTALL), name
        assert f'href="#f-{name}"' in html
    assert 'value="Loom"' in html
    assert "short" not in html


# ---------------------------------------------------------------- signing in


def test_a_person_signs_in_and_returns_to_where_she_wanted_to_go(house: House) -> None:
    visitor = house.visitor()
    place = visitor.client.get("/people?search=a b&page=2", follow_redirects=False).headers["location"]

    visitor.get(place)
    wanted = visitor.post(
        "/sign-in", {"account": " ADA ", "password": PASSWORD, "next": "/people?search=a%20b"}
    )

    assert place == "/sign-in?next=/people%3Fsearch%3Da%2520b%26page%3D2"
    assert re.search(r'name="next" value="/people\?search=a%20b&page=2"', visitor.html)
    assert wanted.headers["location"] == "/people?search=a%20b"


def test_a_wrong_password_says_so_and_keeps_the_account(house: House) -> None:
    visitor = house.visitor()
    visitor.get("/sign-in", accept_language="en")

    html = visitor.post("/sign-in", {"account": "ada", "password": "wrong"}, 422).text

    assert "ada" in html
    assert "wrong" not in re.sub(r"<[^>]*>", "", html).replace("The account or password is wrong", "")


def test_whoever_is_in_does_not_sign_in_again(ada: Visitor) -> None:
    answer = ada.client.get("/sign-in?next=/people", follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, "/people")


def test_an_address_with_chinese_survives_the_redirect(house: House) -> None:
    visitor = house.visitor()
    visitor.get("/sign-in")

    answer = visitor.post(
        "/sign-in", {"account": "ada", "password": PASSWORD, "next": "/a/shop/note?search=便笺"}
    )

    assert answer.headers["location"] == "/a/shop/note?search=%E4%BE%BF%E7%AC%BA"


def test_signing_out_leads_back_to_the_door(house: House, ada: Visitor) -> None:
    place = ada.post("/sign-out").headers["location"]

    assert place == "/sign-in"
    ada.get("/people", 303)


# ---------------------------------------------------------------- invitations


def invite(house: House, login: str = "bo") -> str:
    number = house.add(login, None)
    return str(house.write(people.invite, number, house.clock.now()))


def test_an_invited_person_chooses_a_password_and_is_in(house: House) -> None:
    url = f"/join/{invite(house)}"
    visitor = house.visitor()
    html = visitor.get(url, accept_language="en")

    visitor.post(url, {"password": "three red kites"})

    assert "Bo, choose a password for your account bo." in html
    assert "Bo" in visitor.get("/profile")


def test_a_poor_password_is_refused_beside_its_input(house: House) -> None:
    url = f"/join/{invite(house)}"
    visitor = house.visitor()
    visitor.get(url)

    html = visitor.post(url, {"password": "12345678"}, 422).text

    assert re.search(r'data-field="password".*?class="weft-error"', html, re.DOTALL)
    visitor.post(url, {"password": "three red kites"})


@pytest.mark.parametrize("days", [8, 0])
def test_a_link_that_is_old_or_made_up_says_whom_to_ask(house: House, days: int) -> None:
    token = invite(house) if days else "made-up"
    house.clock.forward(days=days)

    html = house.visitor().get(f"/join/{token}", 404, accept_language="en")

    assert "This link was used or has expired." in html


# ---------------------------------------------------------------- the launcher


def test_without_a_home_of_the_app_people_begin_with_what_they_have_at_hand(house: House) -> None:
    bo = house.add("bo")
    house.write(people.set_roles, bo, [house.roles()["reader"]])
    visitor = house.enter("bo")

    html = visitor.get("/")

    assert "Office" in html
    assert all(f'id="w-{name}"' in html for name in ("todos", "recent", "notices", "favourites"))


def test_whoever_has_no_app_is_told_whom_to_ask(house: House) -> None:
    house.add("bo")

    assert "Ask an administrator" in house.enter("bo").get("/")


def test_the_menu_shows_people_to_administrators_only(house: House, ada: Visitor) -> None:
    house.add("bo")

    assert 'href="/people"' in ada.get("/profile")
    assert 'href="/people"' not in house.enter("bo").get("/profile")


# ---------------------------------------------------------------- language and appearance


def test_a_stranger_chooses_a_language_before_signing_in(house: House) -> None:
    visitor = house.visitor()
    visitor.get("/sign-in")

    place = visitor.post("/preferences", {"locale": "en", "next": "/sign-in"}).headers["location"]

    assert place == "/sign-in"
    assert '<html lang="en"' in visitor.get("/sign-in")


def test_a_choice_stays_with_the_person(house: House, ada: Visitor) -> None:
    ada.post("/preferences", {"locale": "zh-CN", "next": "/people"})
    ada.post("/preferences", {"theme": "dark", "next": "/people"})

    html = house.enter("ada").html

    assert '<html lang="zh-CN" data-bs-theme="dark"' in html


def test_a_language_that_does_not_exist_is_not_kept(ada: Visitor) -> None:
    ada.post("/preferences", {"locale": "xx\r\nSet-Cookie: a=b", "theme": "<b>", "next": "/people"})

    assert '<html lang="en" data-bs-theme="auto"' in ada.get("/people")


# ---------------------------------------------------------------- demo mode


def test_a_visitor_acts_as_one_of_the_demo_people(demo_house: House) -> None:
    visitor = demo_house.visitor(host="localhost:8000")
    html = visitor.get("/sign-in", accept_language="en")

    visitor.post("/sign-in/demo", {"account": "dora"})

    assert "Manager" in html
    assert "Dora" in visitor.get("/profile")
