"""Widgets on twelve columns: whatever is done, nothing overlaps, nothing hangs over, no gap stays."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.designer.boards.layout import Spot, free_spot, laid_out, settled, stepped

spot = st.builds(Spot, st.integers(-2, 14), st.integers(0, 9), st.integers(0, 14), st.integers(0, 6))
boards = st.lists(spot, min_size=1, max_size=6).map(
    lambda found: {f"w{number}": each for number, each in enumerate(found)}
)
WAYS = ("left", "right", "up", "down", "wider", "narrower", "taller", "lower")


def whole(spots):
    """Tell whether the grid holds them all, apart from each other and as high as they can be."""
    some = list(spots.values())
    apart = not any(one.meets(other) for number, one in enumerate(some) for other in some[:number])
    inside = all(each.x >= 0 and each.y >= 0 and each.x + each.w <= 12 and each.h >= 1 for each in some)
    high = not any(
        each.y and not any(replace(each, y=each.y - 1).meets(other) for other in some if other is not each)
        for each in some
    )
    return apart and inside and high


@given(boards, st.sampled_from(WAYS))
def test_every_step_leaves_a_whole_board(spots, way):
    board = settled(spots)

    after = stepped(board, "w0", way)

    assert whole(board)
    assert settled(board) == board
    assert whole(after)
    assert after.keys() == spots.keys()


ROW = {"a": Spot(0, 0, 3, 2), "b": Spot(3, 0, 3, 2), "c": Spot(0, 2, 12, 4)}


@pytest.mark.parametrize(
    ("way", "key", "moved"),
    [
        ("right", "a", {"a": (3, 0), "b": (0, 0)}),
        ("left", "b", {"a": (3, 0), "b": (0, 0)}),
        ("right", "b", {"b": (4, 0)}),
        ("down", "a", {"c": (0, 0), "a": (0, 4), "b": (3, 4)}),
        ("up", "c", {"c": (0, 0), "a": (0, 4), "b": (3, 4)}),
        ("down", "c", {"c": (0, 2)}),
    ],
)
def test_a_step_leads_where_a_person_expects(way, key, moved):
    after = stepped(ROW, key, way)

    assert {each: (after[each].x, after[each].y) for each in moved} == moved


def test_sizes_change_by_one_and_stop_at_the_edge():
    assert stepped(ROW, "b", "wider")["b"].w == 4
    assert stepped(ROW, "c", "wider")["c"] == Spot(0, 2, 12, 4)
    assert stepped({"a": Spot(9, 0, 3, 2)}, "a", "wider")["a"] == Spot(8, 0, 4, 2)
    assert stepped(ROW, "a", "taller")["a"].h == 3
    assert stepped({"a": Spot(0, 0, 1, 1)}, "a", "narrower")["a"] == Spot(0, 0, 1, 1)
    assert stepped({"a": Spot(0, 0, 1, 1)}, "a", "lower")["a"] == Spot(0, 0, 1, 1)


def test_widgets_without_a_place_follow_each_other_as_on_screen():
    placed = {"key": "d", "place": {"x": 6, "y": 4}}
    said: list[dict[str, Any]] = [{"key": "a"}, {"key": "b", "place": {"w": 4}}, {"key": "c"}, placed]

    found = laid_out(said)

    assert [(each.x, each.y) for each in found.values()] == [(0, 0), (6, 0), (0, 4), (6, 4)]


def test_something_new_takes_the_uppermost_gap():
    assert free_spot({"a": Spot(0, 0, 6, 4), "b": Spot(0, 4, 12, 2)}, 6, 4) == Spot(6, 0, 6, 4)
    assert free_spot({"a": Spot(0, 0, 12, 4)}, 3, 2) == Spot(0, 4, 3, 2)
