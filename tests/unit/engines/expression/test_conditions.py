"""Groups of rows and expressions are the same thing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.expression import Context, Node, ValueType, check_condition, compile_python, parse, to_text
from engines.expression.conditions import Formula, Group, Part, Row, Unsaid, to_group, to_node
from engines.expression.operators import HAS_ALL, Family, Input, operators
from engines.expression.patterns import Unreadable
from schemas.formulas import formulas
from schemas.grammar import Grammar
from schemas.loader import load
from tests.conftest import ROOT
from tests.unit.engines.expression.strategies import FIELDS, conditions, trees

_FAMILY = {ValueType.id: Family.person, ValueType.ids: Family.people}
FAMILIES = {key: _FAMILY.get(kind) or Family(kind) for key, kind in FIELDS.items()}
ONE_EACH = {str(family): family for family in Family}


def family_of(path: tuple[str, ...]) -> Family | None:
    return FAMILIES.get(".".join(path)) or ONE_EACH.get(".".join(path))


def group(text: str) -> Group:
    return to_group(parse(text), family_of)


def text(part: Part) -> str:
    node = to_node(part, family_of)
    assert node is not None
    return to_text(node)


class Scope:
    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        kinds = {
            Family.record: ValueType.id, Family.person: ValueType.id, Family.department: ValueType.id,
            Family.records: ValueType.ids, Family.people: ValueType.ids, Family.departments: ValueType.ids,
            Family.file: ValueType.ids, Family.region: ValueType.text,
        }  # fmt: skip
        family = family_of(path)
        return None if family is None else kinds.get(family) or ValueType(family)


@given(conditions)
def test_a_condition_of_any_shape_comes_back(node: Node):
    read = parse(to_text(node))

    assert to_node(to_group(read, family_of), family_of) == read


@given(trees)
def test_any_tree_comes_back(node: Node):
    read = parse(to_text(node))

    assert to_node(to_group(read, family_of), family_of) == read


_VALUES = {
    Family.text: st.sampled_from(["a", "客户", 'say "hi"', "50%", "a, b"]),
    Family.region: st.sampled_from(["330106", "110105"]),
    Family.number: st.sampled_from(["0", "1.50", "-3", "1000000"]),
    Family.date: st.sampled_from(["2026-03-01", "2024-02-29"]),
    Family.datetime: st.sampled_from(["2026-03-01", "2024-02-29"]),
    Family.time: st.sampled_from(["08:00", "17:30:59"]),
    Family.option: st.sampled_from(["a", "b"]),
    Family.options: st.sampled_from(["a", "b"]),
}
_SIZES = {
    Input.none: (0, 0),
    Input.value: (1, 1),
    Input.days: (1, 1),
    Input.range: (2, 2),
    Input.list: (1, 3),
}


@st.composite
def rows(draw: Any) -> Row:
    family = draw(st.sampled_from(list(Family)))
    operator = draw(st.sampled_from([each for each in operators(family).values() if each.offered]))
    value = _VALUES.get(family, st.sampled_from(["11", "720575940379279361"]))
    if operator.input is Input.days:
        value = st.sampled_from(["1", "7", "365"])
    least, most = _SIZES[operator.input]
    return Row((str(family),), operator.key, tuple(draw(st.lists(value, min_size=least, max_size=most))))


def _group(inner: Any) -> Any:
    matches = st.sampled_from(["all", "any"])
    return st.builds(Group, matches, st.lists(inner, min_size=1, max_size=4).map(tuple))


groups = _group(st.recursive(rows(), _group, max_leaves=8))


@given(groups)
def test_what_is_built_is_well_typed_and_shown_again_as_it_is_evaluated(built: Group):
    node = to_node(built, family_of)
    assert node is not None
    read = parse(to_text(node))

    check_condition(read, Scope())
    shown = to_group(read, family_of)
    assert to_node(shown, family_of) == read == node
    assert not any(isinstance(each, Formula) for each in _leaves(shown))


def _leaves(part: Part) -> list[Part]:
    return [leaf for each in part.parts for leaf in _leaves(each)] if isinstance(part, Group) else [part]


@given(rows())
def test_a_row_is_shown_as_the_row_it_is(row: Row):
    shown = to_group(parse(text(row)), family_of)

    # One day may be said as a stretch from and to it.
    assert shown == Group("all", (row,)) or shown.parts[0].op in {"on", "today"}  # type: ignore[union-attr]


@pytest.mark.parametrize("file", ["examples/crm_template.json", "tests/acceptance/maven_crm.json"])
def test_every_formula_of_the_examples_comes_back(file: str, grammar: Grammar):
    app = load((ROOT / file).read_bytes(), grammar)

    for place, formula in formulas(app):
        form = app.form(place.form)
        families = {each.key: _guess(each.type) for each in form.fields} if form else {}
        node = parse(formula)
        found = to_group(node, lambda path, known=families: known.get(".".join(path)))  # type: ignore[misc]
        assert to_node(found, lambda path, known=families: known.get(".".join(path))) == node  # type: ignore[misc]


def _guess(type_: str) -> Family:
    plain = {
        "money": Family.number, "percent": Family.number, "rating": Family.number, "number": Family.number,
        "checkbox": Family.bool, "select": Family.option, "multi_select": Family.options,
        "tags": Family.options,
        "date": Family.date, "datetime": Family.datetime, "created_at": Family.datetime,
        "updated_at": Family.datetime, "member": Family.person, "members": Family.people,
        "relation": Family.record, "relations": Family.records, "department": Family.department,
    }  # fmt: skip
    return plain.get(type_, Family.text)


@pytest.mark.parametrize(
    ("formula", "parts"),
    [
        ('level = "a"', [Row(("level",), "eq", ("a",))]),
        ('level NOT IN ("a", "b")', [Row(("level",), "not_in", ("a", "b"))]),
        ("owner = USER()", [Row(("owner",), "me")]),
        ("NOT ISBLANK(due)", [Row(("due",), "filled")]),
        ('title = ""', [Row(("title",), "blank_text")]),
        ("amount > -5", [Row(("amount",), "gt", ("-5",))]),
        ("done", [Row(("done",), "is_true")]),
        ("due >= TODAY()", [Row(("due",), "from_today")]),
        ("due < TODAY() - 14", [Row(("due",), "days_ago", ("14",))]),
        ("BETWEEN(due, TODAY() - 7 + 1, TODAY())", [Row(("due",), "last_days", ("7",))]),
        ("seen >= TODAY() - 1 AND seen < TODAY()", [Row(("seen",), "yesterday")]),
        (
            'CONTAINS(tags, "a") AND CONTAINS(tags, "b") AND done = TRUE',
            [Row(("tags",), HAS_ALL, ("a", "b")), Row(("done",), "true")],
        ),
        ('ISBLANK(title) OR NOT CONTAINS(title, "x")', [Row(("title",), "not_contains", ("x",))]),
        ("amount > price", [Formula("amount > price")]),
        ('NOT STARTSWITH(title, "x")', [Formula('NOT STARTSWITH(title, "x")')]),
        ("stranger = 1", [Formula("stranger = 1")]),
        ("due <= TODAY() - 0", [Formula("due <= TODAY() - 0")]),
    ],
)
def test_a_formula_is_shown_as_rows(formula: str, parts: list[Part]):
    assert group(formula) == Group("all", tuple(parts))


def test_groups_nest_as_the_expression_does():
    found = group(
        'done = TRUE AND (level = "a" OR seen >= "2026-03-01" AND seen < DATEVALUE("2026-03-01") + 1)'
    )

    inner = Group("any", (Row(("level",), "eq", ("a",)), Row(("seen",), "on", ("2026-03-01",))))
    assert found == Group("all", (Row(("done",), "true"), inner))


def test_no_condition_is_a_group_that_says_nothing():
    assert to_group(None, family_of) == Group()
    assert to_node(Group("any", (Group(),)), family_of) is None


def test_a_formula_row_keeps_its_own_brackets():
    part = Group("all", (Row(("done",), "true"), Formula('level = "a" OR level = "b"')))

    assert text(part) == 'done = TRUE AND (level = "a" OR level = "b")'


@pytest.mark.parametrize(
    "row",
    [
        Row(("amount",), "gt"), Row(("amount",), "gt", ("",)), Row(("due",), "between", ("2026-01-01",)),
        Row(("level",), "in", ("", " ")), Row(("gone",), "eq", ("1",)), Row(("amount",), "contains", ("1",)),
    ],
)  # fmt: skip
def test_a_row_that_is_not_finished_says_nothing_yet(row: Row):
    with pytest.raises(Unsaid):
        to_node(row, family_of)


@pytest.mark.parametrize(
    ("field", "op", "value"),
    [
        ("amount", "gt", "lots"), ("amount", "gt", "NaN"), ("due", "on", "tomorrow"),
        ("due", "on", "2026-02-30"),
        ("due", "last_days", "0"), ("due", "last_days", "-1"), ("time", "eq", "25:00"), ("owner", "in", "me"),
        ("title", "eq", "\0"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_refused(field: str, op: str, value: str):
    with pytest.raises(Unreadable):
        to_node(Row((field,), op, (value,)), family_of)


def test_numbers_are_read_as_people_write_them():
    assert text(Row(("amount",), "gt", ("1,234.50",))) == "amount > 1234.50"
    assert text(Row(("amount",), "in", ("1", "-2"))) == "amount IN (1, -2)"


TODAY = date(2026, 3, 11)  # a Wednesday
PERIODS = {
    "today": (TODAY, TODAY),
    "yesterday": (date(2026, 3, 10), date(2026, 3, 10)),
    "tomorrow": (date(2026, 3, 12), date(2026, 3, 12)),
    "this_week": (date(2026, 3, 9), date(2026, 3, 15)),
    "last_week": (date(2026, 3, 2), date(2026, 3, 8)),
    "next_week": (date(2026, 3, 16), date(2026, 3, 22)),
    "this_month": (date(2026, 3, 1), date(2026, 3, 31)),
    "last_month": (date(2026, 2, 1), date(2026, 2, 28)),
    "next_month": (date(2026, 4, 1), date(2026, 4, 30)),
    "this_quarter": (date(2026, 1, 1), date(2026, 3, 31)),
    "last_quarter": (date(2025, 10, 1), date(2025, 12, 31)),
    "next_quarter": (date(2026, 4, 1), date(2026, 6, 30)),
    "this_year": (date(2026, 1, 1), date(2026, 12, 31)),
    "last_year": (date(2025, 1, 1), date(2025, 12, 31)),
    "next_year": (date(2027, 1, 1), date(2027, 12, 31)),
    "last_days": (date(2026, 3, 5), TODAY),
    "next_days": (TODAY, date(2026, 3, 17)),
}


@pytest.mark.parametrize("op", PERIODS)
def test_a_period_holds_from_its_first_moment_to_its_last(op: str):
    first, last = PERIODS[op]
    values = ("7",) if op.endswith("_days") else ()
    moment = datetime(2026, 3, 11, 9, 30, tzinfo=UTC)
    context = Context(None, None, moment, TODAY)
    of_days = compile_python(parse(text(Row(("due",), op, values))))
    of_instants = compile_python(parse(text(Row(("seen",), op, values))))

    def holds(day: date) -> bool | None:
        return bool(of_days({"due": day}, context))

    def holds_at(day: date, **time: int) -> bool:
        return bool(
            of_instants({"seen": datetime(day.year, day.month, day.day, tzinfo=UTC, **time)}, context)
        )

    before, after = first - timedelta(days=1), last + timedelta(days=1)
    assert [holds(each) for each in (before, first, last, after)] == [False, True, True, False]
    assert holds_at(first)
    assert holds_at(last, hour=23, minute=59, second=59, microsecond=999000)
    assert not holds_at(before, hour=23, minute=59, second=59, microsecond=999000)
    assert not holds_at(after)


def test_every_period_is_tried():
    relative = {
        each.key
        for each in operators(Family.date).values()
        if each.offered and each.group in {"today", "period"}
    }

    assert relative == {*PERIODS, "past", "future", "days_ago", "days_ahead"}
