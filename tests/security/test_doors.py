"""What holds for every address: tokens, headers, permissions, and fields nobody was asked for."""

import re
from typing import Any

import pytest

import main
from engines.store import people
from runtime.web.routing import Permission, Route
from tests.fixtures.people import PASSWORD
from tests.fixtures.visiting import House, Visitor

ROUTES = list(main.routes())
# What strangers send in carries a ticket of its own page and acts for nobody, signed in or not.
SENT_IN = {"POST /f/{token}", "POST /f/{token}/embed", "POST /f/{token}/change/{secret}"}
# What is told live never ends, and is tried where it is at home.
GETS = [each for each in ROUTES if each.method == "GET" and each.path != "/live"]


def address(route: Route) -> str:
    """Return an address that the route takes."""
    filled = {"{app}": "shop", "{form}": "note", "{of}": "shop", "{role}": "writer", "{token}": "made-up"}
    return re.sub(r"\{\w+\}", lambda found: filled.get(found[0], "1"), route.path)


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


POSTS = [
    each for each in ROUTES
    if each.method != "GET" and not each.path.startswith("/api/") and name(each) not in SENT_IN
]  # fmt: skip


# ---------------------------------------------------------------- tokens


@pytest.mark.parametrize("token", [None, "", "x", "é"], ids=["none", "blank", "wrong", "strange"])
def test_every_post_needs_the_token_of_the_session(ada: Visitor, token: str | None) -> None:
    fields = {} if token is None else {"csrf": token}

    answers = {name(each): ada.client.post(address(each), data=fields).status_code for each in POSTS}

    assert len(answers) > 20
    assert {each: status for each, status in answers.items() if status != 403} == {}


def test_every_post_by_cookie_needs_the_token_at_the_api_too(ada: Visitor) -> None:
    routes = [each for each in ROUTES if each.api and each.method != "GET"]

    answers = {
        name(each): ada.client.request(each.method, address(each), json={}).status_code for each in routes
    }

    assert len(answers) > 5
    assert {each: status for each, status in answers.items() if status != 403} == {}


def test_the_token_of_somebody_else_does_not_do(house: House, ada: Visitor) -> None:
    house.add("bo")
    bo = house.enter("bo")

    ada.client.post("/people/departments", data={"csrf": bo.csrf, "add_name": "X"})

    assert bo.csrf
    assert not house.read(people.load_tree).by_id


def test_a_stranger_needs_the_token_of_a_page_of_ours(house: House) -> None:
    """Else another site signs its visitor in as somebody of its own choice."""
    for cookie, token in ((None, ""), (None, "x"), ("y", "x"), ("", "")):
        visitor = house.visitor()
        if cookie is not None:
            visitor.client.cookies.set("weft_form", cookie)
        fields = {"account": "ada", "password": PASSWORD, "csrf": token}
        assert visitor.client.post("/sign-in", data=fields, follow_redirects=False).status_code == 403


# ---------------------------------------------------------------- permissions


def test_every_address_of_administrators_is_shut_to_others(house: House) -> None:
    house.add("bo")
    bo = house.enter("bo")
    routes = [each for each in ROUTES if each.permission is Permission.admin]

    answers = {
        name(each): bo.client.request(
            each.method, address(each), data={"csrf": bo.csrf}, follow_redirects=False
        ).status_code
        for each in routes
    }

    assert len(answers) > 15
    assert {each: status for each, status in answers.items() if status != 403} == {}


def test_every_address_about_people_is_for_administrators() -> None:
    assert {each.permission for each in ROUTES if each.path.startswith("/people")} == {Permission.admin}


def test_a_stranger_reaches_public_addresses_only(house: House) -> None:
    visitor = house.visitor()
    shut = [each for each in ROUTES if each.permission is not Permission.public]

    for each in shut:
        answer = visitor.client.request(each.method, address(each), follow_redirects=False)
        expected = 401 if each.api else 303 if each.method == "GET" else 403
        assert answer.status_code == expected, name(each)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/sign-in?next=/")

    public = {name(each) for each in ROUTES if each.permission is Permission.public}
    assert public == SENT_IN | {
        "GET /f/{token}", "GET /f/{token}/embed", "GET /f/{token}/change/{secret}", "GET /feeds/{token}",
        "GET /health", "GET /sign-in", "POST /sign-in", "POST /sign-in/demo", "GET /setup", "POST /setup",
        "GET /join/{token}", "POST /join/{token}", "POST /preferences",
    }  # fmt: skip


# ---------------------------------------------------------------- headers


def test_p41_no_answer_is_kept_by_a_cache(ada: Visitor) -> None:
    for each in GETS:
        answer = ada.client.get(address(each), follow_redirects=False)
        kept = answer.headers["cache-control"]
        assert "no-store" in kept, (name(each), kept)


def test_p40_no_other_site_may_read_an_answer(ada: Visitor) -> None:
    origin = {"Origin": "https://evil.example"}
    asked = {
        **origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-csrf-token",
    }

    for each in GETS:
        for answer in (
            ada.client.get(address(each), headers=origin, follow_redirects=False),
            ada.client.options(address(each), headers=asked),
        ):
            found = [header for header in answer.headers if header.startswith("access-control-")]
            assert found == [], name(each)


# The form of a draft, shown in a frame of the designer's page.
PREVIEWED = "/design/{app}/forms/{form}/sheet"


def test_every_page_is_framed_sniffed_and_scripted_by_nobody(ada: Visitor) -> None:
    for each in GETS:
        answer = ada.client.get(address(each), follow_redirects=False)
        assert answer.headers["x-content-type-options"] == "nosniff", name(each)
        if "text/html" not in answer.headers["content-type"]:
            continue
        policy = answer.headers["content-security-policy"]
        assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
        framed = each.path == PREVIEWED
        assert f"frame-ancestors '{'self' if framed else 'none'}'" in policy, name(each)
        assert answer.headers["x-frame-options"] == ("SAMEORIGIN" if framed else "DENY")
        if framed:  # what stands in a frame can send nothing
            assert "form-action 'none'" in policy
            assert "connect-src 'none'" in policy
        assert answer.headers["referrer-policy"] == "same-origin"


# ---------------------------------------------------------------- fields nobody was asked for

EVERYTHING = {
    "admin": "yes", "active": "1", "role": "shop/writer", "roles": "shop/writer", "role_uids": "1",
    "user_id": "1", "id": "1", "demo": "{}", "department_id": "1", "is_admin": "true", "login": "eve",
}  # fmt: skip


def bo_as_stored(house: House) -> tuple[Any, ...]:
    (bo,) = [each for each in house.read(people.list_people) if each.login == "bo"]
    return bo.admin, bo.active, bo.demo, bo.department_id, house.read(people.roles_held, [bo.id])


def test_p29_nobody_becomes_an_administrator_by_adding_fields(house: House) -> None:
    house.add("bo")
    before, bo = bo_as_stored(house), house.enter("bo")

    bo.post("/preferences", {**EVERYTHING, "theme": "dark", "next": "/"})
    bo.post("/profile/keys", {**EVERYTHING, "name": "x"}, 200)
    bo.post(
        "/profile/password",
        {**EVERYTHING, "current": PASSWORD, "new": "nine tall ships", "repeat": "nine tall ships"},
    )

    assert bo_as_stored(house) == before


def test_p29_an_invitation_gives_nothing_but_a_password(house: House) -> None:
    number = house.add("bo", None)
    before = bo_as_stored(house)
    url = f"/join/{house.write(people.invite, number, house.clock.now())}"
    visitor = house.visitor()
    visitor.get(url)

    visitor.post(url, {**EVERYTHING, "account": "eve", "name": "Eve", "password": "nine tall ships"})

    assert bo_as_stored(house) == before


def test_p29_the_api_writes_records_and_nothing_about_people(house: House) -> None:
    number = house.add("bo")
    house.write(people.set_roles, number, [house.roles()["writer"]])
    before, bo = bo_as_stored(house), house.enter("bo")
    send = {"X-CSRF-Token": bo.csrf}

    for values in ({"text": "a", "admin": True}, {"text": "a", "_created_by": "1"}, {"_id": "1"}):
        assert bo.client.post("/api/shop/note", json=values, headers=send).status_code in {400, 422}, values
    for url in ("/api/people", "/api/users", f"/api/shop/people/{number}", f"/people/{number}"):
        assert bo.client.patch(url, json={"admin": True}, headers=send).status_code in {403, 404, 405}, url

    assert bo_as_stored(house) == before


def test_p29_a_role_of_an_app_is_not_forged_in_the_form_of_a_person(house: House, ada: Visitor) -> None:
    number = house.add("bo")
    ada.get(f"/people/{number}")

    ada.post(
        f"/people/{number}",
        {"role": ["", "shop/none", "1", "shop/writer/../reader", str(house.roles()["writer"])]},
    )

    assert house.read(people.roles_held, [number]) == {}


# ---------------------------------------------------------------- secrets


def test_a_key_is_shown_once_and_stored_nowhere(house: House, ada: Visitor) -> None:
    ada.get("/profile")
    shown = re.search(r"<code>(weft_[^<]*)</code>", ada.post("/profile/keys", {"name": "x"}, 200).text)
    assert shown

    assert shown[1] not in ada.get("/profile")
    house.installation.db.close()
    for path in house.folder.rglob("weft.db*"):
        content = path.read_bytes()
        assert shown[1].encode() not in content
        assert shown[1].removeprefix("weft_").encode() not in content


def test_somebody_elses_key_is_neither_seen_nor_revoked(house: House, ada: Visitor) -> None:
    house.add("bo")
    bo = house.enter("bo")
    bo.post("/profile/keys", {"name": "mine alone"}, 200)
    revoke = re.search(r'action="(/profile/keys/\d+/revoke)"', bo.get("/profile"))
    assert revoke

    assert "mine alone" not in ada.get("/profile")
    ada.post(revoke[1], status=404)
    assert "mine alone" in bo.get("/profile")


def test_neither_tokens_nor_passwords_stand_in_the_database(house: House, ada: Visitor) -> None:
    bo = house.add("bo", None)
    link = re.search(r"/join/([^<\"]+)<", ada.post(f"/people/{bo}/link", status=200).text)
    assert link
    secrets = [link[1], str(ada.client.cookies["weft_session"]), PASSWORD]
    house.installation.db.close()

    for path in house.folder.rglob("weft.db*"):
        content = path.read_bytes()
        assert [each for each in secrets if each.encode() in content] == []


def test_p39_every_installation_has_a_key_of_its_own(house: House, empty_house: House) -> None:
    keys = [(each.folder / "key") for each in (house, empty_house)]

    assert keys[0].read_bytes() != keys[1].read_bytes()
    assert {len(each.read_bytes()) for each in keys} == {32}
    assert {each.stat().st_mode & 0o777 for each in keys} == {0o600}
