"""Definitions that are well written and mean nothing are refused, each problem in its place."""

from typing import Any

import pytest

from engines.form.verify import load_verified
from frontend.texts import Texts
from schemas.errors import Invalid
from schemas.grammar import Grammar
from tests.fixtures.publishing import Json, app, field, form

OPTIONS = [{"key": "open", "label": "Open"}, {"key": "done", "label": "Done"}]
ITEM = form(
    "item", field("name"), field("order", "relation", form="order"), field("other", "relation", form="item")
)


def order(*fields: Json, **options: Any) -> Json:
    return form(
        "order",
        field("name"),
        field("amount", "number"),
        field("state", "select", options=OPTIONS),
        *fields,
        **options,
    )


def problems(grammar: Grammar, *forms: Json, **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        load_verified(app(*forms, **options), grammar)
    assert all(Texts("en").has(issue.code) for issue in caught.value.issues)
    return [(issue.path, issue.code) for issue in caught.value.issues]


def role(**grant: Any) -> list[Json]:
    return [{"key": "clerk", "label": "Clerk", "grants": [{"form": "order", **grant}]}]


def view(**options: Any) -> list[Json]:
    return [{"key": "mine", "label": "Mine", **options}]


WRONG = [
    pytest.param(
        order(field("a", "number", min=5, max=1)),
        "/forms/0/fields/3/min",
        "definition.min_above_max",
        id="options",
    ),
    pytest.param(
        order(field("a", "number", default="x")),
        "/forms/0/fields/3/default",
        "field.not_a_number",
        id="default",
    ),
    pytest.param(
        order(field("a", "select", options=OPTIONS, default="lost")),
        "/forms/0/fields/3/default",
        "field.not_an_option",
        id="default-option",
    ),
    pytest.param(
        order(field("a", "member", default="5")),
        "/forms/0/fields/3/default",
        "definition.no_ids",
        id="default-id",
    ),
    pytest.param(
        order(field("a", "date", default={"formula": "TODAY("})),
        "/forms/0/fields/3/default/formula",
        "expression.unfinished",
        id="default-formula",
    ),
    pytest.param(
        order(field("a", "date", default={"formula": "1 + 1"})),
        "/forms/0/fields/3/default/formula",
        "expression.type_mismatch",
        id="default-formula-type",
    ),
    pytest.param(
        order(field("a", "number", default={"formula": "amount"})),
        "/forms/0/fields/3/default/formula",
        "expression.unknown_field",
        id="default-formula-field",
    ),
    pytest.param(
        order(checks=[{"that": "amont > 1", "message": "m"}]),
        "/forms/0/checks/0/that",
        "expression.unknown_field",
        id="check-field",
    ),
    pytest.param(
        order(checks=[{"that": "amount + 1", "message": "m"}]),
        "/forms/0/checks/0/that",
        "expression.type_mismatch",
        id="check-type",
    ),
    pytest.param(
        order(views=view(filter="amount = name")),
        "/forms/0/views/0/filter",
        "expression.type_mismatch",
        id="filter-type",
    ),
    pytest.param(
        order(views=view(filter="amount / 2 > 5")),
        "/forms/0/views/0/filter",
        "expression.not_pushable",
        id="filter-that-no-database-answers",
    ),
    pytest.param(
        order(views=view(columns=["name", "_create_at"])),
        "/forms/0/views/0/columns/1",
        "definition.unknown_field",
        id="column",
    ),
    pytest.param(
        order(field("a", "tags"), views=view(sort=[{"field": "a"}])),
        "/forms/0/views/0/sort/0/field",
        "definition.not_sortable",
        id="sort",
    ),
    pytest.param(
        order(views=view(sort=[{"field": "_made_at"}])),
        "/forms/0/views/0/sort/0/field",
        "definition.unknown_field",
        id="sort-system",
    ),
    pytest.param(order(title="amount"), "/forms/0/title", "definition.not_a_title", id="title"),
    pytest.param(order(owner="name"), "/forms/0/owner", "definition.not_a_member", id="owner"),
    pytest.param(order(joined=["name"]), "/forms/0/joined/0", "definition.not_a_member", id="joined"),
    pytest.param(
        order(field("a", "tags", unique=True)),
        "/forms/0/fields/3/unique",
        "definition.not_for_this_type",
        id="unique",
    ),
    pytest.param(
        order(field("a", "related", form="item", via="other")),
        "/forms/0/fields/3/via",
        "definition.not_a_way_back",
        id="via",
    ),
    pytest.param(
        order(field("a", "alike", by="name")), "/forms/0/fields/3/by", "definition.not_a_relation", id="alike"
    ),
    pytest.param(
        order(
            field("of", "relation", form="item"),
            field("a", "alike", by="of"),
            field("b", "formula", formula="COUNTA(a)"),
        ),
        "/forms/0/fields/5/formula",
        "expression.unknown_field",
        id="alike-read",
    ),
    pytest.param(
        order(field("a", "subform", fields=[field("b", unique=True)])),
        "/forms/0/fields/3/fields/0/unique",
        "definition.not_in_a_subform",
        id="unique-row",
    ),
    pytest.param(
        order(field("a", "subform", fields=[field("b", "created_by")])),
        "/forms/0/fields/3/fields/0/type",
        "definition.not_in_a_subform",
        id="author-of-a-row",
    ),
    pytest.param(
        order(layout={"sections": [{"key": "s", "fields": ["name", "name"]}]}),
        "/forms/0/layout/sections/0/fields/1",
        "definition.repeated_key",
        id="placed-twice",
    ),
]


@pytest.mark.parametrize(("wrong", "path", "code"), WRONG)
def test_wrong_form_is_refused_in_its_place(grammar: Grammar, wrong: Json, path: str, code: str):
    assert problems(grammar, wrong, ITEM) == [(path, code)]


@pytest.mark.parametrize(
    ("grant", "path", "code"),
    [
        ({"scope": "own"}, "scope", "definition.no_owner"),
        ({"scope": "department_below"}, "scope", "definition.no_owner"),
        ({"scope": "joined"}, "scope", "definition.nobody_joins"),
        ({"where": "amount"}, "where", "expression.type_mismatch"),
        ({"where": "amount / 2 = 2"}, "where", "expression.not_pushable"),
    ],
)
def test_wrong_grant_is_refused_in_its_place(grammar: Grammar, grant: Json, path: str, code: str):
    assert problems(grammar, order(), ITEM, roles=role(**grant)) == [(f"/roles/0/grants/0/{path}", code)]


def test_unknown_time_zone_is_refused(grammar: Grammar):
    assert problems(grammar, order(), ITEM, time_zone="Moon/Base") == [
        ("/time_zone", "definition.unknown_time_zone")
    ]
    assert problems(grammar, order(), ITEM, time_zone="../x") == [
        ("/time_zone", "definition.unknown_time_zone")
    ]


def test_everything_wrong_is_told_at_once(grammar: Grammar):
    wrong = order(
        checks=[{"that": "amont > 1", "message": "m"}, {"that": "1 +", "message": "m"}],
        title="amount",
        owner="nobody",
    )

    assert {path for path, _ in problems(grammar, wrong, ITEM)} == {
        "/forms/0/checks/0/that", "/forms/0/checks/1/that", "/forms/0/title", "/forms/0/owner",
    }  # fmt: skip


def test_nearest_field_is_suggested_for_a_formula(grammar: Grammar):
    with pytest.raises(Invalid) as caught:
        load_verified(app(order(checks=[{"that": "amont > 1", "message": "m"}]), ITEM), grammar)

    assert caught.value.issues[0].suggestion == "amount"


def test_right_definition_is_accepted(grammar: Grammar):
    right = order(
        field("owner", "member", default={"formula": "USER()"}),
        field("team", "members"),
        field("day", "date", default={"formula": "TODAY()"}),
        field("moment", "datetime", default={"formula": "NOW()"}),
        field("level", "number", default="3"),
        field("tags", "tags", default=["a"]),
        field("items", "related", form="item", via="order"),
        field("rows", "subform", fields=[field("qty", "number", default=1)]),
        owner="owner",
        joined=["team"],
        title="name",
        checks=[{"that": "amount > 0 AND NOT(ISBLANK(owner))", "message": "m", "field": "amount"}],
        views=view(
            filter='state = "open" AND owner = USER() AND CONTAINS(tags, "a")',
            columns=["name", "_created_at"],
            sort=[{"field": "amount", "descending": True}, {"field": "_updated_at"}],
        ),
    )

    assert (
        load_verified(app(right, ITEM, roles=role(scope="own", where="amount > 5")), grammar).forms[0].title
        == "name"
    )
