"""A rule reads as a sentence whose parts are chosen, moved and made; nothing of it is written by hand."""

import re
from html import unescape

import pytest

from tests.web.designer.test_elements import Editor
from tests.web.designer.test_form_designer import revision_in

RULE = "rules/large"


class Writer(Editor):
    """A designer of rules."""

    def begin(self):
        self.say(self.add("rules"), label="Large")
        self.say(f"{RULE}/on", RULE, form="order")

    def action(self, kind):
        return self.do(RULE, do="part_add", to=f"{RULE}/then", kind=kind)

    def words(self, place=RULE):
        """Return the clauses of the sentence."""
        return re.findall(r'weft-flow-words"><strong>([^<]*)<', self.look(place))

    @property
    def rule(self):
        return self.draft["rules"][0]


@pytest.fixture
def desk(rest):
    return Writer(rest, rest.add("shen", "designer"))


def test_a_rule_reads_as_a_sentence(desk):
    desk.begin()
    desk.say(RULE, **{"if": "amount > 100 AND ISBLANK(note)"})
    action = desk.action("set_fields")
    desk.do(action, {"set.set": "", "map.set.stage": "open"}, do="panel", place=action)

    when, held, then = desk.words()
    assert when == "When “Order” gets a new record"
    assert held == "Amount > 100.00 and Note is blank"
    assert "Stage: Open" in desk.look(RULE)
    assert "Stage" in then


def test_the_trigger_has_its_panel_beside_the_sentence_and_becomes_another(desk):
    desk.begin()
    page = desk.look(f"{RULE}/on")
    assert "Change kind" in page
    assert "Large" in page

    desk.do(f"{RULE}/on", do="part_kind", place=f"{RULE}/on", kind="field_changed")

    assert desk.rule["on"]["type"] == "field_changed"
    assert desk.words()[0].endswith("changes")


def test_actions_are_moved_and_taken_out(desk):
    desk.begin()
    for kind in ("set_fields", "notify", "veto"):
        desk.action(kind)

    def move(index, before):
        desk.do(RULE, do="part_move", place=f"{RULE}/then/{index}", before=before)
        return [each["type"] for each in desk.rule["then"]]

    assert move(2, "0") == ["veto", "set_fields", "notify"]
    assert move(0, "/last") == ["set_fields", "notify", "veto"]
    desk.do(RULE, do="remove", place=f"{RULE}/then/1")
    assert [each["type"] for each in desk.rule["then"]] == ["set_fields", "veto"]


def test_rows_of_a_new_record_are_made_on_screen(desk):
    desk.begin()
    action = desk.action("create_record")
    desk.say(action, form="order")
    rows = f"{action}/rows"
    assert ">Rows</option>" in desk.look(action)

    desk.do(action, do="part_add", to=rows, kind="rows")

    page = desk.look(f"{rows}/rows")
    assert ">Rows</option>" in page
    desk.do(f"{rows}/rows", {"set.set": "", "map.set.what": "what & title", "mode.set.what": "formula",
                             "add.set": "qty"}, do="panel", place=f"{rows}/rows")  # fmt: skip
    desk.do(f"{rows}/rows", {"set.set": "", "map.set.what": "what & title", "mode.set.what": "formula",
                             "map.set.qty": "2"}, do="panel", place=f"{rows}/rows")  # fmt: skip
    assert desk.rule["then"][0]["rows"] == {
        "rows": {"from": "rows", "set": {"what": {"formula": "what & title"}, "qty": "2"}},
    }  # fmt: skip
    assert "What & Title" in desk.look(f"{rows}/rows")


def test_a_formula_of_a_value_opens_in_the_editor_and_leaves_the_others(desk):
    desk.begin()
    action = desk.action("set_fields")
    desk.do(action, {"set.set": "", "map.set.note": "title", "mode.set.note": "formula",
                     "map.set.stage": "open"}, do="panel", place=action)  # fmt: skip
    (link,) = re.findall(r'href="(/design/shop/formula\?at=[^"]*note/formula)"', desk.look(action))

    page = desk.get(link)
    said = {"csrf": desk.csrf, "revision": revision_in(page), "formula": 'title & "!"'}
    where = desk.client.post(link, data=said).headers["Location"]

    assert unescape(where).startswith("/design/shop/element?at=")
    assert desk.rule["then"][0]["set"] == {"note": {"formula": 'title & "!"'}, "stage": "open"}


def test_what_a_filter_calls_this_is_said_in_words(desk):
    found = next(each for each in desk.draft["forms"] if each["key"] == "order")
    relation = next(each for each in found["fields"] if each.get("form") and each["type"] == "relation")
    field = f"forms/order/fields/{relation['key']}"
    desk.say(field, where="ISBLANK(THIS.title)")

    assert "this record › Title" in desk.look(field)
