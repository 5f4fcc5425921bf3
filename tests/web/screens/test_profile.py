"""One's own account by clicks."""

import re

import pytest

from tests.fixtures.people import PASSWORD
from tests.fixtures.visiting import House, Visitor

NEW = "nine tall ships"


@pytest.fixture
def bo(house: House) -> Visitor:
    """Somebody without any special right."""
    house.add("bo")
    return house.enter("bo")


def test_a_password_is_changed_and_holds(house: House, bo: Visitor) -> None:
    place = bo.post("/profile/password", {"current": PASSWORD, "new": NEW, "repeat": NEW}).headers["location"]

    assert "Password changed" in bo.get(place)
    again = house.visitor()
    again.get("/sign-in")
    again.post("/sign-in", {"account": "bo", "password": PASSWORD}, 422)
    again.post("/sign-in", {"account": "bo", "password": NEW})


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        pytest.param({"current": "wrong", "new": NEW, "repeat": NEW}, "current", id="wrong current password"),
        pytest.param({"current": PASSWORD, "new": "short", "repeat": "short"}, "new", id="too short"),
        pytest.param({"current": PASSWORD, "new": NEW, "repeat": NEW + "x"}, "repeat", id="not repeated"),
    ],
)
def test_a_problem_stands_beside_its_input(bo: Visitor, fields: dict[str, str], name: str) -> None:
    html = bo.post("/profile/password", fields, 422).text

    assert re.findall(r'data-field="(\w+)"(?:(?!data-field=).)*?class="weft-error"', html, re.DOTALL) == [
        name
    ]
    assert NEW not in html


def test_a_key_is_made_named_and_revoked(house: House, bo: Visitor) -> None:
    html = bo.post("/profile/keys", {"name": " Nightly  report "}, 200).text
    secret = re.search(r"<code>(weft_[^<]*)</code>", html)
    assert secret
    assert "Nightly report" in html

    html = bo.get("/profile")
    revoke = re.search(r'action="(/profile/keys/\d+/revoke)"', html)
    assert revoke
    assert f"…{secret[1][-4:]}" in html
    bo.get(bo.post(revoke[1]).headers["location"])

    assert "The key is revoked" in bo.html
    assert "Nightly report" not in bo.html


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_a_key_needs_a_name(bo: Visitor, name: str) -> None:
    html = bo.post("/profile/keys", {"name": name}, 422).text

    assert re.search(r'data-field="name".*?class="weft-error"', html, re.DOTALL)
    assert "weft_" not in html.replace("weft_nav", "")


def test_other_devices_are_signed_out_and_this_one_stays(house: House, bo: Visitor) -> None:
    phone = house.enter("bo")

    bo.get(bo.post("/profile/sessions/end").headers["location"])

    assert "Other devices are signed out" in bo.html
    phone.get("/profile", 303)


@pytest.mark.parametrize("url", ["/profile/password", "/profile/keys"])
def test_an_address_that_only_takes_posts_leads_back(bo: Visitor, url: str) -> None:
    assert bo.client.get(url, follow_redirects=False).headers["location"] == "/profile"
