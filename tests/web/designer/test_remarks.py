"""Whoever uses a form may say what is missing, and those who design it see that beside the element."""

import re
from html import unescape

import pytest
import sqlalchemy as sa

from engines.store import notices
from engines.store.platform import user
from tests.web.designer.test_elements import Editor, page_of
from tests.web.designer.test_form_designer import BASE, FORM, Desk

ALL = f"{BASE}/remarks"


@pytest.fixture
def desk(rest):
    return Editor(rest, rest.add("shen", "designer"))


def say(desk, place, body, **more):
    answer = desk.client.post(ALL, data={"csrf": desk.csrf, "place": place, "body": body, **more})
    assert answer.status_code == 303
    return answer.headers["Location"]


def text_of(page):
    return " ".join(re.sub("<[^>]+>", " ", unescape(page)).split())


def told(rest, user_id):
    with rest.installation.db.read() as conn:
        return [each.notice for each in notices.list_notices(conn, user_id).notices]


def test_s265_the_builder_sees_a_comment_on_a_form_definition(desk, rest):
    """A person at the front suggests a change on the form; the builder is told and sees it on the element."""
    clerk = Desk(rest, rest.add("may", "clerk"))
    builder = rest.add("bo", "designer")
    assert 'href="/a/shop/order/suggest"' in clerk.get("/a/shop/order/new")
    assert '<option value="note">Note</option>' in clerk.get("/a/shop/order/suggest")

    sent = clerk.client.post(
        "/a/shop/order/suggest", data={"csrf": clerk.csrf, "field": "note", "body": "Why is this required?"}
    )

    assert sent.headers["Location"] == "/a/shop/order"
    (notice,) = told(rest, builder)
    assert notice.title.parts("en") == ("May suggests a change to “Order · Note”",)
    assert notice.link.startswith(ALL)
    page = text_of(desk.get(f"{FORM}?at=note"))
    assert "Why is this required?" in page
    assert "1 open comment" in page
    listed = desk.get(ALL)
    assert f'href="{FORM}?at=note"' in listed
    assert "May" in text_of(listed)
    assert told(rest, id_of(rest, "may")) == []


def id_of(rest, login):
    with rest.installation.db.read() as conn:
        return conn.scalar(sa.select(user.c.id).where(user.c.login == login))


def test_a_comment_on_any_element_is_open_until_it_is_resolved(desk, rest):
    other = rest.add("bo", "designer")
    place = "roles/own"
    assert say(desk, f"{place}/grants/0", "May they delete?", next=page_of(place)) == page_of(place)

    assert "May they delete?" in desk.look(place)
    assert "1 open comment" in text_of(desk.look("roles"))
    assert [each.title.parts("zh-CN") for each in told(rest, other)] == [("Shen评论了“Own”",)]
    (number,) = re.findall(r'id="remark-(\d+)"', desk.get(ALL))
    second = Desk(rest, other)
    second.client.post(f"{ALL}/{number}", data={"csrf": second.csrf, "do": "settle", "next": ALL})

    assert "May they delete?" not in desk.look(place)
    assert "resolved by Bo" in text_of(desk.get(f"{ALL}?show=settled"))
    assert told(rest, id_of(rest, "shen"))[0].title.parts("en") == ("Bo resolved your comment on “Own”",)
    second.client.post(f"{ALL}/{number}", data={"csrf": second.csrf, "do": "reopen", "next": ALL})
    assert "May they delete?" in desk.look(place)


def test_a_comment_follows_its_element_and_outlives_it(desk, rest):
    say(desk, "forms/order/fields/note", "Is this the memo?")
    door = rest.door("bot", "designer")

    def turn(name):
        desk.post(f"{BASE}/{name}")

    def at(key):
        return "Is this the memo?" in desk.get(f"{FORM}?at={key}")

    first = {"do": "rename", "at": "forms/order/fields/note", "key": "remark"}
    second = {"do": "rename", "at": "forms/order/fields/remark", "key": "notice"}
    batch = {"do": "batch", "commands": [first, second]}
    door.post("/api/builder/shop/draft", {"revision": int(desk.revision()), "commands": [batch]}, 200)
    assert at("notice")
    turn("undo")
    assert at("note")
    command = {"do": "rename", "at": "forms/order/fields/note", "key": "memo"}
    answer = door.post(
        "/api/builder/shop/draft", {"revision": int(desk.revision()), "commands": [command]}, 200
    )
    assert answer["at"] == ["forms/order/fields/memo"]
    assert at("memo")
    turn("undo")
    assert at("note")
    turn("redo")
    assert at("memo")
    desk.client.post(f"{BASE}/discard", data={"csrf": desk.csrf})
    assert at("note")
    desk.act(do="remove", place="forms/order/fields/note")
    listed = text_of(desk.get(ALL))
    assert "Removed Order · Note Is this the memo?" in listed


def test_what_cannot_be_kept_is_told(desk):
    where = say(desk, "forms/order", "   ", next=FORM)

    assert where == FORM
    assert 'data-kind="danger"' in desk.get(FORM)
    for foreign in ("https://elsewhere.example/", f"https:{ALL}", f"javascript:{ALL}", f"//elsewhere{ALL}"):
        assert say(desk, "forms/order", "x" * 2001, next=foreign) == ALL
    assert "No comments here yet" in desk.get(ALL)


def test_programs_comment_and_resolve(rest):
    door = rest.door("bot", "designer")

    made = door.post("/api/builder/shop/remarks", {"at": "forms/order", "body": "Needs a due date"})
    door.post("/api/builder/shop/remarks", {"at": "forms/order"}, 422)
    settled = door.post(f"/api/builder/shop/remarks/{made['id']}", {}, 200)

    assert (made["at"], made["named"], made["open"]) == ("forms/order", "Order", True)
    assert settled["open"] is False
    assert door.get("/api/builder/shop/remarks")["data"] == []
    assert [each["id"] for each in door.get("/api/builder/shop/remarks?show=settled")["data"]] == [made["id"]]
    door.post("/api/builder/shop/remarks/1", {}, 404)


def test_who_does_not_see_the_form_suggests_nothing(rest):
    stranger = Desk(rest, rest.add("joe"))

    stranger.get("/a/shop/order/suggest", 404)
    assert stranger.client.post(ALL, data={"csrf": stranger.csrf, "body": "x"}).status_code == 404
