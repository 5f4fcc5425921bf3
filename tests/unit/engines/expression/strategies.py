"""Hypothesis strategies: well-typed conditions over one small form, rows of it, and any tree at all."""

from datetime import UTC, date, datetime
from decimal import Decimal
from unicodedata import normalize

from hypothesis import strategies as st

from engines.expression import Binary, Call, ListOf, Literal, Node, Ref, Unary, ValueType, conjoin, disjoin

FIELDS = {
    "title": ValueType.text,
    "note": ValueType.text,
    "amount": ValueType.number,
    "price": ValueType.number,
    "done": ValueType.bool,
    "paid": ValueType.bool,
    "due": ValueType.date,
    "start": ValueType.date,
    "seen": ValueType.datetime,
    "left": ValueType.datetime,
    "level": ValueType.option,
    "owner": ValueType.id,
    "author": ValueType.id,
    "tags": ValueType.options,
    "people": ValueType.ids,
}
OPTIONS = ("a", "b", "c")
TEXTS = (
    "a", "A", "ab", "Ab", "ａＢ", "abc", "50%", "5_0", "5x0", "a/b", "客户", "客户Ａ", "é", "É", "e\u0301x",
    "ΑΣ", "ασα", "z", "\U0001f600", "～", " ",
)  # fmt: skip

texts = st.sampled_from(TEXTS) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1
)
numbers = st.sampled_from([Decimal(text) for text in ("0", "1", "1.00", "1.5", "-1.5", "2.25", "1000000")])
dates = st.sampled_from([date(2024, 2, 29), date(2026, 1, 1), date(2026, 1, 2)])
moments = st.sampled_from(
    [
        datetime(2025, 12, 31, 16, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 1, 8, 30, 0, 5000, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
    ]
)
ids = st.integers(1, 3)


def _row(kind: ValueType) -> st.SearchStrategy[object]:
    match kind:
        case ValueType.text:
            return st.none() | texts.map(lambda text: normalize("NFC", text))
        case ValueType.options:
            return st.lists(st.sampled_from(OPTIONS), unique=True).map(tuple)
        case ValueType.ids:
            return st.lists(ids, unique=True).map(tuple)
    return (
        st.none()
        | {
            ValueType.number: numbers,
            ValueType.bool: st.booleans(),
            ValueType.date: dates,
            ValueType.datetime: moments,
            ValueType.option: st.sampled_from(OPTIONS),
            ValueType.id: ids,
        }[kind]
    )


rows = st.lists(
    st.fixed_dictionaries({key: _row(kind) for key, kind in FIELDS.items()}), min_size=1, max_size=6
)

_ITEM = {ValueType.options: ValueType.option, ValueType.ids: ValueType.id}
_TODAY = Call("TODAY", ())
_AWKWARD = ("1.005", "-1.499", "0.001", "99999999999999999999", "-1234567890123456789.5")
_CONSTANTS: dict[ValueType, st.SearchStrategy[Node]] = {
    ValueType.text: texts.map(Literal),
    ValueType.number: (numbers | st.sampled_from([Decimal(text) for text in _AWKWARD])).map(Literal)
    | st.just(Binary("/", Literal(Decimal(3)), Literal(Decimal(2)))),
    ValueType.bool: st.booleans().map(Literal),
    ValueType.date: dates.map(lambda day: Literal(day.isoformat()))
    | st.sampled_from([_TODAY, Binary("-", _TODAY, Literal(Decimal(1))), Call("NOW", ())]),
    ValueType.datetime: moments.map(lambda moment: Literal(moment.isoformat()))
    | st.sampled_from([_TODAY, Call("NOW", ()), Literal("2026-01-01"), Literal("2026-01-01 16:30")]),
    ValueType.option: st.sampled_from([*OPTIONS, "B", "gone"]).map(Literal),
    ValueType.id: st.sampled_from(
        [Literal("1"), Literal(Decimal(2)), Call("USER", ()), Call("DEPARTMENT", ())]
    ),
}
_BLANK = st.just(Literal(""))


def _fields(*kinds: ValueType) -> st.SearchStrategy[Node]:
    return st.sampled_from([Ref((key,)) for key, kind in FIELDS.items() if kind in kinds])


def _compared(kind: ValueType) -> st.SearchStrategy[Node]:
    ordered = kind not in {ValueType.bool, ValueType.option, ValueType.id}
    operators = st.sampled_from(["=", "<>", "<", "<=", ">", ">="] if ordered else ["=", "<>"])
    other = _CONSTANTS[kind] if kind is ValueType.option else _CONSTANTS[kind] | _fields(kind)
    sides = st.tuples(_fields(kind), other | (_BLANK if not ordered else st.nothing()))
    sides |= sides.map(lambda pair: (pair[1], pair[0]))
    blank = st.builds(Binary, st.sampled_from(["=", "<>"]), _fields(kind), _BLANK)
    return st.builds(lambda op, pair: Binary(op, *pair), operators, sides) | blank


def _listed(kind: ValueType) -> st.SearchStrategy[Node]:
    items = st.lists(_CONSTANTS[_ITEM.get(kind, kind)] | _BLANK, max_size=3)
    if kind is ValueType.number:
        items |= st.lists(_fields(kind), min_size=1, max_size=2)
    return st.builds(lambda left, nodes: Binary("IN", left, ListOf(tuple(nodes))), _fields(kind), items)


def _call(name: str, *args: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.tuples(*args).map(lambda nodes: Call(name, nodes))


def _literal(*texts: str) -> st.SearchStrategy[Node]:
    return st.sampled_from([Literal(Decimal(text)) for text in texts])


_small = _literal("0", "1", "-2", "3", "1.5", "0.25", "-0.75")
_number_fields = _fields(ValueType.number)
_date_fields = _fields(ValueType.date)
_computed: st.SearchStrategy[Node] = st.one_of(
    st.builds(Binary, st.sampled_from(["+", "-"]), _number_fields, _number_fields | _small),
    st.builds(Binary, st.just("*"), _number_fields, _literal("0", "2", "-3", "0.5")),
    st.builds(Unary, st.just("-"), _number_fields),
    *[_call(name, _number_fields) for name in ("ABS", "SIGN", "INT")],
    _call("ROUND", _number_fields, _literal("0", "1", "-1", "3")),
    _call("MOD", _number_fields, _number_fields | _literal("1", "-2", "0.3")),
    _call("LEN", _fields(ValueType.text)),
    *[_call(name, _date_fields) for name in ("YEAR", "MONTH", "DAY", "QUARTER")],
    st.builds(Binary, st.just("-"), _date_fields, _date_fields | st.just(_TODAY)),
    _call("DAYS", _date_fields, _date_fields),
)
_days = st.builds(Binary, st.sampled_from(["+", "-"]), _date_fields, _literal("1", "400", "2920000"))
_orders = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
_measured = st.builds(Binary, _orders, _computed, _computed | _small | _number_fields) | st.builds(
    Binary, _orders, _days, _date_fields | st.just(_TODAY) | _days
)

_leaves = st.one_of(
    _measured,
    _call("ISBLANK", _computed),
    _call("ENDSWITH", _fields(ValueType.text), texts.map(Literal)),
    _call("EXACT", _fields(ValueType.text), texts.map(Literal)),
    _call("BETWEEN", _number_fields, _small, _small),
    *[_compared(kind) for kind in _CONSTANTS],
    *[_listed(kind) for kind in (*_CONSTANTS, *_ITEM)],
    _fields(ValueType.bool),
    st.booleans().map(Literal),
    _call("ISBLANK", _fields(*FIELDS.values())),
    _call("CONTAINS", _fields(ValueType.text), texts.map(Literal) | _BLANK),
    _call("STARTSWITH", _fields(ValueType.text), texts.map(Literal) | _BLANK),
    _call("CONTAINS", _fields(ValueType.options), _CONSTANTS[ValueType.option]),
    _call("CONTAINS", _fields(ValueType.ids), _CONSTANTS[ValueType.id]),
)


def _branch(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        inner.map(lambda node: Unary("NOT", node)),
        several.map(lambda nodes: conjoin(*nodes)),
        several.map(lambda nodes: disjoin(*nodes)),
        _call("IF", inner, inner),
        _call("IF", inner, inner, inner),
        _call("ISBLANK", inner),
        st.builds(Binary, st.sampled_from(["=", "<>"]), inner, inner),
    )


conditions: st.SearchStrategy[Node] = st.recursive(_leaves, _branch, max_leaves=6)

_values = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")).map(
        lambda text: normalize("NFC", text)
    )
    | st.booleans()
    | st.decimals(-(10**9), 10**9, places=3)
)
_names = st.sampled_from(["title", "_id", "x1", "is_not", "nothing"])
_paths = st.lists(_names, min_size=1, max_size=3).map(tuple)


def _tree(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, max_size=3).map(tuple)
    operators = st.sampled_from(["=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/"])
    return st.one_of(
        st.builds(Unary, st.sampled_from(["-", "NOT"]), inner),
        st.builds(Binary, operators, inner, inner),
        st.builds(Binary, st.just("IN"), inner, several.map(ListOf)),
        st.builds(Call, st.sampled_from(["IF", "USER", "SOME.NAME"]), several),
        st.lists(inner, min_size=2, max_size=4).map(lambda nodes: conjoin(*nodes)),
        st.lists(inner, min_size=2, max_size=4).map(lambda nodes: disjoin(*nodes)),
    )


trees: st.SearchStrategy[Node] = st.recursive(_values.map(Literal) | _paths.map(Ref), _tree, max_leaves=20)
