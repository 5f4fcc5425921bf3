"""Designers see who else is at the same draft, where, and that it moved on; nobody is thrown off a page."""

import re
from html import unescape

import pytest

from tests.web.designer.test_form_designer import BASE, FORM, Desk, revision_in


@pytest.fixture
def two(rest):
    """Two designers of the shop."""
    return Desk(rest, rest.add("shen", "designer")), Desk(rest, rest.add("bo", "designer"))


def here(desk, page, revision=""):
    sent = {"csrf": desk.csrf, "page": page, "revision": revision}
    answer = desk.client.post(f"{BASE}/here", data=sent)
    assert answer.status_code == 200
    return " ".join(re.sub("<[^>]+>", " ", unescape(answer.text)).split())


def test_each_sees_where_the_others_are_until_they_left_for_a_minute(two, rest):
    shen, bo = two
    assert 'hx-post="/design/shop/here"' in shen.get(FORM)

    assert here(shen, f"{FORM}?at=note") == ""
    assert "Shen looks at “Order · Note”" in here(bo, f"{BASE}/element?at=roles/own/grants/0")
    assert "Bo looks at “Own”" in here(shen, FORM)
    assert "Shen looks at “Order”" in here(bo, "https://elsewhere.example/")
    assert "Bo looks at “Shop”" in here(shen, FORM)
    rest.clock.forward(seconds=61)
    assert here(shen, FORM) == ""


def test_a_page_says_that_another_changed_the_draft_and_offers_to_load_it(two, rest):
    shen, bo = two
    seen = revision_in(shen.get(FORM))
    assert here(shen, FORM, seen) == ""

    bo.act(do="add_field", place="forms/order", type="date")

    assert "Bo changed the draft. Reload" in here(shen, FORM, seen)
    assert "Reload" not in here(bo, FORM, revision_in(bo.get(FORM)))
    where = shen.act(revision=seen, do="add_field", place="forms/order", type="text")
    assert where == FORM  # and the message says that the draft moved on
    now = revision_in(shen.get(FORM))
    bo.client.post(f"{BASE}/discard", data={"csrf": bo.csrf})
    assert "published or discarded" in here(shen, FORM, now)


def test_strangers_are_neither_told_nor_shown(rest):
    clerk = Desk(rest, rest.add("may", "clerk"))

    assert clerk.client.post(f"{BASE}/here", data={"csrf": clerk.csrf}).status_code == 404
