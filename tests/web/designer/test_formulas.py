"""The formulas and conditions of a form: found, read in words, edited in the draft."""

import json
import re
from html import unescape
from urllib.parse import quote

import pytest

from tests.web.designer.test_form_designer import BASE, FORM, Desk

LIST = f"{FORM}/formulas"


def edit(at: str) -> str:
    return f"{BASE}/formula?at={quote(at)}"


@pytest.fixture
def desk(rest):
    return Desk(rest, rest.add("shen", "designer"))


@pytest.fixture
def chief(rest):
    return Desk(rest, rest.add("chief", "chief"))


def links(page: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'href="(/design/shop/formula\?at=[^"]*)"', page)]


def test_every_formula_of_a_form_is_listed_in_words(desk):
    page = unescape(desk.get(LIST))

    assert "Not below zero" in page
    assert "Amount ≥ 0" in page
    assert "Since" in page
    assert "TODAY()" in page
    assert edit("/forms/2/checks/0/that") in links(page)


def test_places_without_a_formula_are_offered(desk):
    page = desk.get(LIST)

    assert edit("/forms/2/fields/3/visible_if") in links(page)
    assert edit("/roles/2/grants/0/where") in links(page)


def test_a_condition_is_edited_as_rows_and_kept_in_the_draft(desk):
    place = edit("/forms/2/checks/0/that")
    page = desk.get(place)
    assert 'name="f.0.field"' in page

    rows = {"f.0.field": "amount", "f.0.op": "gt", "f.0.value": "5", "f.1.field": "done", "f.1.op": "true"}
    where = desk.post(place, **rows)

    assert where == LIST
    page = unescape(desk.get(LIST))
    assert "Kept in the draft" in page
    assert "Amount > 5.00 and Done is ticked" in page
    draft = desk.client.get("/api/builder/shop/draft").json()
    assert draft["definition"]["forms"][2]["checks"][0]["that"] == "amount > 5 AND done = TRUE"
    assert desk.client.get(f"{BASE}/publish").status_code == 200


def test_a_command_of_the_builder_keeps_nothing(desk):
    answer = desk.client.post(
        edit("/forms/2/checks/0/that"),
        data={"csrf": desk.csrf, "do": "row:", "f.0.field": "amount", "f.0.op": "gt", "f.0.value": "5"},
    )

    assert answer.status_code == 200
    assert 'name="f.1.field"' in answer.text
    assert 'value="5"' in answer.text
    assert "unpublished" not in desk.get(FORM)


@pytest.mark.parametrize(
    ("at", "formula", "said"),
    [
        ("/forms/2/checks/0/that", "amount > ", "the formula is not finished"),
        ("/forms/2/checks/0/that", "amunt > 1", "there is no field “amunt”. Did you mean “Amount amount”?"),
        ("/forms/2/checks/0/that", "amount + 1", "yes or no is expected"),
        ("/forms/2/checks/0/that", "", "A formula is needed here."),
        ("/roles/2/grants/0/where", 'PROPER(title) = "A"', "cannot be used to filter or sort"),
        ("/forms/2/fields/14/default/formula", "amount", "there is no field “amount”"),
    ],
)
def test_what_may_not_stand_there_is_refused_and_stays_on_the_page(desk, at, formula, said):
    answer = desk.client.post(
        edit(at), data={"csrf": desk.csrf, "revision": desk.revision(), "formula": formula}
    )

    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert formula in unescape(answer.text)


def test_a_condition_is_written_where_there_was_none_and_taken_away_again(desk):
    place = edit("/forms/2/fields/3/visible_if")

    desk.post(place, formula="done")
    assert "Done is true" in unescape(desk.get(LIST))
    desk.post(place, formula="")

    assert "Done is true" not in unescape(desk.get(LIST))


def test_a_default_keeps_its_wrapping(desk):
    desk.post(edit("/forms/2/fields/14/default/formula"), formula="TODAY() + 1")

    draft = desk.client.get("/api/builder/shop/draft").json()
    assert draft["definition"]["forms"][2]["fields"][14]["default"] == {"formula": "TODAY() + 1"}


def test_a_stale_page_is_told_and_keeps_what_was_written(desk):
    old = desk.revision()
    desk.act(do="add_field", place="forms/order", type="date")

    answer = desk.client.post(
        edit("/forms/2/checks/0/that"), data={"csrf": desk.csrf, "revision": old, "formula": "amount > 9"}
    )

    assert answer.status_code == 422
    assert "changed the design meanwhile" in answer.text
    assert "amount > 9" in unescape(answer.text)


def test_a_formula_is_tried_on_a_record_with_the_rights_of_whoever_tries_it(rest, chief, desk):
    clerk = rest.door("clerk", "clerk")
    person = clerk.create("person", name="Ada")
    order = clerk.create(
        "order", title="One", amount="12.5", person=person, rows=[{"qty": "2"}, {"qty": "3"}]
    )
    told = f"{BASE}/formula/told?at={quote('/forms/2/checks/0/that')}"

    def tell(who, text):
        return unescape(who.client.post(told, data={"csrf": who.csrf, "text": text, "record": order}).text)

    assert "Result: holds" in tell(chief, "amount > 10")
    assert "Result: does not hold" in tell(chief, 'person.name = "Bo"')
    assert "Result: holds" in tell(chief, "SUM(rows.qty) = 5")
    assert 'data-chip title="person.name">Person › Name<' in tell(chief, 'person.name = "Bo"')
    assert "Result" not in tell(desk, "amount > 10")
    assert "Result: holds" in tell(desk, "TODAY() > NOW() - 2")
    page = chief.client.post(
        edit("/forms/2/checks/0/that"), data={"csrf": chief.csrf, "formula": "TRUE", "do": "x"}
    )
    assert ">One</option>" in page.text


def test_words_name_fields_and_those_one_relation_away(desk):
    words = json.loads(desk.client.get(f"{BASE}/formula/words?at={quote('/forms/2/checks/0/that')}").text)
    fields = {each["key"]: each["label"] for each in words["fields"]}

    assert fields["amount"] == "Amount"
    assert fields["person.name"] == "Person › Name"
    assert fields["rows.qty"] == "Rows › Qty"


def test_a_place_that_is_none_is_not_found(desk):
    desk.get(edit("/forms/2/checks/9/that"), status=404)
    desk.get(f"{BASE}/forms/nothing/formulas", status=404)
    desk.get(edit("/forms/2/label"), status=404)


def test_only_designers_see_them(rest):
    clerk = Desk(rest, rest.add("nobody", "clerk"))

    assert clerk.client.get(LIST).status_code in {403, 404}
    assert clerk.client.get(edit("/forms/2/checks/0/that")).status_code in {403, 404}


def test_the_panel_leads_to_the_editor(desk):
    page = unescape(desk.get(f"{FORM}?at=amount"))

    assert edit("/forms/2/fields/3/visible_if") in links(page)
    assert f'href="{LIST}"' in page


def test_a_problem_of_a_condition_leads_to_its_editor(desk):
    desk.act(do="remove", place="forms/order/fields/amount")

    assert edit("/forms/2/checks/0/that") in links(unescape(desk.get(BASE)))
