"""What an app consists of: counts, what is worth a look, where each element is used, and its diagram."""

import re
from html import unescape

import pytest

from tests.fixtures.rest import ROLES, shop_bytes
from tests.web.designer.test_elements import Editor
from tests.web.designer.test_form_designer import BASE, FORM


@pytest.fixture
def desk(rest):
    rest.publish(shop_bytes(roles=[*ROLES, {"key": "empty", "label": "Empty"}], menu=[{"form": "order"}]))
    return Editor(rest, rest.add("shen", "designer"))


def text_of(page):
    return " ".join(re.sub("<[^>]+>", " ", unescape(page)).split())


def test_the_overview_counts_and_tells_what_may_have_been_forgotten(desk):
    page = desk.get(BASE)
    said = text_of(page)

    assert "Forms 3" in said
    assert "people with a role 1" in said
    assert "The form “Person” is not in the menu. Put right" in said
    assert "The form “Order”" not in said
    assert "Nobody holds the role “Reader” yet." in said
    assert "Nobody holds the role “Designer”" not in said
    assert "The role “Empty” has no rights yet." in said
    assert 'href="/design/shop/element?at=menu"' in page
    assert 'href="/design/shop/diagram"' in page


def test_an_element_says_where_it_is_used(desk):
    field = desk.get(f"{FORM}?at=person")
    form = desk.look("forms/person")

    assert "Used in" in field
    assert "Roles: Clerk" in text_of(form)
    assert "Forms: Order · Person" in text_of(form)
    assert 'href="/design/shop/forms/order?at=person"' in form
    assert "Nothing else uses it." in text_of(desk.look("roles/empty"))


def test_the_diagram_draws_every_form_as_a_link_and_tells_every_relation(desk):
    page = unescape(desk.get(f"{BASE}/diagram"))

    boxes = re.findall(r'<a href="/design/shop/forms/(\w+)" aria-label=', page)
    assert sorted(boxes) == ["item", "order", "person"]
    assert page.count('class="weft-edge') == 4
    assert "Order: “Person” → Person" in page
    assert "Order: “Things” → several of Item" in page


def test_a_draft_with_gaps_has_an_overview_too(desk):
    desk.act(do="remove", place="forms/order/fields/title")

    assert "problem" in text_of(desk.get(BASE))
    desk.get(f"{BASE}/diagram")
    desk.get(f"{FORM}?at=note")
