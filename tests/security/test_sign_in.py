"""The door: slow to guess at, silent about who exists, shut behind whoever leaves."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from engines.store import people
from tests.fixtures.people import PASSWORD
from tests.fixtures.visiting import House, Visitor


def knock(visitor: Visitor, account: str, password: str = "wrong", status: int = 422) -> Any:
    visitor.get("/sign-in")
    return visitor.post("/sign-in", {"account": account, "password": password}, status)


# ---------------------------------------------------------------- guessing


def test_guesses_at_one_account_are_made_to_wait(house: House) -> None:
    visitor = house.visitor()
    for _ in range(5):
        knock(visitor, "ada")

    refused = knock(visitor, "ada", PASSWORD, 429)

    assert int(refused.headers["retry-after"]) > 0
    house.clock.forward(seconds=int(refused.headers["retry-after"]))
    knock(visitor, "ada", PASSWORD, 303)


def test_another_address_does_not_help_and_other_accounts_do_not_suffer(house: House) -> None:
    house.add("bo")
    for number in range(5):
        knock(house.visitor(f"198.51.100.{number}"), "ada")

    knock(house.visitor("198.51.100.99"), "ada", PASSWORD, 429)
    knock(house.visitor("198.51.100.99"), "bo", PASSWORD, 303)


def test_one_address_cannot_try_every_account(house: House) -> None:
    visitor = house.visitor()
    for number in range(50):
        knock(visitor, f"nobody{number}")

    knock(visitor, "ada", PASSWORD, 429)
    knock(house.visitor("198.51.100.7"), "ada", PASSWORD, 303)


def test_a_forwarded_address_is_not_believed(house: House) -> None:
    visitor = house.visitor()
    visitor.get("/sign-in")
    for number in range(6):
        fields = {"csrf": visitor.csrf, "account": "ada", "password": "wrong"}
        headers = {"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": f"198.51.100.{number}"}
        visitor.client.post("/sign-in", data=fields, headers=headers)

    knock(visitor, "ada", PASSWORD, 429)


def test_an_open_session_is_no_better_place_to_guess(house: House, ada: Visitor) -> None:
    ada.get("/profile")
    for _ in range(5):
        ada.post(
            "/profile/password", {"current": "x", "new": "nine tall ships", "repeat": "nine tall ships"}, 422
        )

    fields = {"current": PASSWORD, "new": "nine tall ships", "repeat": "nine tall ships"}
    assert "retry-after" in ada.post("/profile/password", fields, 429).headers


# ---------------------------------------------------------------- who exists


def plain(html: str) -> str:
    """Return a page without what is random in every answer."""
    return re.sub(r'nonce="[^"]*"|value="[^"]*"|"csrf": *"[^"]*"', "", html)


def test_every_refusal_is_the_same_page_and_the_same_work(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither words nor time tell a stranger which accounts there are."""
    house.write(people.deactivate, house.add("gone"), house.clock)
    house.add("fresh", None)
    hasher = house.installation.passwords._hasher
    work: list[str] = []

    def counted(stored: str, password: str) -> bool:
        work.append(stored.split("$")[3])  # the parameters, which decide how long it takes
        return bool(hasher.verify(stored, password))

    monkeypatch.setitem(
        house.installation.passwords.__dict__,
        "_hasher",
        Hasher(counted, hasher.hash, hasher.check_needs_rehash),
    )
    asked = {"ada": "wrong", "nobody": "wrong", "gone": PASSWORD, "fresh": "", "": "", "ada'--": "x"}

    pages, efforts = set(), []
    for account, password in asked.items():
        work.clear()
        pages.add(plain(knock(house.visitor(), account, password).text))
        efforts.append(tuple(work))

    assert len(pages) == 1
    assert set(efforts) == {("m=8,t=1,p=1",)}


class Hasher:
    """Counts what it is asked."""

    def __init__(
        self, verify: Callable[..., bool], make: Callable[..., str], old: Callable[..., bool]
    ) -> None:
        self.verify, self.hash, self.check_needs_rehash = verify, make, old


def test_a_locked_account_that_does_not_exist_looks_locked(house: House) -> None:
    visitor = house.visitor()
    for _ in range(5):
        knock(visitor, "nobody")

    knock(visitor, "nobody", status=429)


# ---------------------------------------------------------------- sessions


@pytest.mark.parametrize(("url", "secure"), [("", False), ("https://weft.example", True)])
def test_the_session_cookie_is_out_of_reach(house: House, url: str, secure: bool) -> None:
    object.__setattr__(house.installation.settings, "url", url)
    visitor = house.visitor()
    visitor.client.base_url = url or visitor.client.base_url

    answer = knock(visitor, "ada", PASSWORD, 303)

    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith("weft_session=")]
    flags = {each.strip().lower() for each in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert ("secure" in flags) is secure
    assert not any(each.startswith("domain") for each in flags)
    assert len(cookie.split(";")[0]) > 40


def test_a_session_given_before_signing_in_is_not_taken_over(house: House) -> None:
    """Whoever plants a cookie in somebody's browser must not share the session that begins there."""
    visitor = house.visitor()
    visitor.client.cookies.set("weft_session", "planted")

    knock(visitor, "ada", PASSWORD, 303)

    stranger = house.visitor()
    stranger.client.cookies.set("weft_session", "planted")
    stranger.get("/people", 303)


def test_signing_out_kills_the_session_and_not_only_the_cookie(house: House, ada: Visitor) -> None:
    thief = house.visitor()
    thief.client.cookies.update(ada.client.cookies)
    thief.get("/people")

    ada.post("/sign-out")

    thief.get("/people", 303)


def test_a_session_ends_when_nobody_used_it_for_long(house: House, ada: Visitor) -> None:
    house.clock.forward(days=13)
    ada.get("/people")
    house.clock.forward(days=13)
    ada.get("/people")
    house.clock.forward(days=15)

    ada.get("/people", 303)


def key_of(visitor: Visitor) -> dict[str, str]:
    """Make a key and return the header that carries it."""
    found = re.search(r"<code>(weft_[^<]*)</code>", visitor.post("/profile/keys", {"name": "x"}, 200).text)
    assert found
    return {"Authorization": f"Bearer {found[1]}"}


def test_p36_whoever_is_deactivated_is_out_at_once(house: House, ada: Visitor) -> None:
    number = house.add("bo")
    house.write(people.set_roles, number, [house.roles()["writer"]])
    bo = house.enter("bo")
    program, key = house.visitor().client, key_of(bo)
    assert program.post("/api/shop/note", headers=key, json={"text": "a"}).status_code == 201
    assert program.get("/api/shop/note", headers=key).status_code == 200
    token = house.write(people.invite, number, house.clock.now())

    ada.post(f"/people/{number}/deactivate")

    bo.get("/profile", 303)
    assert bo.client.get("/api/shop/note").status_code == 401
    assert program.get("/api/shop/note", headers=key).status_code == 401
    assert program.post("/api/shop/note", headers=key, json={"text": "b"}).status_code == 401
    knock(house.visitor(), "bo", PASSWORD, 422)
    house.visitor().get(f"/join/{token}", 404)

    ada.post(f"/people/{number}/activate")

    bo.get("/profile", 303)
    assert program.get("/api/shop/note", headers=key).status_code == 401


def test_p36_a_role_that_is_taken_is_gone_with_the_next_request(house: House, ada: Visitor) -> None:
    number = house.add("bo")
    house.write(people.set_roles, number, [house.roles()["writer"]])
    bo = house.enter("bo", "/a/shop/note")
    ada.get("/people/roles/shop/writer")

    ada.post("/people/roles/shop/writer", {"remove": str(number)})

    bo.get("/a/shop/note", 404)


def test_p36_an_administrator_who_is_none_any_more_is_refused_within_the_transaction(
    house: House, ada: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The right is looked at before the write begins; it may be gone when the write's turn comes."""
    ada_id = house.read(people.list_people)[0].id
    house.add("bo", admin=True)
    ada.get("/people/new")
    real = house.installation.db.write

    def late() -> Any:
        monkeypatch.setattr(house.installation.db, "write", real)
        house.write(people.update_user, ada_id, admin=False)
        return real()

    monkeypatch.setattr(house.installation.db, "write", late)
    ada.post("/people/new", {"name": "Cy", "account": "cy", "admin": "yes"}, 403)

    assert [each.login for each in house.read(people.list_people)] == ["ada", "bo"]


def test_p37_a_new_password_ends_every_other_session(house: House, ada: Visitor) -> None:
    other = house.enter("ada")
    ada.get("/profile")

    ada.post(
        "/profile/password", {"current": PASSWORD, "new": "nine tall ships", "repeat": "nine tall ships"}
    )

    other.get("/profile", 303)
    ada.get("/profile")
    knock(house.visitor(), "ada", PASSWORD, 422)


def test_p37_a_password_chosen_by_a_link_ends_every_session_and_the_link(house: House, ada: Visitor) -> None:
    bo_id = house.add("bo")
    bo = house.enter("bo")
    token = house.write(people.invite, bo_id, house.clock.now())
    visitor = house.visitor()
    visitor.get(f"/join/{token}")

    visitor.post(f"/join/{token}", {"password": "nine tall ships"})

    bo.get("/profile", 303)
    visitor.get("/profile")
    house.visitor().get(f"/join/{token}", 404)


# ---------------------------------------------------------------- where it leads


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "/\n/evil.example", "/x\\..\\..//evil.example", "javascript:alert(1)",
        "evil.example", " //evil.example", "/\u2028/evil.example", "http:evil.example",
    ],
)  # fmt: skip
def test_p42_no_address_leads_to_another_site(house: House, wanted: str) -> None:
    visitor = house.visitor()
    visitor.client.get("/sign-in", params={"next": wanted})
    visitor.get("/sign-in")

    place = visitor.post("/sign-in", {"account": "ada", "password": PASSWORD, "next": wanted}).headers[
        "location"
    ]
    visitor.get("/profile")
    chosen = visitor.post("/preferences", {"theme": "dark", "next": wanted}).headers["location"]
    again = visitor.client.get("/sign-in", params={"next": wanted}, follow_redirects=False).headers[
        "location"
    ]

    assert {place, chosen, again} == {"/"}
