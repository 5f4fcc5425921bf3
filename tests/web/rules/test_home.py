"""Where people begin: the home of their role, widgets without figures, stars, last records, own order."""

import re
from html import unescape
from typing import Any

import sqlalchemy as sa

from tests.fixtures.boards import board, every_piece
from tests.fixtures.rest import ROLES, Json, clerk_of, shop_bytes
from tests.web.rules.conftest import Browser, Ruled

BLIND: Json = {"key": "blind", "label": "Blind", "grants": clerk_of(stage="hidden")}
LIST: Json = {"key": "open", "type": "list", "label": "Open ones", "form": "order",
              "columns": ["stage", "word"], "sort": [{"field": "title"}]}  # fmt: skip


def publish(rest: Ruled, *boards: Json) -> None:
    rest.publish(shop_bytes(dashboards=list(boards), roles=[*ROLES, BLIND]))


def enter(rest: Ruled, login: str, *roles: str, **more: Any) -> Browser:
    return Browser(*rest.session(rest.add(login, *roles, **more)))


def star_of(html: str) -> dict[str, str]:
    form = html.partition('action="/stars"')[2].partition("</form>")[0]
    return dict(re.findall(r'name="(target|wanted|next)" value="([^"]*)"', form))


def test_each_role_meets_its_home_after_signing_in(ruled: Ruled) -> None:
    rest = ruled
    homes = (board(*every_piece(), key="clerks", roles=["clerk"], home=True), board(LIST, key="board"))
    publish(rest, *homes)

    cy = enter(rest, "cy", "clerk")
    answer = cy.client.get("/")
    assert answer.headers["location"] == "/a/shop/dashboards/clerks"
    html = cy.get("/a/shop/dashboards/clerks")
    assert "Good afternoon, Cy" in html
    assert html.index('href="/a/shop/dashboards/clerks"') < html.index('href="/a/shop/dashboards/board"')
    for each in every_piece():
        assert f'id="w-{each["key"]}"' in html
        assert f'id="w-{each["key"]}"' in cy.get(f"/a/shop/dashboards/clerks/{each['key']}")
    assert cy.client.get("/a/shop").headers["location"] == "/a/shop/dashboards/clerks"
    for other in (enter(rest, "re", "reader"), enter(rest, "boss", admin=True)):
        assert 'id="w-recent"' in other.get("/")
        assert 'id="w-recent"' in cy.get("/?all=1")


def test_a_list_on_a_home_shows_no_more_than_its_viewer_may_see(ruled: Ruled) -> None:
    rest = ruled
    asks = {**LIST, "key": "asks", "where": 'stage = "open"'}
    publish(rest, board(LIST, asks))
    door = rest.door("cy", "clerk")
    door.create(title="Acme", stage="open", word="silk")
    page = "/a/shop/dashboards/board"

    seen = Browser(*rest.session(door.user_id)).get(page)
    assert "Open · silk" in seen
    blind = enter(rest, "bo", "blind").get(page)
    assert "silk" in blind
    assert "Open · silk" not in blind
    refused = blind.partition('id="w-asks"')[2].partition("</article>")[0]
    assert "No permission" in refused
    assert "Acme" not in refused
    own = enter(rest, "ow", "own").get(page)
    assert "Acme" not in own


def test_what_has_a_star_and_what_was_opened_is_at_hand_while_it_may_be_seen(ruled: Ruled) -> None:
    rest = ruled
    publish(rest, board({"key": "it", "type": "recent", "label": "Recent"}))
    door = rest.door("cy", "clerk")
    record = door.create(title="Acme")
    cy, url = Browser(*rest.session(door.user_id)), f"/a/shop/order/{record}"
    html = cy.get(url)
    fields = star_of(html)

    for page in ("/a/shop/dashboards/board", "/a/shop/order", url):
        rest.clock.forward(seconds=1)
        cy.client.post("/stars", data={"csrf": cy.csrf, **star_of(cy.get(page))})

    nav = cy.get("/todos").partition("Favourites")[2]
    assert (
        nav.index(f'href="{url}"') < nav.index('href="/a/shop/order"') < nav.index("/a/shop/dashboards/board")
    )
    assert f'href="{url}"' in cy.get("/a/shop/dashboards/board").partition('id="w-it"')[2]
    rest.installation.visits.write_down()
    assert f'href="{url}"' in cy.get("/a/shop/dashboards/board").partition('id="w-it"')[2]
    stranger = enter(rest, "ow", "own")
    stranger.post("/stars", 404, target=fields["target"], wanted="1")
    cy.post("/stars", 404, target="record:1:nonsense", wanted="1")
    rest.give(door.user_id, "own")
    assert "Acme" not in cy.get("/todos")
    assert "Acme" not in cy.get("/a/shop/dashboards/board")
    cy.post("/stars", target=fields["target"], wanted="")


def test_a_person_puts_a_board_in_order_for_themselves(ruled: Ruled) -> None:
    rest = ruled
    publish(rest, board(LIST, {**LIST, "key": "second", "label": "Second"}))
    door = rest.door("cy", "clerk")
    cy, bo = Browser(*rest.session(door.user_id)), enter(rest, "bo", "clerk")
    page, url = "/a/shop/dashboards/board", "/arrange/shop/board"

    def shown(browser: Browser) -> list[str]:
        return re.findall(r'<article[^>]* id="w-(\w+)"', browser.get(page))

    assert shown(cy) == ["open", "second"]
    answer = cy.client.post(url, data={"csrf": cy.csrf, "order": ["open", "second"], "up": "second",
                                       "shown": ["open", "second"]})  # fmt: skip
    assert answer.headers["location"] == url
    assert shown(cy) == ["second", "open"]
    cy.client.post(url, data={"csrf": cy.csrf, "order": ["second", "open"], "shown": ["open"]})
    assert (shown(cy), shown(bo)) == (["open"], ["open", "second"])
    assert "Back to how it was designed" in unescape(cy.get(url))
    cy.post(url, reset="1")
    assert shown(cy) == ["open", "second"]
    enter(rest, "st").get(url, 404)


def test_a_home_asks_no_more_however_much_it_shows(ruled: Ruled) -> None:
    rest = ruled
    publish(rest, board(LIST, {"key": "f", "type": "favourites", "label": "F"}))
    door = rest.door("cy", "clerk")
    cy, uid = Browser(*rest.session(door.user_id)), rest.model.form("order").uid
    counted: list[str] = []
    asked: list[int] = []

    def listener(*args: Any) -> None:
        counted.append(args[2])

    cy.get("/a/shop/dashboards/board")  # what is read once for all is no difference
    for some in (1, 6):
        for number in range(some):
            record = door.create(title=f"order {some} {number}")
            cy.post("/stars", target=f"record:{uid}:{record}", wanted="1")
        sa.event.listen(sa.engine.Engine, "before_cursor_execute", listener)
        cy.get("/a/shop/dashboards/board")
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", listener)
        asked.append(len(counted))
        counted.clear()
    assert asked[1] <= asked[0]
