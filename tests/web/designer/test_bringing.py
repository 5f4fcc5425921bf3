"""What a designer need not know: keys of fields. Fields are chosen, and put into texts, by their labels."""

import re

import pytest

from tests.web.designer.test_elements import Editor
from tests.web.designer.test_form_designer import FORM

RULE = "rules/told"


@pytest.fixture
def desk(rest):
    return Editor(rest, rest.add("shen", "designer"))


def field(desk, form, key):
    (found,) = [each for each in desk.draft["forms"] if each["key"] == form]
    return next(each for each in found["fields"] if each["key"] == key)


def test_a_choice_brings_along_the_field_that_is_called_the_same(desk):
    place = "forms/order/fields/person"
    desk.say("forms/order/fields/word", label="Phone")
    desk.do(place, {"set.fill": "", "add.fill": "word"}, do="panel", place=place)

    assert field(desk, "order", "person")["fill"] == {"word": "phone"}
    page = desk.get(f"{FORM}?at=person")
    assert re.search(r'<select[^>]*name="map.fill.word".*?<option value="phone" selected>', page, re.DOTALL)


def test_a_text_names_fields_by_label_on_screen_and_by_key_in_the_definition(desk):
    desk.do("rules", {"label": "Told"}, do="part_add", to="rules")
    desk.say(f"{RULE}/on", RULE, form="order")
    action = desk.add(f"{RULE}/then", "notify", show=RULE)

    desk.say(action, title="See {{ note }} of {{ Amount }}")

    assert desk.draft["rules"][-1]["then"][0]["title"] == "See {{ note }} of {{ amount }}"
    page = desk.look(action)
    assert "of {{ Amount }}" in page
    assert "<option>Amount</option>" in page


def test_a_figure_of_another_form_is_grouped_by_a_field_of_that_form(desk):
    desk.do("dashboards", {"label": "Board"}, do="part_add", to="dashboards")
    desk.do("dashboards/board", do="add_widget", place="dashboards/board", type="pie")
    (widget,) = desk.draft["dashboards"][-1]["widgets"]
    other = next(each["key"] for each in desk.draft["forms"] if each["key"] != widget["form"])

    desk.say(f"dashboards/board/widgets/{widget['key']}", form=other)

    (widget,) = desk.draft["dashboards"][-1]["widgets"]
    assert field(desk, other, widget["group"]["field"])
