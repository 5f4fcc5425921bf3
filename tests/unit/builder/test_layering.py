"""The diagram: no two boxes on one another, arrows lead to the left, rings and lone forms are no trouble."""

from hypothesis import given
from hypothesis import strategies as st

from builder.designer.overview.diagram import shortened
from builder.designer.overview.layering import HEIGHT, WIDTH, place

names = st.sampled_from([f"f{number}" for number in range(9)])


def test_what_refers_stands_to_the_right_of_what_it_refers_to():
    drawn = place(
        ["order", "customer", "line", "lone"],
        [("line", "order"), ("order", "customer"), ("line", "customer")],
    )
    spots = drawn.boxes

    assert spots["customer"].x < spots["order"].x < spots["line"].x
    assert spots["lone"].y > spots["line"].y
    (lane,) = drawn.bends["line", "customer"]
    assert lane.x == spots["order"].x
    assert not spots["order"].y <= lane.y <= spots["order"].y + HEIGHT


def test_a_ring_and_a_form_about_itself_are_drawn():
    spots = place(["a", "b", "self"], [("a", "b"), ("b", "a"), ("self", "self")]).boxes

    assert len({(each.x, each.y) for each in spots.values()}) == 3


@given(edges=st.lists(st.tuples(names, names), max_size=25))
def test_no_two_boxes_touch(edges):
    nodes = [f"f{number}" for number in range(9)]
    spots = list(place(nodes, edges).boxes.values())

    assert len(spots) == 9
    for at, one in enumerate(spots):
        for other in spots[at + 1 :]:
            assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT


def test_a_long_name_is_cut_to_its_box():
    assert shortened("客户信息") == "客户信息"
    assert shortened("一二三四五六七八九十甲乙") == "一二三四五六七八九…"
    assert shortened("Short name") == "Short name"
