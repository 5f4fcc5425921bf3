"""Whatever is typed, the answer is a value, an error value or an ExpressionError with a place."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engines.expression import (
    FUNCTIONS,
    Context,
    ExpressionError,
    Node,
    ValueType,
    check,
    compile_python,
    from_json,
    parse,
    to_json,
    to_text,
)

CONTEXT = Context(1, 2, datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1))
ROW = {
    "a": Decimal("12.5"),
    "b": "text",
    "c": True,
    "d": date(2024, 2, 29),
    "e": datetime(2024, 2, 29, 12, tzinfo=UTC),
    "f": time(8, 30),
    "g": None,
    "i": 7,
    "h.a": (Decimal(1), None, Decimal(3)),
    "h.b": ("x", None, "y"),
}
TYPES = {
    "a": ValueType.number,
    "b": ValueType.text,
    "c": ValueType.bool,
    "d": ValueType.date,
    "e": ValueType.datetime,
    "f": ValueType.time,
    "g": ValueType.number,
    "i": ValueType.id,
    "h": ValueType.ids,
    "h.a": ValueType.numbers,
    "h.b": ValueType.texts,
}
PIECES = [
    *"()+-*/^&%{};,=<>", "<>", "<=", "1", "0", "-1", "1e5", "1e-300", "1e300", "0.1", "999999999999999", "2958466", '"a"', '""',  # noqa: E501 - one list
    '"2024-02-30"', '"12:30"', '"1,000"', '"[h]:mm.00"', '"#,##0.0?/?"', '"[^a-z]*(b|c){2,3}$"', "TRUE", "#N/A", "#DIV/0!",  # noqa: E501 - one list
    " AND ", " OR ", "NOT ", " IN ", *ROW, *[f"{name}(" for name in FUNCTIONS],
]  # fmt: skip


class Fields:
    """The fields of the row."""

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        return TYPES.get(".".join(path))


@st.composite
def calls(draw: st.DrawFn) -> str:
    """A call of any function with a fitting number of any arguments, which may be calls too."""
    function = FUNCTIONS[draw(st.sampled_from(sorted(FUNCTIONS)))]
    count = draw(st.integers(function.least, min(function.most, function.least + 3)))
    atoms = st.sampled_from(
        [
            piece
            for piece in PIECES
            if piece not in "()+-*/^&%{};,=<>" and "(" not in piece[-1:] and piece.strip().isupper() is False
        ]
        + ["TRUE", "#N/A", "{1,2;3,4}", '{"a",TRUE}', "1/3", "a*2"]
    )
    args = [draw(atoms | calls()) for _ in range(count)]
    return f"{function.name}({', '.join(args)})"


def answer(text: str) -> object:
    try:
        node = parse(text)
    except ExpressionError as error:
        assert 0 <= error.at <= len(text) + 1  # noqa: PT017 one case after the other
        return error.code
    _assert_same(node)
    try:
        check(node, Fields())
    except ExpressionError as error:
        assert 0 <= error.at <= len(text) + 1  # noqa: PT017 one case after the other
        if error.code in {"expression.unknown_function", "expression.arity", "expression.unexpected"}:
            return error.code
    try:
        return compile_python(node)(ROW, CONTEXT)
    except ExpressionError as error:
        return error.code


def _assert_same(node: Node) -> None:
    assert parse(to_text(node)) == node
    assert from_json(to_json(node)) == node


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
@example("ſ(1)")
@example("1e999999999999999999999")
@example("#ſ")
@example("%" * 500)
@example("{" * 500)
@example("IF(" * 500)
def test_any_text_is_answered(text: str):
    answer(text)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_heap_of_tokens_is_answered(text: str):
    answer(text)


@settings(
    max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(calls())
def test_any_call_is_answered(text: str):
    answer(text)
