"""Sections and tabs are made, moved and filled on the canvas of a form; one undo takes a gesture back."""

import re
from html import unescape

import pytest

from builder.designer.layouts.arrangement import Arrangement
from tests.web.designer.test_form_designer import BASE, FORM, Desk, revision_in

PLACE = "forms/order"


class Sheets(Desk):
    """A designer of layouts."""

    def do(self, do, place=PLACE, **fields):
        body = {"csrf": self.csrf, "revision": revision_in(self.get(FORM)), "next": FORM, "do": do}
        answer = self.client.post(f"{BASE}/act", data={**body, "place": place, **fields})
        assert answer.status_code == 303
        return answer.headers["Location"]

    @property
    def form(self):
        draft = self.client.get("/api/builder/shop/draft").json()["definition"]
        return next(each for each in draft["forms"] if each["key"] == "order")

    @property
    def laid(self):
        """Return the groups of the canvas: section, tab, fields, those of the rest left out."""
        return [(each.key, each.tab, each.fields[:3]) for each in Arrangement.of(self.form).sections]


@pytest.fixture
def desk(rest):
    return Sheets(rest, rest.add("shen", "designer"))


def section(key):
    return f"{PLACE}/layout/sections/{key}"


def field(key):
    return f"{PLACE}/fields/{key}"


def test_the_first_section_takes_what_is_there_and_one_stands_beneath_it(desk):
    where = desk.do("section_add")

    assert where == f"{FORM}?at=layout/sections/section_2"
    assert desk.laid == [("section_1", "", ("title", "word", "note")), ("section_2", "", ())]
    page = unescape(desk.get(where))
    assert re.search(r'weft-group chosen" data-key="section_2"', page)
    assert "Drag fields here" in page
    desk.do("panel", section("section_2"), **{"set.label": "Money"})
    assert desk.form["layout"]["sections"][1] == {"key": "section_2", "label": "Money"}


def test_fields_go_from_section_to_section_and_out_of_all(desk):
    desk.do("section_add")
    where = desk.do("field_put", field("amount"), section="section_2")
    desk.do("field_put", field("word"), section="section_2", before="amount")

    assert where == f"{FORM}?at=amount"
    assert desk.laid[1] == ("section_2", "", ("word", "amount"))
    desk.do("add_field", type="date", section="section_2", before="amount")
    assert desk.laid[1][2] == ("word", "date", "amount")
    desk.do("field_put", field("word"), section="", before="title")
    assert [each["key"] for each in desk.form["fields"]][:2] == ["word", "title"]
    assert Arrangement.of(desk.form).groups[-1].fields == ("word",)
    desk.do("remove", field("date"))
    assert desk.laid[1][2] == ("amount",)


def test_the_buttons_of_a_field_lead_over_the_edge_of_its_section(desk):
    desk.do("section_add")
    desk.do("field_put", field("amount"), section="section_2")

    found = Arrangement.of(desk.form)

    assert found.ways("amount") == (("section_1", ""), None)
    assert found.ways("title") == (None, ("section_1", "note"))


def test_the_first_tab_takes_the_sections_and_one_more_comes_beside_it(desk):
    where = desk.do("tab_add")

    assert [each["label"] for each in desk.form["layout"]["tabs"]] == ["Tab 1", "Tab 2"]
    assert [each[:2] for each in desk.laid] == [("section_1", "tab_1"), ("section_2", "tab_2")]
    assert where == f"{FORM}?at=layout/sections/section_2"
    assert 'data-place="forms/order/layout/tabs/tab_2"' in desk.get(where)
    desk.do("move", f"{PLACE}/layout/tabs/tab_2", before="tab_1")
    assert [each["key"] for each in desk.form["layout"]["tabs"]] == ["tab_2", "tab_1"]


def test_sections_go_from_tab_to_tab_and_stay_when_their_tab_goes(desk):
    desk.do("tab_add")
    desk.do("section_add", tab="tab_1")
    desk.do("section_put", section("section_3"), tab="tab_2", before="section_2")
    assert [each[:2] for each in desk.laid][1:] == [("section_3", "tab_2"), ("section_2", "tab_2")]

    desk.do("tab_remove", f"{PLACE}/layout/tabs/tab_2")
    assert {each[1] for each in desk.laid} == {"tab_1"}
    desk.do("tab_remove", f"{PLACE}/layout/tabs/tab_1")
    assert {each[1] for each in desk.laid} == {""}
    assert "tabs" not in desk.form["layout"] or desk.form["layout"]["tabs"] == []


def test_one_undo_takes_a_gesture_back(desk):
    before = desk.form
    desk.do("tab_add")
    assert desk.form != before

    said = {"csrf": desk.csrf, "revision": revision_in(desk.get(FORM)), "next": FORM}
    desk.client.post(f"{BASE}/undo", data=said)

    assert desk.form == before


def test_a_copy_stands_behind_its_original_in_the_same_section(desk):
    desk.do("section_add")
    before = desk.form

    desk.do("copy", field("title"))

    assert desk.laid[0] == ("section_1", "", ("title", "title_2", "word"))
    assert [each["key"] for each in desk.form["fields"]][:2] == ["title", "title_2"]
    said = {"csrf": desk.csrf, "revision": revision_in(desk.get(FORM)), "next": FORM}
    desk.client.post(f"{BASE}/undo", data=said)
    assert desk.form == before


@pytest.mark.parametrize("place", [field("gone"), section("section_2")])
def test_only_a_field_goes_into_a_section(desk, place):
    desk.do("section_add")
    before = desk.form

    desk.do("field_put", place, section="section_1")

    assert desk.form == before


@pytest.mark.parametrize(
    ("do", "place", "more"),
    [
        ("field_put", field("title"), {"section": "gone"}),
        ("section_put", section("gone"), {}),
        ("tab_remove", f"{PLACE}/layout/tabs/gone", {}),
        ("section_add", "forms/gone", {}),
    ],
)
def test_what_is_not_there_is_refused_and_changes_nothing(desk, do, place, more):
    before = desk.form

    desk.do(do, place, **more)

    assert desk.form == before
