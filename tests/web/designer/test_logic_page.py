"""All logic of a form stands on one page in words, with what goes in circles and what names nothing."""

import re
from html import unescape

import pytest

from tests.web.designer.test_elements import Editor, page_of
from tests.web.designer.test_form_designer import BASE, FORM

ORDER = "forms/order/fields"


class Reader(Editor):
    """A designer who reads what a form does by itself."""

    def logic(self):
        return re.sub(r"\s+", " ", unescape(self.get(f"{FORM}/logic")))

    def rule(self, label, form="order", **on):
        self.say(self.add("rules"), label=label)
        place = f"rules/{label.lower()}"
        self.say(f"{place}/on", place, form=form, **on)
        return place

    def sets(self, rule, field):
        action = self.add(f"{rule}/then", "set_fields", show=rule)
        self.do(action, {"set.set": "", f"map.set.{field}": "x"}, do="panel", place=action)


@pytest.fixture
def desk(rest):
    return Reader(rest, rest.add("shen", "designer"))


def test_everything_that_a_form_does_by_itself_is_said_with_the_way_to_it(desk):
    desk.say(f"{ORDER}/note", visible_if="amount > 5", required_if="done")
    desk.say(f"{ORDER}/person", where="ISBLANK(THIS.title)")
    rule = desk.rule("Late")
    desk.say(rule, **{"if": "done"})
    desk.sets(rule, "word")
    desk.say(desk.add("flows"), label="Check", form="order")

    page = desk.logic()
    for said in (
        "“Note” is shown where Amount > 5.00",
        "“Note” must be filled where Done is true",
        "Before saving Amount ≥ 0.00; otherwise: “Not below zero”",
        "“Since” begins with today",
        "“State” begins with new",
        "“Person” offers only records where ISBLANK(this record › Title)",
        "When “Order” gets a new record, if Done is true: set “Word”.",
        "Begun by whoever may see the record with a button",
    ):
        assert said in page
    for place in ("rules/late", "flows/check"):
        assert page_of(place) in page
    assert f"{BASE}/formula?at=/forms/2/fields/2/visible_if" in page


def test_rules_that_set_each_other_off_are_told_with_their_names(desk):
    one = desk.rule("One")
    two = desk.rule("Two")
    for rule, watched, written in ((one, "word", "note"), (two, "note", "word")):
        desk.do(f"{rule}/on", do="part_kind", place=f"{rule}/on", kind="field_changed")
        desk.say(f"{rule}/on", rule, form="order", field=watched)
        desk.sets(rule, written)

    page = desk.logic()

    assert "These rules may set each other off in a circle" in page
    assert re.search(r"One</a> → .*Two</a> → One", page)


def test_computed_fields_that_need_each_other_and_names_of_nothing_are_told_where_they_stand(desk):
    desk.act(do="add_field", place="forms/order", type="formula")
    desk.act(do="panel", place=f"{ORDER}/formula", **{"set.formula": "formula + 1"})
    desk.say(f"{ORDER}/note", visible_if="gone > 5")

    page = desk.logic()

    assert page.count('class="is-invalid"') == 2
    assert "gone" in page


def test_a_form_that_does_nothing_by_itself_says_so(desk):
    desk.post(f"{BASE}/act", do="add_form", label="Notes")

    assert "Nothing happens by itself" in desk.get(f"{BASE}/forms/notes/logic")
    desk.get(f"{BASE}/forms/nothing/logic", 404)
