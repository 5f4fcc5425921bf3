"""What is said of a scenario that cannot work, when it is saved."""

from typing import Any

import orjson
import pytest

from engines.expression.renaming import rename_key
from engines.form.verify import load_verified
from schemas.dumper import dump
from schemas.errors import Invalid, Issue
from tests.fixtures.grammar import shared_grammar
from tests.fixtures.playing import definition, scenario

OLD = {"form": "order", "record": "old"}
UPDATE = {"type": "update", **OLD}
FIGURE = {"type": "widget", "dashboard": "board"}
COUNT = {"type": "count", "form": "order", "is": 1}
PRESS = {"type": "press", **OLD}


def problems(*steps: Any, **more: Any) -> list[Issue]:
    with pytest.raises(Invalid) as refused:
        load_verified(definition(scenario(*steps, **more)), shared_grammar())
    return list(refused.value.issues)


def named(value: Any) -> str:
    return value if isinstance(value, str) else ""


WRONG = [
    ({**UPDATE, "form": "ordr"}, "form", "definition.unknown_form", "order"),
    ({**UPDATE, "set": {"amout": "5"}}, "set/amout", "definition.unknown_field", "amount"),
    ({**UPDATE, "record": "olt"}, "record", "scenario.unknown_record", "old"),
    ({**UPDATE, "by": "add"}, "by", "scenario.unknown_person", "ada"),
    ({**UPDATE, "set": {"owner": "cyn"}}, "set/owner", "scenario.unknown_person", "cy"),
    ({**UPDATE, "set": {"amount": "much"}}, "set/amount", "field.not_a_number", None),
    ({**UPDATE, "set": {"stage": "opn"}}, "set/stage", "field.not_an_option", None),
    ({**UPDATE, "set": {"double": "5"}}, "set/double", "rule.cannot_be_set", None),
    (
        {**UPDATE, "set": {"day": {"formula": "amount"}}},
        "set/day/formula",
        "expression.unknown_field",
        "amount",
    ),
    ({**UPDATE, "set": {"rows": [{"wat": "x"}]}}, "set/rows/0/wat", "definition.unknown_field", "what"),
    ({**PRESS, "button": "flak"}, "button", "scenario.unknown_button", "flag"),
    ({**PRESS, "type": "move", "move": "goo"}, "move", "scenario.unknown_button", "go"),
    ({**PRESS, "type": "decide", "button": "approv"}, "button", "scenario.unknown_button", "approve"),
    ({**PRESS, "type": "start", "flow": "chek"}, "flow", "definition.unknown_flow", "check"),
    ({**PRESS, "type": "start", "flow": "line"}, "flow", "scenario.not_startable", None),
    ({"type": "advance", "days": -1}, "", "scenario.no_time", None),
    ({"type": "advnce"}, "type", "definition.unknown_type", "advance"),
    (
        {"type": "import_rows", "form": "order", "rows": [["Title"], ["A", "B"]]},
        "rows/1",
        "scenario.uneven_row",
        None,
    ),
    (
        {"type": "create", "form": "order", "record": "old", "set": {"title": "A"}},
        "record",
        "scenario.repeated_record",
        None,
    ),
]
EXPECTED = [
    ({"type": "holds", **OLD, "that": "amont > 1"}, "that", "expression.unknown_field", "amount"),
    ({"type": "record", **OLD, "is": {"stage": "opn"}}, "is/stage", "field.not_an_option", None),
    ({"type": "waits", **OLD, "people": ["bob"]}, "people/0", "scenario.unknown_person", "bo"),
    ({"type": "waits", **OLD, "node": "loook"}, "node", "definition.unknown_node", "look"),
    ({**FIGURE, "widget": "totals"}, "widget", "scenario.unknown_widget", "total"),
    ({**COUNT, "where": "amount + 1"}, "where", "expression.type_mismatch", None),
    ({"type": "todo", "person": "bo", "record": "older"}, "record", "scenario.unknown_record", "old"),
]  # fmt: skip


@pytest.mark.parametrize(("step", "at", "code", "suggestion"), WRONG, ids=named)
def test_a_wrong_step_is_placed(step: Any, at: str, code: str, suggestion: str | None):
    found = problems(step)

    place = f"/tests/0/steps/0/{at}".rstrip("/")
    assert (place, code, suggestion) in [(each.path, each.code, each.suggestion) for each in found]


@pytest.mark.parametrize(("said", "at", "code", "suggestion"), EXPECTED, ids=named)
def test_a_wrong_expectation_is_placed(said: Any, at: str, code: str, suggestion: str | None):
    found = problems({"type": "advance", "days": 1, "then": [said]})

    wanted = (f"/tests/0/steps/0/then/0/{at}", code, suggestion)
    assert wanted in [(each.path, each.code, each.suggestion) for each in found]


def test_people_and_moments_are_checked():
    people = [
        {"key": "a", "name": "A", "manager": "b", "roles": ["clark"]},
        {"key": "a", "name": "Again"},
    ]

    found = {each.path: each.code for each in problems(people=people, given=[])}

    assert found == {
        "/tests/0/people/0/manager": "scenario.unknown_person",
        "/tests/0/people/0/roles/0": "definition.unknown_role",
        "/tests/0/people/1/key": "definition.repeated_key",
    }
    assert [each.code for each in problems(at="2025-01-01T09:00")] == ["scenario.bad_moment"]
    assert [each.code for each in problems(at="today")] == ["definition.bad_format"]


def test_a_record_is_known_only_after_it_is_created():
    later = {"type": "create", "form": "order", "record": "new", "set": {"title": "A"}}

    found = problems({**UPDATE, "record": "new"}, later)

    assert [(each.path, each.code) for each in found] == [
        ("/tests/0/steps/0/record", "scenario.unknown_record")
    ]


def test_a_rename_rewrites_scenarios_and_the_file_stays_the_same():
    """Fields, forms and options, in values, conditions and what rules put into fields."""
    step = {
        **UPDATE, "set": {"amount": "5", "day": {"formula": "TODAY() + 1"}},
        "then": [
            {"type": "holds", "form": "order", "record": "old", "that": 'amount = 5 AND stage = "new"'},
            {"type": "record", "form": "order", "record": "old", "is": {"amount": "5", "stage": "new"}},
        ],
    }  # fmt: skip
    rule = {"key": "r", "label": "R", "on": {"type": "created", "form": "task"},
            "then": [{"type": "set_fields", "set": {"state": "new"}}]}  # fmt: skip
    data = definition(scenario(step), rules=[rule], flows=[])
    app = load_verified(data, shared_grammar())
    assert load_verified(dump(app), shared_grammar()) == app

    for path, key in (("order.amount", "total"), ("order.stage.new", "fresh"), ("task.state.new", "first")):
        app = rename_key(app, path, key)
    app = rename_key(app, "order", "sale")

    said = orjson.loads(dump(app))
    load_verified(dump(app), shared_grammar())
    assert said["tests"][0]["given"][0]["form"] == "sale"
    changed = said["tests"][0]["steps"][0]
    assert (changed["form"], changed["set"]["total"]) == ("sale", "5")
    assert changed["then"][0]["that"] == 'total = 5 AND stage = "fresh"'
    assert changed["then"][1]["is"] == {"total": "5", "stage": "fresh"}
    assert said["rules"][0]["then"][0]["set"] == {"state": "first"}
