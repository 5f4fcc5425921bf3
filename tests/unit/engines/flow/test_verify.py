"""What is wrong with a flow is told with its place, all of it at once."""

import pytest

from engines.form.verify import load_verified
from schemas.errors import Invalid
from tests.fixtures.flowing import PAPER, STAGES, ask, definition, flow, pipeline, stage, who
from tests.fixtures.grammar import shared_grammar

END = {"key": "end", "type": "end"}


def problems(*flows):
    with pytest.raises(Invalid) as caught:
        load_verified(definition(*flows), shared_grammar())
    return [
        (each.path.removeprefix("/flows/0"), each.code.removeprefix("definition."))
        for each in caught.value.issues
    ]


def nodes(*given):
    return {"key": "flow", "label": "F", "form": "paper", "nodes": list(given)}


def start(to="end", **more):
    return {"key": "start", "type": "start", "next": to, **more}


def split(*to, key="split"):
    return {"key": key, "type": "split", "branches": [{"key": e, "label": e, "next": e} for e in to]}


def join(to="end", key="join"):
    return {"key": key, "type": "join", "next": to}


def branch(when="amount > 1", to="end"):
    arm = {"key": "arm", "label": "A", "when": when, "next": to}
    return {"key": "branch", "type": "branch", "arms": [arm], "otherwise": "end"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(nodes(END), [("/nodes", "flow_one_start")], id="no-start"),
        pytest.param(
            nodes(start(), start() | {"key": "again"}, END), [("/nodes", "flow_one_start")], id="two-starts"
        ),
        pytest.param(
            nodes(start("ende"), END),
            [("/nodes/0/next", "unknown_node"), ("/nodes/1", "flow_unreachable")],
            id="unknown",
        ),
        pytest.param(
            nodes(start(), END, ask("lost", "bo")), [("/nodes/2", "flow_unreachable")], id="unreachable"
        ),
        pytest.param(
            nodes(start(), END, {"key": "dead", "type": "approve", "who": who("bo")}),
            [("/nodes/2/next", "missing")],
            id="dead-end",
        ),
        pytest.param(
            nodes(start("join"), join(), END),
            [
                ("/nodes/1", "flow_join_without_split"),
                ("/nodes/1", "flow_unreachable"),
                ("/nodes/2", "flow_unreachable"),
            ],
            id="join-without-split",
        ),
        pytest.param(
            nodes(
                start("split"),
                split("a", "b"),
                ask("a", "bo", to="join"),
                ask("b", "bo", to="other"),
                join(),
                join(key="other"),
                END,
            ),
            [("/nodes/3/next", "flow_two_joins"), ("/nodes/5", "flow_unreachable")],
            id="two-joins",
        ),
        pytest.param(
            nodes(
                start("one"),
                ask("one", "bo", to="split"),
                split("a", "b"),
                ask("a", "bo", to="join"),
                ask("b", "bo", to="one"),
                join(),
                END,
            ),
            [("/nodes/4/next", "flow_leaves_branch")],
            id="out-of-a-branch",
        ),
        pytest.param(
            nodes(start("one"), ask("one", "bo", to="start"), END),
            [("/nodes/2", "flow_unreachable"), ("/nodes/1/next", "flow_into_start")],
            id="into-the-start",
        ),
        pytest.param(
            nodes(
                start("branch"),
                branch(to="set"),
                {"key": "set", "type": "update_record", "set": {"note": "x"}, "next": "branch"},
                END,
            ),
            [("/nodes/1", "flow_endless")],
            id="endless",
        ),
        pytest.param(
            nodes(start(when="amout > 1"), END), [("/nodes/0/when", "expression.unknown_field")], id="when"
        ),
        pytest.param(
            nodes(start("branch"), branch("amount + 1"), END),
            [("/nodes/1/arms/0/when", "expression.type_mismatch")],
            id="no-condition",
        ),
        pytest.param(
            nodes(
                start("set"),
                {
                    "key": "set",
                    "type": "update_record",
                    "next": "end",
                    "set": {
                        "amount": "many",
                        "state": "gone",
                        "nme": "x",
                        "day": {"formula": "amount"},
                        "owner": "7",
                        "note": {"formula": "amount &"},
                    },
                },
                END,
            ),
            [
                ("/nodes/1/set/nme", "unknown_field"),
                ("/nodes/1/set/amount", "field.not_a_number"),
                ("/nodes/1/set/state", "field.not_an_option"),
                ("/nodes/1/set/day/formula", "expression.type_mismatch"),
                ("/nodes/1/set/owner", "no_ids"),
                ("/nodes/1/set/note/formula", "expression.unfinished"),
            ],
            id="values",
        ),
        pytest.param(
            nodes(
                start("one"),
                ask("one", "bo")
                | {
                    "who": [
                        {"type": "field", "field": "amount"},
                        {"type": "role", "role": "clark"},
                        {"type": "formula", "formula": "name"},
                        {"type": "formula", "formula": "MANGER(owner)"},
                        {"type": "head", "field": "name"},
                    ]
                },
                END,
            ),
            [
                ("/nodes/1/who/1/role", "unknown_role"),
                ("/nodes/1/who/0/field", "not_a_member"),
                ("/nodes/1/who/2/formula", "expression.type_mismatch"),
                ("/nodes/1/who/3/formula", "expression.unknown_function"),
                ("/nodes/1/who/4/field", "not_a_member"),
            ],
            id="who",
        ),
        pytest.param(
            nodes(
                start("one"),
                ask(
                    "one",
                    "bo",
                    fields={"amout": "edit"},
                    buttons=[
                        {"key": "a", "type": "submit"},
                        {"key": "a", "type": "transfer"},
                        {"key": "b", "type": "return", "to": "end"},
                        {"key": "c", "type": "transfer", "to": "start"},
                    ],
                ),
                END,
            ),
            [
                ("/nodes/1/buttons/1/key", "repeated_key"),
                ("/nodes/1/fields/amout", "unknown_field"),
                ("/nodes/1/buttons/0/type", "not_allowed"),
                ("/nodes/1/buttons/2/to", "flow_no_return"),
                ("/nodes/1/buttons/3/to", "flow_no_return"),
            ],
            id="buttons",
        ),
        pytest.param(
            nodes(start("one"), ask("one", "bo", buttons=[{"key": "t", "type": "transfer"}]), END),
            [("/nodes/1/buttons", "flow_no_way_on")],
            id="no-way-on",
        ),
        pytest.param(
            nodes(
                start("split"),
                split("a", "b"),
                ask("a", "bo", to="join"),
                ask(
                    "b",
                    "bo",
                    to="join",
                    buttons=[
                        {"key": "y", "type": "approve"},
                        {"key": "n", "type": "return", "to": "a"},
                        {"key": "s", "type": "return", "to": "start", "resume": "straight"},
                    ],
                ),
                join(),
                END,
            ),
            [
                ("/nodes/3/buttons/1/to", "flow_leaves_branch"),
                ("/nodes/3/buttons/2/to", "flow_leaves_branch"),
            ],
            id="returns-across-branches",
        ),
        pytest.param(
            nodes(start("new"), stage("new"), END),
            [("/nodes/2", "flow_unreachable"), ("/nodes/1/type", "flow_no_pipeline")],
            id="stage-without-field",
        ),
        pytest.param(
            flow(ask("one", "bo"), withdraw_until="to"), [("/withdraw_until", "unknown_node")], id="withdraw"
        ),
    ],
)
def test_a_problem_at_its_place(given, expected):
    assert problems(given) == expected


def test_several_ends_and_a_way_back_are_fine():
    good = flow(
        ask("one", "bo", rejected="no", to="two"), ask("two", "di", rejected="one"),
        {"key": "no", "type": "end", "outcome": "rejected"},
    )  # fmt: skip

    assert load_verified(definition(good), shared_grammar()).flows[0].key == "flow"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            {"field": "amount"},
            [
                *[(f"/nodes/{n}/key", "flow_no_such_option") for n in range(1, 6)],
                ("/field", "flow_not_a_select"),
            ],
            id="no-select",
        ),
        pytest.param({"field": "stag"}, [("/field", "unknown_field")], id="no-field"),
        pytest.param({"place": ["clark"]}, [("/place/0", "unknown_role")], id="no-role"),
    ],
)
def test_a_pipeline_stands_on_a_select(change, expected):
    assert problems(pipeline(stage("new", moves={"on": "talk"})) | change) == expected


def test_a_pipeline_has_a_stage_for_each_option_and_begins_in_one():
    made = pipeline(stage("new", moves={"on": "one"}), ask("one", "bo", to="talk"))
    made["nodes"] = [each for each in made["nodes"] if each["key"] != "won"]
    made["nodes"][0]["next"] = "one"

    assert problems(made) == [("/field", "flow_no_stage_for"), ("/nodes/0/next", "flow_begins_elsewhere")]


def test_an_option_of_another_name_and_a_stage_within_a_branch():
    extra = stage("gone", moves={"on": "split"})
    made = pipeline(stage("new", moves={"on": "gone"}), extra, split("won", "lost"))

    found = problems(made)

    assert ("/nodes/2/key", "flow_no_such_option") in found
    assert {code for _, code in found} <= {
        "flow_no_such_option",
        "flow_leaves_branch",
        "flow_stage_in_branch",
    }


def test_only_moves_change_a_stage():
    line = pipeline(stage("new", set={"stage": "won"}, moves={"on": {"to": "talk", "needs": ["stage"]}}))
    other = flow({"key": "set", "type": "update_record", "set": {"stage": "won"}, "next": "end"})

    with pytest.raises(Invalid) as caught:
        load_verified(definition(line, other), shared_grammar())

    assert [(each.path, each.code) for each in caught.value.issues] == [
        ("/flows/0/nodes/1/set/stage", "definition.flow_sets_stage"),
        ("/flows/0/nodes/1/moves/0/needs/0", "definition.not_given"),
        ("/flows/1/nodes/1/set/stage", "definition.flow_sets_stage"),
    ]


def test_one_pipeline_a_field():
    with pytest.raises(Invalid) as caught:
        load_verified(definition(pipeline(), pipeline() | {"key": "other"}), shared_grammar())

    assert [(each.path, each.code) for each in caught.value.issues] == [
        ("/flows/1/field", "definition.flow_two_pipelines")
    ]


def test_records_begin_where_the_field_says():
    fields = [e | ({"default": "talk"} if e["key"] == "stage" else {}) for e in PAPER["fields"]]
    with pytest.raises(Invalid) as caught:
        load_verified(definition(pipeline(), form_=PAPER | {"fields": fields}), shared_grammar())

    assert [(each.path, each.code, each.params["name"]) for each in caught.value.issues] == [
        ("/flows/0/field", "definition.flow_default_elsewhere", STAGES[0])
    ]
