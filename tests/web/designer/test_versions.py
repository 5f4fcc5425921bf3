"""What was published before is looked at again in words, and the draft goes back to it."""

from html import unescape

import pytest

from tests.fixtures.rest import shop_bytes
from tests.web.designer.test_elements import Editor
from tests.web.designer.test_form_designer import BASE, FORM


@pytest.fixture
def desk(rest):
    return Editor(rest, rest.add("shen", "designer"))


def test_a_version_says_what_was_changed_since_and_the_draft_goes_back(desk, rest):
    rest.publish(shop_bytes(label="Shop of Bo", rules=[{
        "key": "hello", "label": "Hello", "on": {"type": "created", "form": "order"},
        "then": [{"type": "set_fields", "set": {"note": "hi"}}],
    }]))  # fmt: skip
    assert f'href="{BASE}/versions/1"' in desk.get(BASE)

    page = unescape(desk.get(f"{BASE}/versions/1"))
    assert "2 changes since" in page
    assert "<del>Shop</del> → <ins>Shop of Bo</ins>" in page
    assert "Hello" in page
    assert "added" in page

    answer = desk.client.post(f"{BASE}/versions/1", data={"csrf": desk.csrf})
    assert answer.headers["Location"] == f"{BASE}/publish"
    assert (desk.draft["label"], desk.draft.get("rules")) == ("Shop", None)
    desk.publish()
    assert "The same as what is published now" in desk.get(f"{BASE}/versions/1")
    assert "This is what is published now" in desk.get(f"{BASE}/versions/3")


def test_undo_takes_the_way_back_back(desk, rest):
    rest.publish(shop_bytes(label="Shop of Bo"))
    desk.client.post(f"{BASE}/versions/1", data={"csrf": desk.csrf})
    assert desk.draft["label"] == "Shop"

    desk.post(f"{BASE}/undo", next=FORM)

    assert desk.draft["label"] == "Shop of Bo"


@pytest.mark.parametrize("number", ["0", "99", "x", "1" * 30, "²"])
def test_a_version_that_never_was_is_not_found(desk, number):
    desk.get(f"{BASE}/versions/{number}", 404)
    assert desk.client.post(f"{BASE}/versions/{number}", data={"csrf": desk.csrf}).status_code == 404
