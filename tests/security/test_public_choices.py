"""Questions for a record: strangers choose among the few that were listed, and learn of no other."""

import json
import re
from html import unescape
from typing import Any

import pytest

from tests.fixtures.rest import ROLES, shop_bytes
from tests.fixtures.shop import FORMS
from tests.fixtures.strangers import make_link, read, send, stranger, ticket

PUBLIC: dict[str, Any] = {
    "key": "ask", "label": "Ask", "form": "order", "edit_minutes": 10, "managers": ["promoter"],
    "questions": [{"field": "title"}, {"field": "word"}, {"field": "person", "label": "Whom?"},
                  {"field": "above"}, {"field": "things"}, {"field": "vip", "label": "Very important"}],
}  # fmt: skip
PROMOTER = {"key": "promoter", "label": "Promoter", "grants": [
    {"form": "order", "actions": ["create"]},
    {"form": "item", "actions": ["view"]},
    {"form": "person", "actions": ["view"], "scope": "own", "fields": {"phone": "hidden"}},
]}  # fmt: skip
PLACE = "/public/shop/ask"


@pytest.fixture(scope="module")
def shop(rest_of_module):
    forms = json.loads(json.dumps(FORMS))
    forms[2]["fields"].append(
        {"key": "vip", "type": "text", "label": "Vip", "visible_if": 'person.phone = "999"'}
    )
    rest = rest_of_module(shop_bytes(forms, publics=[PUBLIC], roles=[*ROLES, PROMOTER]))
    rest.chief, rest.promoter = rest.door("chief", "chief"), rest.add("promoter", "promoter")
    rest.link = make_link(rest, rest.promoter, PLACE)
    return rest


def person(shop, name, **more):
    return shop.chief.create("person", name=name, **{"keeper": str(shop.promoter), **more})


def pick(shop, *ids, status=303, question="person", who=None):
    """List records as whoever makes links does it, and return the page that answers."""
    page, csrf = shop.session(who or shop.promoter)
    answer = page.post(f"{PLACE}/choices", data={"csrf": csrf, f"choices.{question}": ["", *ids]})
    assert answer.status_code == status, answer.text[:2000]
    return unescape(answer.text if status != 303 else page.get(PLACE).text)


def offers(html, key="person"):
    """Return what a page offers in a question: number -> title."""
    (select,) = re.findall(rf'<select[^>]* name="{key}".*?</select>', html, re.DOTALL)
    return {
        number: text for number, text in re.findall(r'<option value="(\d*)"[^>]*>([^<]*)', select) if number
    }


def test_strangers_see_the_titles_of_those_that_were_listed_and_of_no_other(shop):
    one, two = person(shop, "Listed A", phone="555"), person(shop, "Listed B")
    other = person(shop, "Not listed", phone="999")

    assert "Nothing can be chosen yet" in pick(shop)
    pick(shop, two, one)
    client = stranger(shop)
    html = client.get(shop.link).text

    assert offers(html) == {two: "Listed B", one: "Listed A"}
    assert [*offers(html)] == [two, one]
    shown = html[html.index("<main") : html.index("</main>")]
    for word in ("Not listed", other, "555", "999", "phone", "lookup", "/a/shop", "/api/"):
        assert word not in shown, word
    send(shop, client, shop.link, {"title": "For A", "word": "seen", "person": one})
    assert [each["person"] for each in shop.chief.get('order?filter=word = "seen"')["data"]] == [one]


def test_any_other_record_is_refused_beside_its_question_whether_there_is_one_or_not(shop):
    listed, other = person(shop, "Offered"), person(shop, "Elsewhere", phone="999")
    above = shop.chief.create("order", title="Above")
    pick(shop, listed)
    pick(shop, above, question="above", who=shop.chief.user_id)
    client = stranger(shop)

    def refused(number):
        html = send(
            shop, client, f"{shop.link}?lang=en", {"title": "Odd", "word": "odd", "person": number}, 422
        )
        (vip,) = re.findall(r'<div[^>]*data-field="vip"[^>]*>', html)
        assert " hidden" in vip  # what depends on a record that is not offered tells nothing of it
        assert "Elsewhere" not in html
        return re.findall(r'id="f-person-error">.*?<span>(.*?)</span>', html, re.DOTALL)

    assert (
        refused(other)
        == refused("12345")
        == refused(above)
        == refused("x")
        == ["It is not among what can be chosen here."]
    )
    assert shop.chief.get('order?filter=word = "odd"')["data"] == []
    send(shop, client, shop.link, {"title": "Even", "word": "odd", "person": listed, "above": above})
    (made,) = shop.chief.get('order?filter=word = "odd"')["data"]
    assert (made["person"], made["above"]) == (listed, above)


def test_what_is_gone_or_hidden_from_whoever_listed_it_is_not_offered(shop):
    one, two, three = (person(shop, f"Kept {n}") for n in "123")
    pick(shop, one, two, three)
    client = stranger(shop)
    page = client.get(shop.link).text
    sent = send(shop, client, shop.link, {"title": "Before", "word": "gone", "person": two})
    (change,) = re.findall(r'href="(/f/[\w-]+/change/[\w-]+)"', sent)

    shop.chief.patch(f"person/{two}", {"keeper": str(shop.chief.user_id)})
    shop.chief.delete(f"person/{three}")

    assert offers(client.get(shop.link).text) == {one: "Kept 1"}
    read(shop)
    late = client.post(shop.link, data={"ticket": ticket(page), "title": "Late", "person": two})
    assert late.status_code == 422
    html = unescape(shop.session(shop.promoter)[0].get(PLACE).text)
    assert "2 of them are gone" in html
    assert "Kept 2" not in html
    # Who corrects something else loses nothing by it.
    send(shop, client, change, {"title": "After", "word": "gone", "person": ""})
    (made,) = shop.chief.get('order?filter=word = "gone"')["data"]
    assert (made["title"], made["person"]) == ("After", two)


def test_several_are_chosen_where_the_field_takes_several(shop):
    ones = [shop.chief.create("item", code=f"Thing {n}") for n in "123"]
    assert 'name="things"' not in stranger(shop).get(shop.link).text  # nothing to choose is no question
    pick(shop, *ones[:2], question="things")
    client = stranger(shop)

    send(shop, client, shop.link, {"title": "Few", "word": "few", "things": ["", ones[0], ones[2]]}, 422)
    sent = send(shop, client, shop.link, {"title": "Few", "word": "few", "things": ["", *ones[:2]]})
    (change,) = re.findall(r'href="(/f/[\w-]+/change/[\w-]+)"', sent)
    assert len(re.findall(r'<option value="\d+" selected>Thing', client.get(change).text)) == 2
    pick(shop, ones[0], ones[2], question="things")
    send(shop, client, change, {"title": "Fewer", "word": "few", "things": ["", ones[2]]})

    (made,) = shop.chief.get('order?filter=word = "few"')["data"]
    assert (made["title"], made["things"]) == ("Fewer", [ones[2], ones[1]])


def test_one_lists_what_one_may_see_and_not_without_end(shop):
    mine, hidden = person(shop, "Mine"), person(shop, "Theirs", keeper=str(shop.chief.user_id))
    pick(shop, mine)
    page, csrf = shop.session(shop.promoter)

    html = pick(shop, mine, hidden, status=422)
    assert "It is not among what can be chosen here." in html
    assert "Theirs" not in html
    assert "At most 50 records" in pick(shop, mine, *map(str, range(1, 51)), status=422)
    assert offers(stranger(shop).get(shop.link).text) == {mine: "Mine"}
    found = page.get(f"{PLACE}/choices/person?search=mine").json()["data"]
    assert {"id": mine, "text": "Mine"} in found
    assert page.get(f"{PLACE}/choices/person?search=theirs").json()["data"] == []
    assert page.get(f"{PLACE}/choices/title").status_code == 404
    # Somebody who sees more listed it: it stays when another changes the list.
    pick(shop, mine, hidden, who=shop.chief.user_id)
    pick(shop, hidden)
    assert offers(stranger(shop).get(shop.link).text) == {hidden: "Theirs"}
    other, csrf = shop.session(shop.add("nobody", "reader"))
    assert other.post(f"{PLACE}/choices", data={"csrf": csrf}).status_code == 404
    assert other.get(f"{PLACE}/choices/person").status_code == 404


def test_a_link_answers_a_choice_ahead(shop):
    one, other = person(shop, "Ahead"), person(shop, "Behind")
    pick(shop, one)

    link = make_link(shop, shop.promoter, PLACE, person=one)
    page, csrf = shop.session(shop.promoter)
    odd = page.post(f"{PLACE}/links", data={"csrf": csrf, "person": other})

    assert f'<option value="{one}" selected>Ahead' in stranger(shop).get(link).text
    assert odd.status_code == 422
