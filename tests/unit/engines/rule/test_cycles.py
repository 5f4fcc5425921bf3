"""Circles of rules are found before they are published, and only those that can close."""

from typing import Any

import pytest

from engines.rule.cycles import cycle_lines, cycles
from tests.fixtures.automation import Office

STAGE = {"type": "field_changed", "form": "order", "field": "stage"}
CREATED = {"type": "created", "form": "order"}
NOTE = {"type": "updated", "form": "order", "fields": ["note"]}
DAY = {"type": "updated", "form": "order", "fields": ["day"]}
MOMENT = {"type": "date", "form": "order", "field": "day"}
BUTTON = {"type": "button", "form": "order"}


def sets(**values: Any) -> list[Any]:
    return [{"type": "set_fields", "set": values}]


def circles(office: Office, *rules: Any) -> list[list[str]]:
    model = office.publish(*rules)
    return [[each.key for each in circle] for circle in cycles(office.installation.rules.engine.rules(model))]


def test_two_that_set_each_other_off(small_office: Office):
    rules = (
        {"on": STAGE, "then": sets(note="x")},
        {"on": {"type": "updated", "form": "order", "fields": ["note"]}, "then": sets(stage="done")},
    )

    assert circles(small_office, *rules) == [["r0", "r1"]]
    (line,) = cycle_lines(small_office.installation.rules.engine.rules(small_office.model))
    assert (line.kind, line.path, line.blocking) == ("warning", "rule:r0", False)
    assert line.params["chain"]["en"] == "Rule 0 → Rule 1 → Rule 0"


@pytest.mark.parametrize(
    "second",
    [
        pytest.param({"on": DAY, "then": sets(stage="done")}, id="watches something else"),
        pytest.param({"on": NOTE, "then": sets(stage="new")}, id="sets it to what is not awaited"),
        pytest.param({"on": NOTE, "then": sets(stage="done"), "enabled": False}, id="is switched off"),
        pytest.param({"on": MOMENT, "then": sets(stage="done")}, id="waits for a moment"),
        pytest.param({"on": BUTTON, "then": sets(stage="done")}, id="is pressed"),
    ],
)
def test_what_cannot_close_is_no_circle(small_office: Office, second: Any):
    assert circles(small_office, {"on": {**STAGE, "to": ["done"]}, "then": sets(note="x")}, second) == []


def test_one_never_sets_itself_off(small_office: Office):
    assert circles(small_office, {"on": STAGE, "then": sets(stage="done")}) == []


def test_over_computed_fields_and_other_forms(small_office: Office):
    make = {"type": "create_record", "form": "task", "link": "order", "set": {"name": "N"}}
    over = {"type": "create_record", "form": "order", "set": {"title": "O"}}

    assert circles(
        small_office,
        {"on": {"type": "updated", "form": "order", "fields": ["double"]}, "then": sets(note="x")},
        {"on": {"type": "updated", "form": "order", "fields": ["note"]}, "then": sets(amount="3")},
        {"on": CREATED, "then": [make]},
        {"on": {"type": "created", "form": "task"}, "then": [over]},
    ) == [["r0", "r1"], ["r2", "r3"]]


def test_of_a_long_circle_the_shortest_way_is_told_once(small_office: Office):
    def link(watched: str, written: str) -> Any:
        return {
            "on": {"type": "updated", "form": "order", "fields": [watched]},
            "then": sets(**{written: None}),
        }

    found = circles(
        small_office, link("note", "day"), link("day", "seen"), link("seen", "note"), link("day", "note")
    )

    assert found == [["r0", "r3"], ["r1", "r2", "r0"]]
