"""Who may design which app: an administrator says it, and nobody else comes near its draft by any door."""

import re

import pytest

import main
from runtime.web.routing import Permission
from tests.fixtures.rest import OTHER
from tests.web.designer.test_form_designer import Desk

ROUTES = [each for each in main.routes() if "{app}" in each.path]
DESIGN = [each for each in ROUTES if each.path.startswith(("/design/", "/api/builder/"))]


@pytest.fixture(scope="module")
def house(rest_of_module):
    """Two apps, an administrator, and a person who was given the design of one of them."""
    rest = rest_of_module()
    rest.installation.publisher.apply(OTHER, actor=None)
    boss, rest.someone = Desk(rest, rest.add("boss", admin=True)), rest.add("someone")
    give(boss, "shop", add=rest.someone)
    rest.boss = boss
    return rest


def give(boss, app, **fields):
    sent = boss.client.post(f"/people/designers/{app}", data={"csrf": boss.csrf, **fields})
    assert sent.headers["location"] == f"/people/designers/{app}"


def address(route, app):
    return re.sub(r"\{(\w+)\}", lambda found: {"app": app, "form": "order"}.get(found[1], "1"), route.path)


def test_every_door_of_the_designer_asks_who_designs_this_app():
    assert len(DESIGN) > 30
    assert {each.permission for each in DESIGN} <= {Permission.designer, Permission.admin}


@pytest.mark.parametrize("route", DESIGN, ids=lambda each: f"{each.method} {each.path}")
def test_the_design_of_one_app_is_no_way_into_another(house, route):
    client, csrf = house.session(house.someone)
    client.headers["X-CSRF-Token"] = csrf
    before = house.snapshot()

    if route.api:
        answer = house.key(house.someone).send(
            route.method, address(route, "other"), {} if route.method != "GET" else None
        )
    else:
        answer = client.request(route.method, address(route, "other"))

    assert answer.status_code == (403 if route.permission is Permission.admin else 404), answer.text[:200]
    assert house.snapshot() == before


def test_what_is_given_is_seen_and_can_be_taken_back(house):
    desk, boss = Desk(house, house.someone), house.boss
    home = desk.get("/design")
    assert 'href="/design/shop"' in home
    assert 'href="/design/other"' not in home
    desk.get("/design/shop")
    assert "Someone" in boss.get("/people/designers/shop")
    assert "Nobody designs this app yet" in boss.get("/people/designers/other")

    give(boss, "shop", remove=house.someone)

    desk.get("/design/shop", 404)
    desk.get("/design", 403)
    give(boss, "shop", add=house.someone)
    desk.get("/design/shop")


def test_a_role_that_designs_is_listed_and_gives_no_other_app(house):
    roled = Desk(house, house.add("roled", "designer"))

    roled.get("/design/shop")
    roled.get("/design/other", 404)
    assert "By role: Designer" in house.boss.get("/people/designers/shop")


def test_the_design_gives_no_records(house):
    """Whoever designs sees what roles show them and nothing more."""
    door = house.key(house.someone)

    door.get("order", 404)
    Desk(house, house.someone).get("/a/shop/order", 404)


def test_only_administrators_say_so(house):
    desk = Desk(house, house.add("plain", "chief"))

    desk.get("/people/designers", 403)
    sent = desk.client.post("/people/designers/shop", data={"csrf": desk.csrf, "add": house.someone})
    assert sent.status_code == 403
    assert house.boss.client.get("/people/designers/nothing").status_code == 404
