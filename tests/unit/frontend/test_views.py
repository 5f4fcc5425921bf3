"""Sections in tabs: what nobody placed comes last, what must be put right is open, what is hidden is not."""

import pytest

from frontend.views import FieldView, Section, in_tabs

TITLES = {"who": "Who", "where": "Where"}


def section(key, tab="", **field):
    return Section(key.title(), (FieldView(key, "text", key, **field),), key=key, tab=tab)


@pytest.mark.parametrize(
    ("sections", "shown"),
    [
        pytest.param([section("a", "who"), section("b", "where")], "who", id="the first"),
        pytest.param(
            [section("a", "who"), section("b", "where", errors=("!",))], "where", id="the wrong one"
        ),
        pytest.param(
            [section("a", "who", depends=True, absent=True), section("b", "where")],
            "where",
            id="not a hidden one",
        ),
        pytest.param([section("a", "where")], "where", id="not an empty one"),
    ],
)
def test_one_tab_is_open(sections, shown):
    _, tabs = in_tabs(sections, TITLES, "More")

    assert [each.key for each in tabs if each.open] == [shown]


def test_what_is_not_placed_has_a_tab_of_its_own_and_what_has_no_tab_stands_above():
    above, tabs = in_tabs([section("a"), section("b", "who"), section("rest")], TITLES, "More")

    assert [each.key for each in above] == ["a"]
    assert [(each.key, each.title) for each in tabs] == [("who", "Who"), ("rest", "More")]


def test_without_tabs_everything_stands_above():
    said = [section("a"), section("rest")]

    assert in_tabs(said, {}, "More") == (tuple(said), ())
