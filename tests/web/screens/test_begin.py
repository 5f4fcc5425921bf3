"""The guide of a new installation: what is done is told by what is there; it is skipped and resumed."""

import re

from engines.store.settings import set_setting
from tests.fixtures.publishing import app, field, form


def marks(html):
    """Return which steps are done."""
    return [bool(each) for each in re.findall(r'class="weft-step-mark( is-done)?"', html)]


def test_the_guide_ticks_off_what_is_there(empty_house):
    empty_house.add("ada", admin=True)
    ada = empty_house.enter("ada", "/")
    assert marks(ada.html) == [False] * 5

    ada.post("/begin", {"site": "Northwind"})
    assert "Northwind" in ada.get("/begin")
    assert marks(ada.html) == [True, False, False, False, False]

    empty_house.add("bo", None)
    assert marks(ada.get("/begin")) == [True, True, False, False, False]

    note = app(form("note", field("text")), key="notes")
    empty_house.installation.publisher.apply(note, actor=None)
    assert marks(ada.get("/begin")) == [True, True, True, False, False]
    assert 'href="/a/notes"' in ada.html

    ada.get("/a/notes/note/new")
    ada.post("/a/notes/note/new", {"text": "first"})
    empty_house.add("cy")
    assert marks(ada.get("/begin")) == [True] * 5
    assert "weft-step-mark" not in ada.get("/?all=1")


def test_it_is_put_away_and_taken_up_again(empty_house):
    empty_house.add("ada", admin=True)
    ada = empty_house.enter("ada", "/")

    ada.post("/begin", {"do": "skip"})
    assert "weft-step-mark" not in ada.get("/?all=1")
    assert "/begin" in ada.get("/design")
    ada.get("/begin")
    ada.post("/begin", {"do": "resume"})

    assert marks(ada.get("/?all=1")) == [False] * 5


def test_others_do_not_see_it(empty_house):
    empty_house.add("ada", admin=True)
    empty_house.add("bo")
    empty_house.write(set_setting, "site", "Northwind")

    bo = empty_house.enter("bo", "/?all=1")

    assert "weft-step-mark" not in bo.html
    bo.get("/begin", 403)
    bo.post("/begin", {"do": "skip"}, 403)
