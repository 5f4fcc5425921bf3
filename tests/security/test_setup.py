"""The first administrator and the demo: doors that are open for a moment, or for one machine."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from engines.store import people
from tests.fixtures.people import PASSWORD
from tests.fixtures.visiting import House, Visitor

FIRST = {"site": "Loom", "name": "Eve", "account": "eve", "password": "four green boats"}


def admins(house: House) -> list[str]:
    return [each.login for each in house.read(people.list_people) if each.admin]


def test_a_stranger_does_not_set_up(empty_house: House) -> None:
    visitor = empty_house.visitor()

    visitor.get("/setup", 403)
    visitor.get("/setup?code=guess", 403)
    visitor.get("/health")
    visitor.client.cookies.set("weft_form", "mine")
    for url in ("/setup", "/setup?code=guess", "/setup?code=%00%ff"):
        assert visitor.client.post(url, data={**FIRST, "csrf": "mine"}).status_code == 403
    assert admins(empty_house) == []


def test_the_code_opens_from_anywhere(empty_house: House) -> None:
    visitor, url = empty_house.visitor(), f"/setup?code={empty_house.installation.first_admin.code}"
    visitor.get(url)

    visitor.post(url, FIRST)

    assert admins(empty_house) == ["eve"]


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        pytest.param("rebound.example", {}, id="a page that gave its host the address of this machine"),
        pytest.param("localhost", {"X-Forwarded-For": "198.51.100.7"}, id="behind a proxy"),
        pytest.param("localhost", {"Forwarded": "for=198.51.100.7"}, id="behind another proxy"),
    ],
)
def test_loopback_that_only_looks_so_does_not_open(
    empty_house: House, host: str, headers: dict[str, str]
) -> None:
    visitor = empty_house.visitor("127.0.0.1", host)

    assert visitor.client.get("/setup", headers=headers).status_code == 403


@pytest.mark.parametrize(("address", "host"), [("127.0.0.1", "localhost:8000"), ("::1", "[::1]:8000")])
def test_this_machine_needs_no_code(empty_house: House, address: str, host: str) -> None:
    empty_house.visitor(address, host).get("/setup")


def test_set_up_is_shut_once_there_is_an_administrator(house: House) -> None:
    visitor = house.visitor("127.0.0.1", "localhost")
    visitor.get("/sign-in")
    code = house.installation.first_admin.code

    for url in ("/setup", f"/setup?code={code}"):
        assert visitor.client.get(url, follow_redirects=False).headers["location"] == "/sign-in"
        visitor.post(url, FIRST, 403)
    assert admins(house) == ["ada"]


def together(*work: Any) -> list[Any]:
    """Run everything at the same moment."""
    barrier = Barrier(len(work))

    def run(each: Any) -> Any:
        barrier.wait(10)
        return each()

    with ThreadPoolExecutor(len(work)) as threads:
        return list(threads.map(run, work))


def send(visitor: Visitor, url: str, fields: dict[str, str]) -> Any:
    data = {"csrf": visitor.csrf, **fields}
    return lambda: visitor.client.post(url, data=data, follow_redirects=False).status_code


def test_of_two_who_set_up_together_one_does(empty_house: House) -> None:
    url = f"/setup?code={empty_house.installation.first_admin.code}"
    visitors = [empty_house.visitor(f"198.51.100.{number}") for number in range(4)]
    for visitor in visitors:
        visitor.get(url)

    answers = together(
        *(send(each, url, {**FIRST, "account": f"eve{number}"}) for number, each in enumerate(visitors))
    )

    assert sorted(answers) == [303, 403, 403, 403]
    assert len(admins(empty_house)) == 1


def test_p43_a_link_is_used_once_however_many_follow_it(house: House) -> None:
    bo = house.add("bo", None)
    url = f"/join/{house.write(people.invite, bo, house.clock.now())}"
    visitors = [house.visitor(f"198.51.100.{number}") for number in range(4)]
    for visitor in visitors:
        visitor.get(url)
    words = ["four green boats", "five blue carts", "nine tall ships", "two old mills"]

    answers = together(
        *(send(each, url, {"password": word}) for each, word in zip(visitors, words, strict=True))
    )

    assert sorted(answers) == [303, 404, 404, 404]
    door = house.visitor("198.51.100.9")
    door.get("/sign-in")
    door.post("/sign-in", {"account": "bo", "password": words[answers.index(303)]})


# ---------------------------------------------------------------- demo mode


def test_demo_people_exist_in_demo_mode_only(house: House) -> None:
    house.add("dora", None, demo='{"en": "Manager"}')
    visitor = house.visitor("127.0.0.1", "localhost")

    html = visitor.get("/sign-in", accept_language="en")

    assert "Dora" not in html
    visitor.post("/sign-in/demo", {"account": "dora"}, 404)
    for password in ("", "None", "dora"):
        visitor.get("/sign-in")
        visitor.post("/sign-in", {"account": "dora", "password": password}, 422)


def test_only_demo_people_are_entered_by_a_click(demo_house: House) -> None:
    visitor = demo_house.visitor(host="localhost")
    visitor.get("/sign-in")

    for account in ("ada", "nobody", ""):
        visitor.post("/sign-in/demo", {"account": account}, 404)


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8000", "testserver"]
)
def test_a_demo_answers_this_machine_only(demo_house: House, host: str) -> None:
    """A page that gives its own host the address of this machine would act as anybody."""
    visitor = demo_house.visitor("127.0.0.1", host)

    for url in ("/sign-in", "/", "/api/shop/note"):
        assert visitor.client.get(url).status_code == 403
    visitor.client.cookies.set("weft_form", "mine")
    assert visitor.client.post("/sign-in/demo", data={"account": "dora", "csrf": "mine"}).status_code == 403


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
def test_a_demo_answers_by_every_name_of_this_machine(demo_house: House, host: str) -> None:
    demo_house.visitor("127.0.0.1", host).get("/sign-in")


def test_outside_demo_mode_a_host_may_have_any_name(house: House) -> None:
    visitor = house.visitor(host="weft.intranet.example")
    visitor.get("/sign-in")

    visitor.post("/sign-in", {"account": "ada", "password": PASSWORD})


def test_p38_links_never_come_from_the_host_of_a_request(house: House) -> None:
    bo, ada = house.add("bo", None), house.visitor(host="evil.example")
    ada.get("/sign-in")
    ada.post("/sign-in", {"account": "ada", "password": PASSWORD})
    ada.get("/people")

    html = ada.post(f"/people/{bo}/link", status=200, headers={"X-Forwarded-Host": "evil.example"}).text

    assert "http://127.0.0.1:8000/join/" in html
    assert "evil.example" not in html
