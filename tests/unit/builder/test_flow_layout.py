"""A graph is laid out as lines of cards as far as its branches nest; every node stands somewhere, once."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.designer.flows.graph import Ways
from builder.designer.flows.layout import Line, laid_out
from builder.designer.flows.removing import continuation
from engines.flow.kinds import node_types
from engines.flow.shape import draw
from schemas.behaviour import Flow
from tests.fixtures.grammar import shared_grammar

KINDS = node_types()
GRAMMAR = shared_grammar()
WHO = [{"type": "member", "account": "bo"}]


def ways(*nodes: dict[str, Any], **flow: Any) -> Ways:
    said = {"key": "f", "label": "F", "form": "order", "nodes": list(nodes), **flow}
    found = GRAMMAR.element("flows").model_validate(said, by_alias=True, by_name=False)
    assert isinstance(found, Flow)
    return Ways(draw(found.nodes, KINDS, ()))


def start(to):
    return {"key": "start", "type": "start", "next": to}


def end(key="end"):
    return {"key": key, "type": "end"}


def step(key, to, **more):
    return {"key": key, "type": "approve", "who": WHO, "next": to, **more}


def branch(key, otherwise, *arms):
    said = [{"key": f"a{number}", "label": "A", "when": "TRUE", "next": to} for number, to in enumerate(arms)]
    return {"key": key, "type": "branch", "arms": said, "otherwise": otherwise}


def split(key, *to):
    said = [{"key": f"w{number}", "label": "W", "next": each} for number, each in enumerate(to)]
    return {"key": key, "type": "split", "branches": said}


def join(key, to):
    return {"key": key, "type": "join", "next": to}


def stage(key, *moves):
    said = [{"key": f"m{number}", "label": "M", "to": to} for number, to in enumerate(moves)]
    return {"key": key, "type": "stage", "moves": said}


def read(line: Line) -> list[Any]:
    """Return a line as lists: a card by its key, what is side by side beneath it, and what follows."""
    found: list[Any] = [
        (card.key, [read(each) for each in card.branches]) if card.branches else card.key
        for card in line.cards
    ]
    if line.where not in {"end", "merge"}:
        found.append(f"{line.where}:{line.to}")
    return found


def first(*nodes):
    return read(laid_out(ways(*nodes))[0])


def test_steps_stand_one_below_the_other():
    assert first(start("a"), step("a", "b"), step("b", "end"), end()) == ["start", "a", "b", "end"]


def test_branches_stand_side_by_side_and_what_follows_all_of_them_below():
    nodes = (start("x"), branch("x", "c", "a", "b"), step("a", "c"), step("b", "c"), step("c", "end"), end())

    assert first(*nodes) == ["start", ("x", [["a"], ["b"], []]), "c", "end"]


def test_a_branch_in_a_branch_stands_inside_it():
    nodes = (
        start("x"),
        branch("x", "c", "y"),
        branch("y", "c", "a"),
        step("a", "c"),
        step("c", "end"),
        end(),
    )

    assert first(*nodes) == ["start", ("x", [[("y", [["a"], []])], []]), "c", "end"]


def test_ways_at_the_same_time_come_together_at_their_join_which_nothing_is_put_before():
    nodes = (start("x"), split("x", "a", "b"), step("a", "j"), step("b", "j"), join("j", "end"), end())
    line = laid_out(ways(*nodes))[0]

    assert read(line) == ["start", ("x", [["a"], ["b"]]), "j", "end"]
    assert line.cards[1].onto == ()


def test_what_stands_below_branches_is_reached_by_the_last_way_of_each():
    nodes = (start("x"), branch("x", "c", "a", "end2"), step("a", "c"), step("c", "end"), end(), end("end2"))
    line = laid_out(ways(*nodes))[0]

    assert [each.at[1] for each in line.cards[1].onto] == [2, 1]


def test_a_way_back_is_said_where_it_leaves():
    nodes = (start("a"), step("a", "x"), branch("x", "end", "a"), end())

    assert first(*nodes) == ["start", "a", ("x", [["back:a"], []]), "end"]


def test_a_rejection_stands_beside_the_line_that_goes_on():
    nodes = (start("a"), step("a", "b", rejected="no"), step("b", "end", rejected="no"), end(), end("no"))

    assert first(*nodes) == ["start", ("a", [["no"]]), ("b", [["jump:no"]]), "end"]


def test_branches_that_do_not_nest_are_shown_as_far_as_they_do():
    nodes = (
        start("x"), branch("x", "b", "y"), branch("y", "end", "b"), step("b", "c"), step("c", "end"), end(),
    )  # fmt: skip
    found = first(*nodes)

    assert found[0] == "start"
    assert found[-1] == "end"
    assert keys(laid_out(ways(*nodes))) == ["b", "c", "end", "start", "x", "y"]


def test_what_is_nowhere_and_what_nothing_leads_to_are_shown():
    line, _, loose = laid_out(ways(start("gone"), step("a", "b"), step("b", "end"), end()))

    assert read(line) == ["start", "missing:gone"]
    assert [read(each) for each in loose] == [["a", "b", "end"]]


def test_stages_follow_each_other_and_their_other_buttons_are_said_on_them():
    nodes = (
        start("new"), stage("new", "warm", "lost"), stage("warm", "new", "won", "lost"), stage("won"),
        stage("lost"),
    )  # fmt: skip
    line, stages, loose = laid_out(ways(*nodes))

    assert read(line) == ["start", "new", "warm", "won"]
    assert [each.to for each in line.cards[2].chips] == ["new", "lost"]
    assert [read(each) for each in stages] == [["lost"]]
    assert loose == []


def keys(found) -> list[str]:
    """Return every card there is."""
    todo, seen = [found[0], *found[1], *found[2]], []
    while todo:
        line = todo.pop()
        for card in line.cards:
            seen.append(card.key)
            todo += card.branches
    return sorted(seen)


NAMES = ("a", "b", "c", "d", "e", "gone")
TO = st.sampled_from(NAMES)
NODE = st.one_of(
    st.builds(step, st.just(""), TO, rejected=TO), st.builds(step, st.just(""), TO), st.just(end("")),
    st.builds(branch, st.just(""), TO, TO), st.builds(branch, st.just(""), TO, TO, TO),
    st.builds(split, st.just(""), TO, TO), st.builds(join, st.just(""), TO),
    st.builds(stage, st.just(""), TO, TO),
)  # fmt: skip


@given(to=TO, nodes=st.tuples(NODE, NODE, NODE, NODE, NODE))
@settings(max_examples=60, deadline=None)
def test_whatever_the_graph_every_node_stands_on_one_card(to, nodes):
    named = [{**each, "key": key} for key, each in zip(NAMES, nodes, strict=False)]

    assert keys(laid_out(ways(start(to), *named))) == sorted(["start", *NAMES[:5]])


@pytest.mark.parametrize(
    ("key", "to"), [("a", "x"), ("x", "c"), ("p", "c"), ("end", "other"), ("start", "a")], ids=str
)
def test_what_led_to_a_node_leads_to_what_came_after_it(key, to):
    nodes = (
        start("a"), step("a", "x", rejected="end"), branch("x", "c", "p"), split("p", "l", "r"),
        step("l", "j"), step("r", "j"), join("j", "c"), step("c", "end"), end(), end("other"),
    )  # fmt: skip

    assert continuation(ways(*nodes), key) == to
