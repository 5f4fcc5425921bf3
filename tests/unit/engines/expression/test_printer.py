from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from engines.expression import Literal, Node, parse, to_text
from tests.unit.engines.expression.strategies import trees


@given(trees)
def test_printed_text_reads_back_as_the_same_tree(tree: Node):
    assert parse(to_text(tree)) == tree


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("(a+b)*c", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a*b)+c", "a * b + c"),
        ("and(x, or(y, z))", "x AND (y OR z)"),
        ("not (a) = b", "NOT a = b"),
        ("x not in (“甲”，“乙”)", 'x NOT IN ("甲", "乙")'),
        ("- (5)", "-(5)"),
        ('isblank(a) = "say ""hi"""', 'ISBLANK(a) = "say ""hi"""'),
    ],
)
def test_prints_only_needed_brackets(text: str, canonical: str):
    assert to_text(parse(text)) == canonical


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, '""'),
        (7, "7"),
        (date(2026, 1, 2), '"2026-01-02"'),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), '"2026-01-02T03:04:00Z"'),
    ],
)
def test_prints_values_that_no_text_yields(value: date | int | None, text: str):
    assert to_text(Literal(value)) == text
