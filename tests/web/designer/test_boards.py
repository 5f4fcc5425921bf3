"""A dashboard is put together on its canvas by plain posts: widgets added, placed, sized, filled in."""

import re
from html import unescape
from typing import Any

import pytest

from tests.fixtures.boards import widget
from tests.fixtures.rest import shop_bytes
from tests.web.designer.test_form_designer import BASE, Desk, revision_in

BOARD = f"{BASE}/dashboards/board"
PLACE = "dashboards/board"
FIRST = {**widget("number", "first"), "label": "How many", "place": {"x": 0, "y": 0, "w": 3, "h": 2}}
SECOND = {
    **widget("bar", "second", group={"field": "stage"}), "label": "By stage",
    "place": {"x": 3, "y": 0, "w": 6, "h": 2},
}  # fmt: skip


class Board(Desk):
    """A designer at a dashboard."""

    def look(self, at=""):
        return unescape(self.get(f"{BOARD}?at={at}" if at else BOARD))

    def do(self, show="", **fields):
        said = {"next": f"{BOARD}?at={show}", "show": f"{PLACE}/widgets/{show}"} if show else {"next": BOARD}
        body = {"csrf": self.csrf, "revision": revision_in(self.get(BOARD)), **said, **fields}
        answer = self.client.post(f"{BASE}/act", data=body)
        assert answer.status_code == 303, answer.text[:500]
        return answer.headers["Location"]

    def step(self, key, way):
        return self.do(key, do="step", place=f"{PLACE}/widgets/{key}", way=way)

    def spots(self):
        return dict(re.findall(r'data-key="(\w+)"[^>]*data-spot="([\d,]+)"', self.look()))

    @property
    def said(self):
        draft = self.client.get("/api/builder/shop/draft").json()["definition"]
        return draft["dashboards"][0]["widgets"]


@pytest.fixture
def board(rest):
    boards = [{"key": "board", "label": "Figures", "widgets": [FIRST, SECOND]}]
    rest.publish(shop_bytes(dashboards=boards))
    rest.door("chief", "chief").post("order", {"title": "one", "stage": "open", "amount": "2"})
    return Board(rest, rest.add("shen", "designer", "clerk"))


def test_the_canvas_shows_what_people_will_see_with_real_figures(board):
    page = board.look("second")

    assert 'id="tile-first"' in page
    assert '<p class="weft-big-figure">' in page
    assert '"y":["Open"]' in page
    assert "By stage" in page
    assert 'name="set.label"' in page


def test_a_click_in_the_palette_adds_a_widget_where_there_is_room_and_chooses_it(board):
    where = board.do(do="add_widget", place=PLACE, type="number")

    assert where == f"{BOARD}?at=number"
    assert board.spots()["number"] == "9,0,3,2"
    assert board.said[-1]["form"] == "order"
    assert board.look("number").count('aria-current="true"') >= 1
    for kind in ("bar", "column", "line", "pie", "funnel", "leaderboard", "table"):
        board.do(do="add_widget", place=PLACE, type=kind)
    assert "problem" not in board.look()
    assert len(board.spots()) == 10


def test_a_widget_is_dropped_between_others_in_one_gesture(board):
    board.do(do="add_widget", place=PLACE, type="pie", spot="0,0,6,4")

    assert board.spots() == {"pie": "0,0,6,4", "first": "0,4,3,2", "second": "3,4,6,2"}
    board.post(f"{BASE}/undo", revision_in(board.look()), next=BOARD)
    assert board.spots() == {"first": "0,0,3,2", "second": "3,0,6,2"}


def test_buttons_move_and_size_without_scripts_and_each_is_taken_back_alone(board):
    assert board.step("second", "taller") == f"{BOARD}?at=second"
    board.step("second", "wider")
    board.step("first", "down")
    assert board.spots() == {"second": "3,0,7,3", "first": "0,0,3,2"}
    board.step("second", "left")
    assert board.spots() == {"second": "2,0,7,3", "first": "0,3,3,2"}

    found = []
    for _ in range(4):
        board.post(f"{BASE}/undo", revision_in(board.look()), next=f"{BOARD}?at=second")
        found.append(board.spots()["second"])
    assert found == ["3,0,7,3", "3,0,7,3", "3,0,6,3", "3,0,6,2"]


def test_what_the_mouse_did_arrives_as_one_gesture_made_whole(board):
    board.do(
        "first", do="drag", place=f"{PLACE}/widgets/first",
        **{"spot.first": "3,0,4,3", "spot.second": "3,0,6,2", "spot.nobody": "0,0,1,1"},
    )  # fmt: skip

    assert board.spots() == {"first": "3,0,4,3", "second": "3,3,6,2"}


@pytest.mark.parametrize("spot", ["", "1,2,3", "a,b,c,d", "1,2,3,99999", "-1,0,3,2"])
def test_a_place_that_is_none_is_refused_and_changes_nothing(board, spot):
    before = board.spots()

    board.do("first", do="drag", place=f"{PLACE}/widgets/first", **{"spot.first": spot})

    assert board.spots() == before


def test_properties_are_said_beside_the_canvas_and_parts_added(board):
    board.do("first", do="panel", place=f"{PLACE}/widgets/first", **{"set.label": "Orders"})
    assert board.said[0]["label"] == "Orders"
    where = board.do("first", do="part_add", to=f"{PLACE}/widgets/first/period")
    assert where == f"{BOARD}?at=first"
    assert "period" in board.said[0]
    board.do("first", do="copy_widget", place=f"{PLACE}/widgets/first")
    assert [each["key"] for each in board.said] == ["first", "second", "first_2"]
    assert board.do("first", do="remove", place=f"{PLACE}/widgets/first") == BOARD
    assert "first" not in board.spots()


def test_what_asks_for_something_new_waits_and_what_is_wrong_says_why(board):
    board.act(do="add_field", place="forms/order", type="select")
    board.do(do="add_widget", place=PLACE, type="pie")
    group = f"{PLACE}/widgets/pie/group"
    board.do("pie", do="panel", place=group, **{"set.field": "select"})
    page = board.look("pie")
    assert "Sample figures" in page
    assert all(f"Option {number}" in page for number in (1, 2, 3))

    board.do("pie", do="panel", place=group, **{"set.field": "nowhere"})
    assert "is-invalid" in board.look()
    assert f'href="{BOARD}?at=pie"' in board.get(BASE)


def test_pieces_that_name_a_form_of_the_draft_say_that_it_comes_first(board, rest):
    door = rest.door("ann", "designer")
    lists: list[dict[str, Any]] = [
        {"key": "notes", "type": "list", "label": "Notes", "form": "note"},
        {"key": "ways", "type": "shortcuts", "label": "Ways", "open": ["note"]},
        {"key": "boards", "type": "shortcuts", "label": "Boards", "dashboards": ["board", "other"]},
    ]  # fmt: skip
    fields = [{"key": "name", "type": "text", "label": "Name"}]
    form: dict[str, Any] = {"key": "note", "label": "Note", "fields": fields}
    other: dict[str, Any] = {"key": "other", "label": "Other"}
    added: list[dict[str, Any]] = [
        {"do": "add", "to": "forms", "value": form},
        {"do": "add", "to": "dashboards", "value": other},
    ]
    added += [{"do": "add", "to": f"{PLACE}/widgets", "value": each} for each in lists]

    at = door.get("/api/builder/shop/draft")["revision"]
    door.post("/api/builder/shop/draft", {"revision": at, "commands": added}, 200)

    page = board.look()
    assert page.count("Figures follow once this is published") == 2
    assert 'href="/a/shop/dashboards/board"' in page


def test_a_designer_sees_no_more_figures_than_anybody_with_the_same_rights(board, rest):
    stranger = Board(rest, rest.add("outsider", "designer"))

    before = figures(stranger.look())
    sender = rest.door("other", "sender")
    for number in range(3):
        sender.post("order", {"title": f"More {number}"})

    assert figures(board.look()) != figures(stranger.look()) == before
    assert "How many" in stranger.look()
    assert "Sample figures" in stranger.look()


def figures(page):
    """Return what stands on the tiles of a board."""
    return re.findall(r'data-figure="([^"]*)"|weft-big-figure">(.*?)</p>', page, re.DOTALL)


def test_a_new_dashboard_begins_on_its_canvas_and_a_foreign_one_is_not_there(board):
    page = f"{BASE}/element?at=dashboards"
    body = {"csrf": board.csrf, "revision": revision_in(board.get(page)), "next": page, "do": "part_add",
            "to": "dashboards", "show": "dashboards", "label": "Second"}  # fmt: skip
    where = board.client.post(f"{BASE}/act", data=body).headers["Location"]

    assert where == f"{BASE}/dashboards/second"
    assert "no widgets yet" in board.get(where)
    assert f'href="{where}"' in board.get(page)
    board.get(f"{BASE}/dashboards/nothing", 404)
