"""Conditions, narrowed choices and filled fields that mean nothing are refused where they stand."""

from typing import Any

import pytest

from engines.form.verify import load_verified
from frontend.texts import Texts
from schemas.errors import Invalid, Issue
from schemas.grammar import Grammar
from tests.fixtures.publishing import Json, app, field, form

STATES = [{"key": "open", "label": "Open"}, {"key": "lost", "label": "Lost"}]
FIRM = form(
    "firm",
    field("name"),
    field("state", "select", options=STATES),
    field("main", "relation", form="person"),
    field("deals", "related", form="deal", via="firm"),
    field("score", "formula", formula="DAYS(TODAY(), _created_at)"),
)
PERSON = form("person", field("name"), field("firm", "relation", form="firm"), field("age", "number"))


def found(grammar: Grammar, *fields: Json, **options: Any) -> list[Issue]:
    deal = form(
        "deal",
        field("name"),
        field("amount", "number"),
        field("state", "select", options=STATES),
        field("firm", "relation", form="firm"),
        field("marks", "tags"),
        *fields,
        **options,
    )
    issues: list[Issue] = []
    try:
        load_verified(app(deal, FIRM, PERSON), grammar)
    except Invalid as caught:
        issues += caught.issues
    assert all(Texts("en").has(issue.code) for issue in issues)
    return issues


@pytest.mark.parametrize(
    ("said", "at", "code", "suggestion"),
    [
        ({"visible_if": "amout > 1"}, "visible_if", "expression.unknown_field", "amount"),
        ({"visible_if": "amount"}, "visible_if", "expression.type_mismatch", None),
        ({"required_if": "amount > "}, "required_if", "expression.unfinished", None),
        ({"read_only_if": "firm.stat = 1"}, "read_only_if", "expression.unknown_field", "firm"),
        ({"visible_if": 'x = "1"'}, "visible_if", "definition.hides_itself", None),
    ],
)
def test_a_condition_is_checked_where_it_stands(grammar, said, at, code, suggestion):
    (issue,) = found(grammar, field("x", **said))

    assert (issue.path, issue.code, issue.suggestion) == (f"/forms/0/fields/5/{at}", code, suggestion)


@pytest.mark.parametrize(
    "said",
    [
        {"visible_if": 'state = "lost" AND amount > 1'},
        {"visible_if": 'firm.state = "open"', "read_only_if": "CHANGED(amount)"},
        {"required_if": 'x <> ""', "read_only_if": "ISBLANK(x)"},
        {"required_if": "SUM(firm.deals.amount) > 10"},
    ],
)
def test_conditions_may_read_the_record_and_what_it_leads_to(grammar, said):
    assert found(grammar, field("x", **said)) == []


def test_fields_may_not_decide_about_each_other(grammar):
    issues = found(grammar, field("x", visible_if='y = "1"'), field("y", visible_if='z = "1"'), field("z"))
    assert issues == []

    circle = {"x": "y", "y": "z", "z": "x"}
    issues = found(grammar, *(field(key, visible_if=f'{by} = "1"') for key, by in circle.items()))
    assert [(each.path[-19:], each.code) for each in issues] == [
        (f"fields/{index}/visible_if", "definition.hides_itself") for index in (5, 6, 7)
    ]


def test_a_section_may_not_hide_what_decides_about_it(grammar):
    sections = [{"key": "s", "fields": ["amount"], "visible_if": "amount > 1"}]

    (issue,) = found(grammar, layout={"sections": sections})

    assert (issue.path, issue.code) == ("/forms/0/fields/1", "definition.hides_itself")
    sections[0]["visible_if"] = "amout > 1"
    (issue,) = found(grammar, layout={"sections": sections})
    assert issue.path == "/forms/0/layout/sections/0/visible_if"
    assert issue.suggestion == "amount"


def test_conditions_in_rows_may_name_the_row_and_the_record(grammar):
    rows = [
        field("qty", "number"),
        field("a", visible_if='qty > 1 AND state = "open"'),
        field("b", visible_if="quantity > 1"),
    ]

    (issue,) = found(grammar, field("items", "subform", fields=rows))

    assert (issue.path, issue.code) == ("/forms/0/fields/5/fields/2/visible_if", "expression.unknown_field")


def options(**under: Any) -> list[Json]:
    return [{"key": key, "label": key, "under": list(keys)} for key, keys in under.items()]


@pytest.mark.parametrize(
    ("said", "at", "code"),
    [
        ({"options": options(a=["open"])}, "options/0/under", "definition.follows_nothing"),
        ({"follows": "name", "options": options(a=["open"])}, "follows", "definition.not_a_choice"),
        ({"follows": "x", "options": options(a=["a"])}, "follows", "definition.follows_itself"),
        ({"follows": "nope", "options": options(a=())}, "follows", "definition.unknown_field"),
        (
            {"follows": "state", "options": options(a=["opn"])},
            "options/0/under/0",
            "definition.unknown_option",
        ),
    ],
)
def test_options_stand_under_options_of_a_field_that_is_followed(grammar, said, at, code):
    (issue,) = found(grammar, field("x", "select", **said))

    assert (issue.path, issue.code) == (f"/forms/0/fields/5/{at}", code)


def test_a_select_in_a_row_may_follow_one_of_the_record(grammar):
    rows = [field("x", "select", follows="state", options=options(a=["open"], b=["lost"]))]

    assert found(grammar, field("items", "subform", fields=rows)) == []


@pytest.mark.parametrize(
    ("where", "code", "suggestion"),
    [
        ("firm = THIS.frim", "expression.unknown_field", "THIS.firm"),
        ("frim = THIS.firm", "expression.unknown_field", "firm"),
        ("age = THIS.name", "expression.type_mismatch", None),
        ("CONTAINS(name, THIS.marks)", "expression.type_mismatch", None),
        ("firm.deals.amount > 1", "expression.type_mismatch", None),
        ("REPT(name, 2) = THIS.name", "expression.not_pushable", None),
        ("age", "expression.type_mismatch", None),
        ("THIS = 1", "expression.unknown_field", None),
    ],
)
def test_a_range_is_a_condition_that_the_database_can_decide(grammar, where, code, suggestion):
    (issue,) = found(grammar, field("x", "relation", form="person", where=where))

    assert (issue.path, issue.code) == ("/forms/0/fields/5/where", code)
    assert suggestion is None or issue.suggestion == suggestion


@pytest.mark.parametrize(
    "where",
    [
        "firm = THIS.firm",
        "firm.state = THIS.state AND age > THIS.amount",
        "ISBLANK(THIS.firm) OR firm = THIS.firm",
        'firm = THIS.firm.main.firm AND STARTSWITH(name, "a")',
        "_id <> THIS._id",
        "_created_at < NOW()",
    ],
)
def test_a_range_may_name_both_records(grammar, where):
    assert found(grammar, field("x", "relation", form="person", where=where)) == []


@pytest.mark.parametrize(
    ("fill", "at", "code"),
    [
        ({"nam": "name"}, "fill/nam", "definition.unknown_field"),
        ({"name": "nme"}, "fill/name", "definition.unknown_field"),
        ({"name": "age"}, "fill/name", "definition.does_not_fit"),
        ({"name": "UPPER(name)"}, "fill/name", "definition.unknown_field"),
        ({"name": "name +"}, "fill/name", "expression.unfinished"),
        ({"firm": "firm.main"}, "fill/firm", "definition.does_not_fit"),
    ],
)
def test_what_is_filled_in_must_fit(grammar, fill, at, code):
    (issue,) = found(grammar, field("x", "relation", form="person", fill=fill))

    assert (issue.path, issue.code) == (f"/forms/0/fields/5/{at}", code)


def test_what_fits_is_filled_over_several_relations(grammar):
    fill = {"name": "firm.main.name", "firm": "firm", "state": "firm.state"}

    assert found(grammar, field("x", "relation", form="person", fill=fill)) == []


def test_the_condition_of_a_mark_is_checked_where_it_stands(grammar):
    mark = {"if": "amout > 1", "color": "red", "label": "Big"}
    view = {"key": "v", "label": "V", "colors": [mark | {"if": "amount > 1"}, mark]}

    (issue,) = found(grammar, views=[view])

    assert (issue.path, issue.suggestion) == ("/forms/0/views/0/colors/1/if", "amount")
