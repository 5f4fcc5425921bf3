"""Gestures that no page offers, posted all the same: refused in words, and nothing changes."""

import pytest

from tests.web.designer.test_form_designer import BASE, Desk, revision_in

PLACES = [
    "", "key", "forms", "roles", "forms/order", "forms/order/fields", "roles/clerk/grants/0/fields", "a/b/c",
]  # fmt: skip
# These are elements that the gesture is for.
MEANT = {("toggle", "forms/order"), ("copy", "forms/order"), ("toggle", "")}
GESTURES = [
    "add_widget", "copy_widget", "drag", "step", "sort_by", "group_by", "total_by", "toggle", "copy",
    "node_insert", "node_link", "node_branch", "part_kind", "panel",
]  # fmt: skip


@pytest.mark.parametrize("gesture", GESTURES)
def test_a_gesture_at_the_wrong_place_changes_nothing(rest, gesture):
    desk = Desk(rest, rest.add("shen", "designer"))
    before = desk.client.get("/api/builder/shop/draft").json()["definition"]

    for place in (each for each in PLACES if (gesture, each) not in MEANT):
        said = {"do": gesture, "place": place, "show": place, "name": "nothing", "next": BASE}
        said |= {"csrf": desk.csrf, "revision": revision_in(desk.get(BASE))}
        answer = desk.client.post(f"{BASE}/act", data=said)
        assert answer.status_code in {303, 404, 422}, (place, answer.text[:300])
        now = desk.client.get("/api/builder/shop/draft").json()["definition"]
        assert now == before, place


def test_an_app_is_never_renamed_so_nobody_designs_another(rest):
    door = rest.door("shen", "designer")
    draft = door.get("/api/builder/shop/draft")
    said = {
        "revision": draft["revision"],
        "commands": [{"do": "rename", "at": "", "key": "other", "keep": False}],
    }

    answer = door.send("POST", "/api/builder/shop/draft", said)

    assert answer.status_code == 422
    assert door.get("/api/builder/shop/draft")["definition"]["key"] == "shop"
