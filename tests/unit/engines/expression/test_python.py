from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from engines.expression import Context, ErrorValue, ExpressionError, ListOf, Literal, compile_python, parse

CONTEXT = Context(
    user_id=7,
    department_id=None,
    now=datetime(2026, 1, 31, 16, 30, 0, 123456, tzinfo=UTC),
    today=date(2026, 2, 1),
    zone=ZoneInfo("Asia/Shanghai"),
)
ROW = {
    "title": "客户Abc",
    "empty": "",
    "amount": Decimal("2.50"),
    "done": True,
    "due": date(2026, 2, 1),
    "seen": datetime(2026, 1, 31, 16, tzinfo=UTC),
    "at": time(8, 30),
    "owner": 7,
    "_version": 3,
    "tags": ("a", "b"),
    "none": (),
    "people": (7, 8),
    "item.title": "x",
}


def value(text: str) -> object:
    return compile_python(parse(text))(ROW, CONTEXT)


@pytest.mark.parametrize(
    "text",
    [
        'title = "客户ＡＢＣ"',
        'title > "客户"',
        'CONTAINS(title, "户a")',
        'STARTSWITH(title, "客")',
        'missing = ""',
        'empty = ""',
        "empty = missing",
        'missing <> "a"',
        'title <> ""',
        "ISBLANK(none) AND ISBLANK(empty) AND NOT ISBLANK(done)",
        'CONTAINS(tags, "A")',
        "CONTAINS(people, USER()) AND CONTAINS(people, 8)",
        'tags IN ("z", "b") AND NOT tags IN ("z")',
        'missing NOT IN ("a") AND missing IN ("a", "")',
        "title NOT IN ()",
        'owner = "7" AND owner = 7 AND owner <> 7.5',
        "_version > 1.5 AND _version + 1 = 4",
        'due = "2026-02-01" AND "2026-01-31" < due',
        "due = TODAY() AND seen = TODAY() AND seen < NOW()",
        'seen = "2026-02-01" AND seen = "2026-01-31T16:00:00Z" AND seen < "2026-02-01 08:00"',
        'at < "09:00"',
        'due + 28 = "2026-03-01" AND due - 1 < due AND due - TODAY() = 0',
        'seen + 0.5 = "2026-02-01 12:00"',
        "DEPARTMENT() = missing",
        "1/3*3 = 1 AND 0.1 + 0.2 = 0.3 AND 7/2 = 3.5 AND 2 - 3 = -1",
        "2/3 = 0.6666666667",
        "-amount = -2.5",
        "done = TRUE AND IF(done, TRUE) AND IF(missing > 1, FALSE, TRUE)",
        'item.title = "X"',
        "amount IN (1, 2.5)",
    ],
)  # fmt: skip
def test_holds(text: str):
    assert value(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "missing > 1",
        "1 < missing",
        "missing + 1",
        "-missing",
        "NOT missing > 1",
        'CONTAINS(missing, "a")',
        'CONTAINS(none, "a")',
        'CONTAINS(title, "")',
        'STARTSWITH(title, "")',
        "done AND missing > 1",
        "NOT done OR missing > 1",
        "IF(NOT done, 1)",
        '""',
        "DEPARTMENT()",
    ],
)
def test_is_blank(text: str):
    assert value(text) is None


@pytest.mark.parametrize(
    "text", ["NOT done AND missing > 1", "missing > 1 AND NOT done", "NOT done", "due <> TODAY()"]
)
def test_is_false(text: str):
    assert value(text) is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/3", Decimal("0.3333333333")),
        ("-2/3", Decimal("-0.6666666667")),
        ("0.1 * 0.2", Decimal("0.02")),
        ("999999999999999 - 0.5", Decimal("999999999999998.5")),
        ("TODAY() - 1", date(2026, 1, 31)),
        ("NOW()", datetime(2026, 1, 31, 16, 30, 0, 123000, tzinfo=UTC)),
        ("USER()", 7),
        ('IF(done, title, "")', "客户Abc"),
    ],
)
def test_yields(text: str, expected: object):
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("1/0", "#DIV/0!"),
        ("100000000 * 10000000", "#NUM!"),
        ("due + 10000000", "#NUM!"),
        ("seen + 10000000", "#NUM!"),
        ("1/0 = 1", "#DIV/0!"),
        ("NOT 1/0 > 1", "#DIV/0!"),
        ("done OR 1/0 > 1", "#DIV/0!"),
        ("amount > title", "#VALUE!"),
        ("title + 1", "#VALUE!"),
        ("SQRT(-amount)", "#NUM!"),
    ],
)
def test_what_cannot_be_worked_out_is_an_error_value(text: str, error: str):
    assert value(text) == ErrorValue(error)


@pytest.mark.parametrize("text", ["done = due", "at = done"])
def test_values_of_different_types_are_different(text: str):
    assert value(text) is False


def test_a_list_alone_means_nothing():
    with pytest.raises(ExpressionError, match=r"expression\.unexpected"):
        compile_python(ListOf((Literal("a"),)))
