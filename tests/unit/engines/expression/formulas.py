"""Hypothesis: formulas of every function with arguments of fitting kinds, and records to read."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from unicodedata import normalize

from hypothesis import strategies as st

from engines.expression import FUNCTIONS, Array, Binary, Call, ListOf, Literal, Node, Ref, Unary, ValueType
from engines.expression.functions.table import Function

Nodes = st.SearchStrategy[Node]
FIELDS = {
    "amount": ValueType.number,
    "price": ValueType.number,
    "title": ValueType.text,
    "note": ValueType.text,
    "done": ValueType.bool,
    "due": ValueType.date,
    "start": ValueType.date,
    "seen": ValueType.datetime,
    "opens": ValueType.time,
    "owner": ValueType.id,
    "items.price": ValueType.numbers,
    "items.name": ValueType.texts,
    "items.due": ValueType.dates,
}
# What one back end works out with floating point may differ in the last digit, which a comparison would show.
APPROXIMATE = frozenset({"EXP", "LN", "LOG", "LOG10", "POWER", "PI"})
# Asked of the directory, of the phrases of Chinese, or of the moment; tested by themselves.
ELSEWHERE = frozenset(
    {
        "ISPHONE",
        "ISEMAIL",
        "ISDISPOSABLE",
        "PINYIN",
        "ROLE",
        "MANAGER",
        "HEAD",
        "MEMBERS",
        "DEPARTMENT",
        "OLD",
        "CHANGED",
    }
)

_DECIMALS = (
    "0 1 -1 2 3 10 0.5 -0.5 1.005 2.675 -2.5 0.1 100 45292 60 61 -7 1e-5 123456.789 999999999999999 0.30 12"
    " 24 1900 2024 400000"
).split()
_TEXTS = (
    "a|abc|ABC|Hello World|5|1,234.5|12%|2024-02-29|3/9/2024|18:30|9 Mar 2024|é|ß|ＡＢ|客户|\U0001f600x|"
    "a-b-c|yyyy-mm-dd|#,##0.00|0.0%|[h]:mm|"
    "# ?/?|0.00E+00|>5|<>a|a*|?b|~*|TRUE|^a.c$|0000011|YD|M|aaaa|[DBNum2]|"
    "1 1/2|  x  y "
).split("|")
_LETTERS = st.characters(exclude_categories=["Cs", "Cn", "Co"], exclude_characters="\0", max_codepoint=0x2FFF)

decimals = st.sampled_from([Decimal(each) for each in _DECIMALS]) | st.decimals(-1000, 1000, places=2)
texts = st.sampled_from(_TEXTS) | st.text(_LETTERS, min_size=1, max_size=12).map(
    lambda text: normalize("NFC", text)
)
_DAYS = [date(1900, 1, 1), date(1900, 2, 28), date(2023, 2, 28), date(2024, 2, 29), date(2024, 12, 31)]
days = st.sampled_from(_DAYS) | st.dates(date(1900, 3, 1), date(2100, 1, 1))
# Hypothesis adds the zone.
_FIRST, _LAST = datetime(1971, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001
moments = st.datetimes(_FIRST, _LAST, timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
_VALUES: dict[ValueType, st.SearchStrategy[object]] = {
    ValueType.number: decimals,
    ValueType.text: texts,
    ValueType.bool: st.booleans(),
    ValueType.date: days,
    ValueType.datetime: moments,
    ValueType.time: st.times().map(lambda at: at.replace(microsecond=0)),
    ValueType.id: st.integers(1, 9),
    ValueType.numbers: st.lists(decimals | st.none(), max_size=4).map(tuple),
    ValueType.texts: st.lists(texts | st.none(), max_size=4).map(tuple),
    ValueType.dates: st.lists(days | st.none(), max_size=4).map(tuple),
}
records: st.SearchStrategy[dict[str, object]] = st.fixed_dictionaries(
    {key: _VALUES[kind] | st.none() for key, kind in FIELDS.items()}
)


class Fields:
    """The fields of the records."""

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        return FIELDS.get(".".join(path))


def _refs(*kinds: ValueType) -> Nodes:
    return st.sampled_from([Ref(tuple(key.split("."))) for key, kind in FIELDS.items() if kind in kinds])


def _of(*names: str) -> list[Function]:
    return [FUNCTIONS[name] for name in names]


def _usable(result: str) -> list[Function]:
    return [
        each
        for each in FUNCTIONS.values()
        if each.result == result and not each.lazy and each.name not in APPROXIMATE | ELSEWHERE
    ]


_GIVING = {
    "number": [*_usable("number"), *_of("LARGE", "SMALL", "MAX", "MIN")],
    "text": _usable("text"),
    "bool": _usable("bool"),
    "date": _usable("date"),
    "list": _of("FILTER", "SORT", "UNIQUE", "TEXTSPLIT"),
}


def _array(items: Nodes) -> Nodes:
    row = st.lists(items, min_size=2, max_size=2).map(tuple)
    return st.lists(row, min_size=1, max_size=2).map(lambda rows: Array(tuple(rows)))


_CONSTANTS: dict[str, Nodes] = {
    "number": decimals.map(Literal) | _refs(ValueType.number),
    "text": texts.map(Literal) | _refs(ValueType.text),
    "bool": st.booleans().map(Literal) | _refs(ValueType.bool),
    "date": days.map(lambda day: Call("DATE", tuple(Literal(Decimal(part)) for part in day.timetuple()[:3])))
    | _refs(ValueType.date, ValueType.date, ValueType.datetime),
    "list": _array(decimals.map(Literal) | texts.map(Literal) | st.booleans().map(Literal))
    | _array(decimals.map(Literal))
    | _refs(ValueType.numbers, ValueType.texts, ValueType.dates),
}
_CONSTANTS["any"] = st.one_of(*_CONSTANTS.values(), st.just(Literal("")), _refs(ValueType.time, ValueType.id))
_KIND = {"countable": "number", "calendar": "date", "civil": "date", "raw": "any", "whole": "list"}
_COMPARED = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


def formulas(kind: str, depth: int) -> Nodes:
    """Return formulas that yield about such a value: number, text, bool, date, list or any."""
    plain = _CONSTANTS[kind]
    if depth <= 0:
        return plain
    return st.deferred(lambda: st.one_of(plain, *(make(depth) for make in _MADE[kind])))


def _called(kind: str) -> Callable[[int], Nodes]:
    return lambda depth: st.sampled_from(_GIVING[kind]).flatmap(lambda function: _call(function, depth - 1))


def _call(function: Function, depth: int) -> Nodes:
    def args(count: int) -> Nodes:
        kinds = [function.param(place).kind for place in range(count)]
        given = [formulas(_KIND.get(kind, kind), depth) | formulas("any", 0) for kind in kinds]
        return st.tuples(*given).map(lambda nodes: Call(function.name, nodes))

    return st.integers(function.least, min(function.most, function.least + 2)).flatmap(args)


def _choice(kind: str) -> Callable[[int], Nodes]:
    def make(depth: int) -> Nodes:
        condition, value = formulas("bool", depth - 1), formulas(kind, depth - 1)
        return st.one_of(
            st.tuples(condition, value, value).map(lambda nodes: Call("IF", nodes)),
            st.tuples(condition, value, condition, value).map(lambda nodes: Call("IFS", nodes)),
            st.tuples(value, value).map(lambda nodes: Call("IFERROR", nodes)),
            st.tuples(value, value).map(lambda nodes: Call("COALESCE", nodes)),
            st.tuples(_subject, _subject, value, value).map(lambda nodes: Call("SWITCH", nodes)),
            st.tuples(_small, value, value).map(lambda nodes: Call("CHOOSE", nodes)),
        )  # fmt: skip

    return make


_subject = _CONSTANTS["any"]
_small = st.integers(0, 3).map(lambda number: Literal(Decimal(number)))


def _arithmetic(depth: int) -> Nodes:
    side = formulas("number", depth - 1) | formulas("list", 0)
    operated = st.builds(Binary, st.sampled_from(["+", "-", "*", "/"]), side, side)
    days_between = st.builds(Binary, st.just("-"), formulas("date", 0), formulas("date", 0))
    return operated | days_between | st.builds(Unary, st.sampled_from(["-", "%"]), side)


def _joined(depth: int) -> Nodes:
    return st.builds(Binary, st.just("&"), formulas("any", depth - 1), formulas("text", depth - 1))


def _truths(depth: int) -> Nodes:
    sides = [formulas(kind, depth - 1) for kind in ("number", "text", "date")]
    pairs = [st.builds(Binary, _COMPARED, side, side) for side in sides]
    listed = st.lists(formulas("number", 0), min_size=1, max_size=2).map(lambda items: ListOf(tuple(items)))
    inner = formulas("bool", depth - 1)
    return st.one_of(
        *pairs,
        st.builds(Binary, st.just("IN"), formulas("number", depth - 1), listed),
        inner.map(lambda node: Unary("NOT", node)),
        st.tuples(st.sampled_from(["AND", "OR"]), inner, inner).map(lambda made: Call(made[0], made[1:])),
    )


def _moved(depth: int) -> Nodes:
    return st.builds(Binary, st.sampled_from(["+", "-"]), formulas("date", depth - 1), _small)


_EVERY = ("number", "text", "bool", "date", "list")
_MADE: dict[str, list[Callable[[int], Nodes]]] = {
    "number": [_called("number"), _called("number"), _arithmetic, _choice("number")],
    "text": [_called("text"), _called("text"), _joined, _choice("text")],
    "bool": [_called("bool"), _truths, _choice("bool")],
    "date": [_called("date"), _moved, _choice("date")],
    "list": [_called("list"), _arithmetic],
    "any": [lambda depth: st.one_of(*(formulas(kind, depth) for kind in _EVERY))],
}
anything = formulas("any", 2)
