"""Rules that cannot work are refused when they are published, at the place that is wrong."""

from typing import Any

import pytest

from schemas.dumper import dump
from schemas.errors import Invalid
from schemas.loader import load
from tests.fixtures.automation import ORDER, ROLES, TASK
from tests.fixtures.grammar import shared_grammar
from tests.fixtures.publishing import app

CREATED = {"type": "created", "form": "order"}
TO = [{"type": "field", "field": "owner"}]
SET = {"type": "set_fields", "set": {"note": "x"}}


def problems(*then: dict[str, Any], on: Any = None, **rule: Any) -> list[tuple[str, str]]:
    from engines.form.verify import load_verified

    made = {"key": "r", "label": "R", "on": on or CREATED, "then": list(then), **rule}
    try:
        load_verified(app(ORDER, TASK, roles=list(ROLES), rules=[made]), shared_grammar())
    except Invalid as error:
        return [(each.path.removeprefix("/rules/0/"), each.code) for each in error.issues]
    return []


def test_a_right_rule_has_no_problems():
    assert problems(SET, **{"if": 'stage = "open" AND CHANGED(amount)'}) == []


@pytest.mark.parametrize(
    ("on", "path", "code"),
    [
        ({"type": "created", "form": "nothing"}, "on/form", "definition.unknown_form"),
        (
            {"type": "updated", "form": "order", "fields": ["nothing"]},
            "on/fields/0",
            "definition.unknown_field",
        ),
        (
            {"type": "field_changed", "form": "order", "field": "stage", "to": ["x"]},
            "on/to/0",
            "field.not_an_option",
        ),
        ({"type": "date", "form": "order", "field": "title"}, "on/field", "rule.not_a_date"),
        ({"type": "date", "form": "order", "field": "day", "at": "25:00"}, "on/at", "definition.bad_format"),
        (
            {"type": "time_in_stage", "form": "order", "field": "stage", "values": ["open"]},
            "on/days",
            "rule.no_time",
        ),
        (
            {
                "type": "time_in_stage",
                "form": "order",
                "field": "stage",
                "values": ["open"],
                "days": 1,
                "related": [{"form": "task", "via": "state"}],
            },
            "on/related/0/via",
            "definition.not_a_way_back",
        ),
        ({"type": "button", "form": "order", "roles": ["nobody"]}, "on/roles/0", "definition.unknown_role"),
        ({"type": "sunset", "form": "order"}, "on/type", "definition.unknown_type"),
    ],
)
def test_triggers(on: dict[str, Any], path: str, code: str):
    assert problems(SET, on=on) == [(path, code)]


@pytest.mark.parametrize(
    ("then", "path", "code"),
    [
        ({"type": "set_fields", "set": {"nothing": "x"}}, "set/nothing", "definition.unknown_field"),
        ({"type": "set_fields", "set": {"double": "1"}}, "set/double", "rule.cannot_be_set"),
        ({"type": "set_fields", "set": {"stage": "x"}}, "set/stage", "field.not_an_option"),
        ({"type": "set_fields", "set": {"owner": "17"}}, "set/owner", "definition.no_ids"),
        (
            {"type": "set_fields", "set": {"day": {"formula": "amount"}}},
            "set/day/formula",
            "expression.type_mismatch",
        ),
        (
            {"type": "set_fields", "set": {"day": {"formula": "TODAY("}}},
            "set/day/formula",
            "expression.unfinished",
        ),
        ({"type": "assign", "field": "title", "table": [{"who": TO}]}, "field", "definition.not_a_member"),
        (
            {"type": "assign", "field": "owner", "table": [{"when": "amount", "who": TO}]},
            "table/0/when",
            "expression.type_mismatch",
        ),
        (
            {"type": "create_record", "form": "task", "set": {"nothing": "x"}},
            "set/nothing",
            "definition.unknown_field",
        ),
        ({"type": "create_record", "form": "task", "link": "state"}, "link", "definition.not_a_way_back"),
        (
            {
                "type": "create_record",
                "form": "task",
                "rows": {"lines": {"from": "rows", "set": {"text": {"formula": "nothing"}}}},
            },
            "rows/lines/set/text/formula",
            "expression.unknown_field",
        ),
        ({"type": "create_todo", "to": TO, "title": "{{ nothing }}"}, "title", "expression.unknown_field"),
        ({"type": "create_todo", "to": TO, "title": {"en": "{{ title"}}, "title/en", "rule.open_tag"),
        ({"type": "create_todo", "to": TO, "title": "T", "due": "title"}, "due", "expression.type_mismatch"),
        (
            {"type": "create_todo", "to": TO, "title": "T", "due": "day", "due_days": 1},
            "due",
            "rule.two_dates",
        ),
        (
            {"type": "create_todo", "to": [{"type": "field", "field": "title"}], "title": "T"},
            "to/0/field",
            "definition.not_a_member",
        ),
        (
            {"type": "notify", "to": [{"type": "role", "role": "nobody"}], "title": "T"},
            "to/0/role",
            "definition.unknown_role",
        ),
        (
            {"type": "notify", "to": [{"type": "formula", "formula": "day"}], "title": "T"},
            "to/0/formula",
            "expression.type_mismatch",
        ),
        ({"type": "start_flow", "flow": "nothing"}, "flow", "definition.unknown_flow"),
        ({"type": "veto", "message": "<b>"}, "message", "definition.markup"),
    ],
)
def test_actions(then: dict[str, Any], path: str, code: str):
    assert problems(then) == [(f"then/0/{path}", code)]


def test_the_rest_of_a_rule():
    assert problems() == [("then", "rule.nothing_to_do")]
    assert problems(SET, **{"if": "amont > 1"}) == [("if", "expression.unknown_field")]
    assert problems(SET, **{"if": "amount + 1"}) == [("if", "expression.type_mismatch")]


def test_a_rule_comes_out_of_the_file_as_it_went_in():
    rule = {
        "key": "r",
        "label": "R",
        "on": {"type": "field_changed", "form": "order", "field": "stage", "from": ["new"]},
        "if": "amount > 1",
        "then": [SET],
        "priority": 3,
    }
    grammar = shared_grammar()

    once = dump(load(app(ORDER, TASK, roles=list(ROLES), rules=[rule]), grammar))

    assert dump(load(once, grammar)) == once
    assert b'"from": [' in once
    assert b'"if": "amount > 1"' in once


def test_a_renamed_field_is_renamed_in_rules_and_in_their_texts():
    from engines.expression.renaming import rename_key

    rule = {
        "key": "r",
        "label": "R",
        "on": {"type": "date", "form": "order", "field": "day"},
        "if": "day > TODAY()",
        "then": [
            {"type": "set_fields", "set": {"note": {"formula": 'TEXT(day, "yyyy")'}, "day": None}},
            {"type": "create_todo", "to": TO, "title": {"zh-CN": "{{ day }} 到了", "en": "It is {{ day }}"}},
            {"type": "create_record", "form": "task", "set": {"name": {"formula": "title"}}},
        ],
    }
    app_ = load(app(ORDER, TASK, roles=list(ROLES), rules=[rule]), shared_grammar())

    text = dump(rename_key(app_, "order.day", "until")).decode()

    for wanted in (
        '"field": "until"',
        '"until > TODAY()"',
        "TEXT(until, ",
        '"until": null',
        "{{ until }} 到了",
        "It is {{ until }}",
    ):
        assert wanted in text
    text = dump(rename_key(app_, "task.name", "called")).decode()
    assert '"called": {' in text


@pytest.mark.parametrize(
    ("path", "key", "wanted"),
    [
        ("order.title", "name", '"name & what"'),
        ("order.rows.what", "text", '"title & text"'),
        ("order.rows", "parts", '"from": "parts"'),
        ("task.lines", "parts", '"parts": {'),
    ],
)
def test_a_renamed_field_is_renamed_in_rows_that_a_rule_makes(path, key, wanted):
    from engines.expression.renaming import rename_key

    rows = {"lines": {"from": "rows", "set": {"text": {"formula": "title & what"}}}}
    then = {"type": "create_record", "form": "task", "set": {"name": "N"}, "rows": rows}
    rule = {"key": "r", "label": "R", "on": CREATED, "then": [then]}
    made = load(app(ORDER, TASK, roles=list(ROLES), rules=[rule]), shared_grammar())

    assert wanted in dump(rename_key(made, path, key)).decode()
