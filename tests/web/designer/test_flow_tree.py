"""A flow is made of cards with a plus between them: each gesture leaves a graph that can be published."""

import re
from html import unescape

import pytest

from tests.web.designer.test_elements import Editor, page_of

FLOW = "flows/check"


class Trees(Editor):
    """A designer of flows."""

    def begin(self, **more):
        """Make a flow that has a start and an end."""
        self.say(self.add("flows"), label="Check", form="order", **more)

    def insert(self, edge, kind, *others):
        """Put a node on a way, as the choice at its plus posts it, and return the node's key."""
        page = self.look(f"{FLOW}&plus=nodes/{edge}")
        assert f'value="{kind}"' in page
        place = self.do(FLOW, do="node_insert", place=FLOW, kind=kind, edge=self.edges(edge, *others))
        return place.removeprefix(f"{FLOW}/nodes/")

    @staticmethod
    def edges(*edges):
        return [f"{FLOW}/nodes/{each}" for each in edges]

    def look(self, place, status=200):
        where, _, more = place.partition("&")
        return unescape(self.get(f"{page_of(where)}&{more}" if more else page_of(where), status))

    @property
    def nodes(self):
        (flow,) = self.draft["flows"]
        return {each["key"]: each for each in flow["nodes"]}

    def options(self, field):
        (form,) = [each for each in self.draft["forms"] if each["key"] == "order"]
        (found,) = [each["options"] for each in form["fields"] if each["key"] == field]
        return found

    @property
    def problems(self):
        return [
            each["code"] for each in self.client.get("/api/builder/shop/draft/problems").json()["problems"]
        ]


@pytest.fixture
def desk(rest):
    return Trees(rest, rest.add("shen", "designer"))


def cards(page):
    return re.findall(r'weft-flow-words"><strong>([^<]*)<', page)


def test_a_step_is_put_between_two_others_in_one_gesture_that_one_undo_takes_back(desk):
    desk.begin()
    before = desk.draft

    assert desk.insert("start/next", "approve") == "approve"

    assert list(desk.nodes) == ["start", "approve", "end"]
    assert (desk.nodes["start"]["next"], desk.nodes["approve"]["next"]) == ("approve", "end")
    assert cards(desk.look(FLOW)) == ["Start", "Approve", "End"]
    assert desk.problems == []
    desk.turn("undo", FLOW)
    assert desk.draft == before


def test_a_branch_has_its_condition_as_a_sentence_and_takes_another(desk):
    desk.begin()
    key = desk.insert("start/next", "branch")
    arm = f"{FLOW}/nodes/{key}/arms/{desk.nodes[key]['arms'][0]['key']}"
    desk.say(arm, when="amount > 100")
    desk.insert(f"{key}/arms/{desk.nodes[key]['arms'][0]['key']}/next", "notify")

    page = desk.look(f"{FLOW}/nodes/{key}")
    assert "Amount > 100" in page
    assert "Other cases" in page
    second = desk.do(FLOW, do="node_branch", place=f"{FLOW}/nodes/{key}", name="arms")

    assert second.startswith(f"{FLOW}/nodes/{key}/arms/")
    assert [each["next"] for each in desk.nodes[key]["arms"]] == ["notify", "end"]
    assert desk.problems == []


def test_a_step_below_branches_is_put_on_the_way_of_each(desk):
    desk.begin()
    key = desk.insert("start/next", "branch")
    arm = desk.nodes[key]["arms"][0]["key"]

    desk.insert(f"{key}/arms/{arm}/next", "approve", f"{key}/otherwise")

    assert desk.nodes[key]["otherwise"] == desk.nodes[key]["arms"][0]["next"] == "approve"
    assert desk.nodes["approve"]["next"] == "end"


def test_ways_at_the_same_time_come_with_their_join_and_go_with_it(desk):
    desk.begin()
    before = desk.draft["flows"][0]["nodes"]
    key = desk.insert("start/next", "split")
    desk.insert(f"{key}/branches/{desk.nodes[key]['branches'][0]['key']}/next", "approve")

    assert [each["type"] for each in desk.nodes.values()] == ["start", "split", "approve", "join", "end"]
    assert desk.problems == []
    desk.do(FLOW, do="remove", place=f"{FLOW}/nodes/{key}")
    assert desk.draft["flows"][0]["nodes"] == before


def test_a_rejection_gets_a_way_of_its_own(desk):
    desk.begin()
    desk.insert("start/next", "approve")
    desk.do(FLOW, do="node_branch", place=f"{FLOW}/nodes/approve", name="rejected")

    assert desk.nodes[desk.nodes["approve"]["rejected"]] == {
        "key": "end_2", "type": "end", "outcome": "rejected",
    }  # fmt: skip
    assert "When rejected" in desk.look(FLOW)
    assert desk.problems == []


def test_what_led_to_a_removed_step_leads_on_and_what_sent_back_to_it_does_no_more(desk):
    desk.begin()
    desk.insert("start/next", "approve")
    second = desk.insert("approve/next", "approve")
    button = desk.add(f"{FLOW}/nodes/{second}/buttons", show=f"{FLOW}/nodes/{second}")
    desk.say(button, type="return", to="approve", label="Back")
    assert "Back → Approve" in desk.look(FLOW)

    assert desk.do(f"{FLOW}/nodes/approve", do="remove", place=f"{FLOW}/nodes/approve") == FLOW

    assert desk.nodes["start"]["next"] == second
    assert "to" not in desk.nodes[second]["buttons"][0]
    desk.turn("undo", FLOW)
    assert desk.nodes[second]["buttons"][0]["to"] == "approve"


def test_a_way_leads_to_a_step_that_is_there_and_what_nothing_leads_to_is_said(desk):
    desk.begin()
    desk.insert("start/next", "approve")
    key = desk.insert("approve/next", "notify")

    desk.do(FLOW, do="node_link", place=FLOW, edge=desk.edges("approve/next"), to="end")

    page = desk.look(FLOW)
    assert "Not connected" in page
    assert cards(page) == ["Start", "Approve", "End", "Notify"]
    desk.do(FLOW, do="node_link", place=FLOW, edge=desk.edges(f"{key}/next"), to="approve")
    assert "→ Approve" in desk.look(FLOW)


def test_a_pipeline_offers_the_stages_it_lacks_and_shows_their_buttons(desk):
    desk.begin(field="stage")
    first, second, *_ = [each["key"] for each in desk.options("stage")]
    desk.insert("start/next", f"stage:{first}")
    desk.insert(f"{first}/moves/next/to", f"stage:{second}")

    assert desk.nodes[first]["moves"] == [
        {"key": "next", "label": "Next stage", "to": second, "primary": True},
    ]  # fmt: skip
    page = desk.look(FLOW)
    assert cards(page)[:3] == ["Start", *(each["label"] for each in desk.options("stage")[:2])]
    assert "Next stage" in page


def test_a_pipeline_is_made_of_the_options_of_its_field_in_one_gesture(desk):
    desk.begin(field="stage")
    first, second, *rest = [each["key"] for each in desk.options("stage")]
    assert "Make the stages" in desk.look(FLOW)

    desk.do(FLOW, do="flow_stages", place=FLOW, end=[second, *rest])

    moves = [(each["key"], each["to"]) for each in desk.nodes[first]["moves"]]
    assert moves == [("next", second), *((f"to_{each}", each) for each in rest)]
    assert set(desk.nodes) == {"start", first, second, *rest}
    assert desk.problems == []
    assert "Make the stages" not in desk.look(FLOW)
    desk.turn("undo", FLOW)
    assert set(desk.nodes) == {"start", "end"}


@pytest.mark.parametrize(
    "said",
    [
        {"do": "node_insert", "edge": "flows/check/nodes/start/label", "kind": "approve"},
        {"do": "node_insert", "edge": "flows/check/nodes/start/next", "kind": "nonsense"},
        {"do": "node_insert", "kind": "approve"},
        {"do": "node_link", "edge": "flows/check/nodes/start/next", "to": "gone"},
        {"do": "node_link", "edge": "flows/check/nodes/start/next", "to": "start"},
        {"do": "node_branch", "place": "flows/check/nodes/end", "name": "next"},
        {"do": "remove", "place": "flows/check/nodes/start"},
        {"do": "remove", "place": "flows/check/nodes/end"},
        {"do": "node_insert", "place": "rules/x"},
        {"do": "flow_stages"},
    ],
)  # fmt: skip
def test_what_would_leave_a_way_that_leads_nowhere_is_refused(desk, said):
    desk.begin()
    before = desk.draft

    desk.do(FLOW, **{"place": FLOW, **said})

    assert desk.draft == before
