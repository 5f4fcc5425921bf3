"""A view is put together on its table by plain posts: columns shown, hidden and ordered, records sorted."""

import re
from html import unescape

import pytest

from tests.fixtures.rest import shop_bytes
from tests.fixtures.shop import FORMS
from tests.web.designer.test_elements import Editor, page_of

VIEW = "forms/order/views/open"
OPEN = {
    "key": "open", "label": "Open orders", "columns": ["title", "stage", "amount"],
    "filter": 'stage = "open"', "sort": [{"field": "title"}],
}  # fmt: skip


def shop():
    """Return the shop with one view of its orders."""
    return shop_bytes([each | {"views": [OPEN]} if each["key"] == "order" else each for each in FORMS])


class Canvas(Editor):
    """A designer at a view."""

    def pick(self, act):
        self.order(*self.shown(), act=act)

    def order(self, *keys, act=""):
        """Post what a drag posts: the columns as they stand now."""
        said = [("set.columns", each) for each in ("", *keys)]
        self.send(VIEW, [*said, ("pick", act)] if act else said)

    def sort(self, field):
        self.do(VIEW, do="sort_by", place=VIEW, field=field)

    def shown(self):
        return re.findall(r'name="set\.columns" value="(\w+)"', self.look(VIEW))

    def cells(self):
        body = self.look(VIEW).partition("<tbody")[2].partition("</tbody>")[0]
        rows = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in body.split("<tr>")[1:]]
        return [[" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in row] for row in rows]

    @property
    def said(self):
        form = next(each for each in self.draft["forms"] if each["key"] == "order")
        return next(each for each in form["views"] if each["key"] == "open")


@pytest.fixture
def canvas(rest):
    rest.publish(shop())
    chief = rest.door("chief", "chief")
    for title, stage in (("two", "open"), ("one", "open"), ("three", "apple")):
        chief.post("order", {"title": title, "stage": stage, "amount": "2"})
    return Canvas(rest, rest.add("shen", "designer", "chief"))


def test_the_table_shows_the_first_records_as_people_see_them(canvas):
    assert canvas.shown() == ["title", "stage", "amount"]
    assert [row[:2] for row in canvas.cells()] == [["one", "Open"], ["two", "Open"]]


def test_columns_are_ordered_hidden_and_shown(canvas):
    canvas.order("amount", "title", "stage")
    assert canvas.said["columns"] == ["amount", "title", "stage"]
    canvas.pick("columns/up/stage")
    assert canvas.said["columns"] == ["amount", "stage", "title"]
    canvas.pick("columns/drop/amount")
    assert canvas.said["columns"] == ["stage", "title"]
    canvas.pick("columns/add/amount")
    assert canvas.said["columns"] == ["stage", "title", "amount"]
    assert 'value="columns/add/amount"' not in canvas.look(VIEW)


def test_a_click_sorts_a_second_turns_the_order_a_third_leaves_it(canvas):
    canvas.sort("amount")
    assert canvas.said["sort"] == [{"field": "amount"}, {"field": "title"}]
    canvas.sort("title")
    assert canvas.said["sort"] == [{"field": "amount"}, {"field": "title", "descending": True}]
    assert [row[0] for row in canvas.cells()] == ["two", "one"]
    canvas.sort("title")
    canvas.sort("amount")
    canvas.sort("amount")
    assert "sort" not in canvas.said


NO_VIEWS = ["forms", "forms/order", "roles", "forms/order/views/none", "", "a/b/views/c"]


@pytest.mark.parametrize("place", NO_VIEWS)
def test_only_views_are_sorted(canvas, place):
    before = canvas.draft

    canvas.do(VIEW, do="sort_by", place=place, field="title")

    assert canvas.draft == before


def test_what_is_not_published_is_said_and_stays_blank(canvas):
    canvas.do(VIEW, do="add_field", place="forms/order", type="date")
    canvas.pick("columns/add/date")

    assert canvas.shown()[-1] == "date"
    assert [row[-1] for row in canvas.cells()] == ["–", "–"]
    canvas.sort("date")
    assert canvas.cells() == []
    assert "design.view" not in canvas.look(VIEW)
    assert "once what the view shows, filters and sorts by is published" in canvas.look(VIEW)


def test_records_that_the_designer_may_not_see_stay_hidden(rest):
    rest.publish(shop())
    rest.door("chief", "chief").post("order", {"title": "secret one", "stage": "open"})
    shen = Canvas(rest, rest.add("shen", "designer"))

    page = unescape(shen.get(page_of(VIEW)))

    assert "secret one" not in page
    assert "You may not see these records" in page


def test_another_kind_is_seen_as_people_will_see_it(canvas):
    canvas.do(VIEW, do="part_kind", place=VIEW, kind="kanban")

    assert canvas.said | {"by": "stage"} == OPEN | {"type": "kanban", "by": "stage"}
    html = canvas.look(VIEW)
    assert re.findall(r'weft-lane-name">(.*?)<', html) == ["Zebra", "Open", "Apple"]
    assert re.findall(r'data-item data-title="(.*?)"', html) == ["one", "two"]
    assert 'name="set.by"' in html
    assert 'value="kanban" selected' in html

    canvas.do(VIEW, do="part_kind", place=VIEW, kind="calendar")
    assert canvas.said["start"] == "day"  # the first field that is a date
    html = canvas.look(VIEW)
    offered = re.search(r'name="set\.start".*?</select>', html, re.DOTALL)
    assert offered
    assert {"day", "seen"} <= {*re.findall(r'value="(\w+)"', offered[0])}
    assert 'value="amount"' not in offered[0]
    assert "weft-calendar-bar" in html
    canvas.do(VIEW, do="part_kind", place=VIEW, kind="table")
    assert canvas.said == OPEN


def test_columns_make_groups_and_have_figures_click_by_click(canvas):
    def turn(do, field):
        canvas.do(VIEW, do=do, place=VIEW, field=field)

    turn("group_by", "stage")
    turn("total_by", "amount")
    grouped = canvas.said
    html = canvas.look(VIEW)
    turn("total_by", "amount")
    average = canvas.said["totals"]
    turn("group_by", "stage")

    assert grouped["group"] == [{"field": "stage"}]
    assert grouped["totals"] == [{"field": "amount", "function": "sum"}]
    assert "Group 1" in html
    assert average == [{"field": "amount", "function": "average"}]
    assert "group" not in canvas.said


def test_a_computed_column_has_the_groups_and_figures_of_what_it_computes(canvas):
    canvas.act(do="add_field", place="forms/order", type="formula")
    canvas.say("forms/order/fields/formula", formula="amount * 2", label="Twice")
    canvas.send(VIEW, [("set.columns", each) for each in ("", "title", "twice", "day")])

    html = canvas.look(VIEW)
    for do, field in [("group_by", "twice"), ("total_by", "twice"), ("total_by", "day")]:
        canvas.do(VIEW, do=do, place=VIEW, field=field)

    for do in ("group_by", "total_by"):
        assert re.search(rf'name="do" value="{do}"', html)
    assert canvas.said["group"] == [{"field": "twice"}]
    assert canvas.said["totals"] == [
        {"field": "twice", "function": "sum"}, {"field": "day", "function": "min"},
    ]  # fmt: skip
