"""Raw records to typed values, with each problem at its place."""

from typing import Any

import pytest

from engines.form.coerce import Coercer, optional
from engines.form.field import FieldContext
from engines.form.registry import field_types
from schemas.errors import Issue

KINDS = field_types()


def annotation(type_: str, context: FieldContext | None = None, **said: Any) -> Any:
    kind = KINDS[type_]
    options = kind.Options.model_validate({"key": "k", "type": type_, "label": "K", **said})
    return optional(kind.annotation(options, context or FieldContext()))


@pytest.fixture
def orders() -> Coercer:
    line = Coercer("line", {"qty": annotation("number"), "note": annotation("text")})
    return Coercer(
        "order",
        {
            "title": annotation("text", max_length=5),
            "amount": annotation("number", decimals=2, min=0),
            "tags": annotation("tags"),
            "lines": annotation("subform", FieldContext(row=line.row)),
        },
    )


def test_what_is_not_sent_is_not_there(orders):
    assert orders.one({"title": "a"}) == ({"title": "a"}, [])


def test_every_problem_is_reported_and_the_rest_is_read(orders):
    values, issues = orders.one({"title": "too long", "amount": "-1", "tags": "a,b"})

    assert values == {"tags": ("a", "b")}
    assert issues == [
        Issue("title", "field.too_long", {"value": "too long", "max_length": 5}),
        Issue("amount", "field.below_min", {"value": "-1", "min": "0"}),
    ]


def test_a_problem_in_a_row_names_the_row_and_its_other_cells_are_read(orders):
    values, issues = orders.one({"title": "a", "lines": [{"qty": 1}, {"qty": "x", "note": "n"}, {"qtty": 1}]})

    assert values == {"title": "a", "lines": ({"qty": 1}, {"note": "n"}, {})}
    assert [(issue.path, issue.code) for issue in issues] == [
        ("lines.1.qty", "field.not_a_number"),
        ("lines.2.qtty", "field.unknown"),
    ]


def test_rows_that_are_none_are_left_out_with_what_is_right_beside_them(orders):
    values, issues = orders.one({"title": "a", "lines": [{"qty": "x"}, 5]})

    assert values == {"title": "a"}
    assert [(issue.path, issue.code) for issue in issues] == [
        ("lines.0.qty", "field.not_a_number"),
        ("lines.1", "field.not_a_record"),
    ]


@pytest.mark.parametrize("key", ["bogus", "Amount", "", "金额", "a.b"])
def test_an_unknown_key_is_refused_and_the_rest_is_read(orders, key):
    values, issues = orders.one({key: 1, "title": "a"})

    assert values == {"title": "a"}
    assert [(issue.path, issue.code) for issue in issues] == [(key, "field.unknown")]


@pytest.mark.parametrize("raw", [None, "a", 5, ["title"]])
def test_what_is_no_record_is_refused(orders, raw):
    values, issues = orders.one(raw)

    assert values == {}
    assert [(issue.path, issue.code) for issue in issues] == [("", "field.not_a_record")]


def test_many_rows_are_right_or_have_their_issues(orders):
    right = orders.many([{"title": "a"}, {"amount": "1"}])
    _, issues = orders.many([{"title": "a"}, {"amount": "x"}])

    assert right[1] is None
    assert issues is not None
    assert [[issue.path for issue in each] for each in issues] == [[], ["amount"]]


def test_a_refused_value_is_shown_in_part_only(orders):
    _, issues = orders.one({"title": "x" * 1000})

    assert issues[0].params["value"] == "x" * 40
