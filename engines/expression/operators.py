"""What a row of a condition can say of a field: operators, each a pattern in the language itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property

from engines.expression import patterns
from engines.expression.parser import parse
from engines.expression.patterns import Reader, holes
from engines.expression.tree import Binary, Call, Literal, Node, Ref


class Family(StrEnum):
    """Fields that are compared alike. ``…s``: fields of several values."""

    text = "text"
    region = "region"
    number = "number"
    date = "date"
    datetime = "datetime"
    time = "time"
    bool = "bool"
    option = "option"
    options = "options"
    record = "record"
    records = "records"
    person = "person"
    people = "people"
    department = "department"
    departments = "departments"
    file = "file"


class Input(StrEnum):
    """What an operator asks for beside the field."""

    none = "none"
    value = "value"
    range = "range"
    days = "days"
    list = "list"


@dataclass(frozen=True)
class Operator:
    """One operator. ``offered``: to be chosen; others are only shown where somebody wrote them.

    ``group``: ``plain``, ``today`` (so many days from it), ``period`` (whole weeks, months …) or ``blank``.
    """

    key: str
    pattern: Node
    group: str = "plain"
    offered: bool = True

    @cached_property
    def input(self) -> Input:
        """What it asks for; holding all of several values is one condition for each of them."""
        if self.key == HAS_ALL:
            return Input.list
        asked = holes(self.pattern)
        for hole, found in _INPUTS.items():
            if hole in asked:
                return found
        return Input.none

    @cached_property
    def hole(self) -> str:
        """The hole of the one value that it asks for."""
        return next(iter(holes(self.pattern)))


HAS_ALL = "has_all"
_INPUTS = {
    "many": Input.list, "w": Input.range, "v": Input.value, "within": Input.value, "n": Input.days,
}  # fmt: skip
_BLANK = {"blank": "ISBLANK(field)", "filled": "NOT ISBLANK(field)"}
_BLANK_TEXT = {"blank_text": 'field = ""', "filled_text": 'field <> ""'}
_EQUAL = {"eq": "field = v", "ne": "field <> v"}
_LISTED = {"in": "field IN (many)", "not_in": "field NOT IN (many)"}
_SEVERAL = {"has_any": "field IN (many)", HAS_ALL: "CONTAINS(field, v)", "has_none": "field NOT IN (many)"}
_LACKS = {"lacks": "NOT CONTAINS(field, v)"}
_DAYS = {
    "on": "field = v", "before": "field < v", "after": "field > v", "until": "field <= v",
    "since": "field >= v", "between": "BETWEEN(field, v, w)",
}  # fmt: skip
_FROM_TODAY = {
    "today": "field = TODAY()",
    "yesterday": "field = TODAY() - 1",
    "tomorrow": "field = TODAY() + 1",
    "past": "field < TODAY()",
    "future": "field > TODAY()",
    "last_days": "BETWEEN(field, TODAY() - n + 1, TODAY())",
    "next_days": "BETWEEN(field, TODAY(), TODAY() + n - 1)",
    "days_ago": "field < TODAY() - n",
    "days_ahead": "field > TODAY() + n",
}
_FROM_TODAY_TOO = {
    "from_today": "field >= TODAY()",
    "to_today": "field <= TODAY()",
    "since_days": "field >= TODAY() - n",
    "within_days": "field <= TODAY() + n",
}
_MONDAY = "TODAY() - WEEKDAY(TODAY(), 3)"
_YEAR = "YEAR(TODAY())"


def _quarter(move: int) -> str:
    """Return this quarter, or one some quarters away; DATE carries months beyond the year."""
    first, behind = 3 * move - 2, 3 * move + 1
    month = "QUARTER(TODAY()) * 3"
    ends = [f"{month} {'+' if each > 0 else '-'} {abs(each)}" for each in (first, behind)]
    return f"BETWEEN(field, DATE({_YEAR}, {ends[0]}, 1), DATE({_YEAR}, {ends[1]}, 0))"


def _month(move: int) -> str:
    return f"BETWEEN(field, EOMONTH(TODAY(), {move - 1}) + 1, EOMONTH(TODAY(), {move}))"


def _year(move: str) -> str:
    return f"BETWEEN(field, DATE({_YEAR}{move}, 1, 1), DATE({_YEAR}{move}, 12, 31))"


_PERIODS = {
    "this_week": f"BETWEEN(field, {_MONDAY}, {_MONDAY} + 6)",
    "last_week": f"BETWEEN(field, {_MONDAY} - 7, {_MONDAY} - 1)",
    "next_week": f"BETWEEN(field, {_MONDAY} + 7, {_MONDAY} + 13)",
    "this_month": _month(0),
    "last_month": _month(-1),
    "next_month": _month(1),
    "this_quarter": _quarter(0),
    "last_quarter": _quarter(-1),
    "next_quarter": _quarter(1),
    "this_year": _year(""),
    "last_year": _year(" - 1"),
    "next_year": _year(" + 1"),
}
_TEXTS = {
    "contains": "CONTAINS(field, v)",
    "not_contains": "ISBLANK(field) OR NOT CONTAINS(field, v)",
    **_EQUAL,
    "starts": "STARTSWITH(field, v)",
    "ends": "ENDSWITH(field, v)",
    **_LISTED,
}
_REGIONS = {
    "within": "STARTSWITH(field, within)",
    "not_within": "ISBLANK(field) OR NOT STARTSWITH(field, within)",
    **_EQUAL,
}
_NUMBERS = {
    **_EQUAL, "gt": "field > v", "ge": "field >= v", "lt": "field < v", "le": "field <= v",
    "between": "BETWEEN(field, v, w)",
}  # fmt: skip
_TIMES = {**_EQUAL, "before": "field < v", "after": "field > v", "between": "BETWEEN(field, v, w)"}
_TICKED = {"true": "field = TRUE", "false": "field <> TRUE"}
_TICKED_TOO = {"is_true": "field", "is_false": "field = FALSE", "not_true": "NOT field"}
_FILES = {"has_file": "NOT ISBLANK(field)", "no_file": "ISBLANK(field)"}
_ME = {"me": "field = USER()", "not_me": "field <> USER()"}
_WITH_ME = {"has_me": "CONTAINS(field, USER())"}
_MINE = {"mine": "field = DEPARTMENT()", "not_mine": "field <> DEPARTMENT()"}
_WITH_MINE = {"has_mine": "CONTAINS(field, DEPARTMENT())"}

# Family -> offered operators, those only shown where they are written.
_TABLE: Mapping[Family, tuple[Mapping[str, str], Mapping[str, str]]] = {
    Family.text: ({**_TEXTS, **_BLANK}, _LACKS | _BLANK_TEXT),
    Family.region: ({**_REGIONS, **_BLANK}, _BLANK_TEXT),
    Family.number: ({**_NUMBERS, **_BLANK}, _LISTED | _BLANK_TEXT),
    Family.date: (
        {**_DAYS, **_FROM_TODAY, **_PERIODS, **_BLANK}, {"ne": "field <> v"} | _FROM_TODAY_TOO | _BLANK_TEXT,
    ),
    Family.time: ({**_TIMES, **_BLANK}, {"until": "field <= v", "since": "field >= v"} | _BLANK_TEXT),
    Family.bool: ({**_TICKED, "blank": _BLANK["blank"]}, _TICKED_TOO | {"filled": _BLANK["filled"]}),
    Family.option: ({**_EQUAL, **_LISTED, **_BLANK}, _BLANK_TEXT),
    Family.options: ({**_SEVERAL, **_BLANK}, _LACKS | _BLANK_TEXT),
    Family.record: ({**_LISTED, **_BLANK}, _EQUAL | _BLANK_TEXT),
    Family.records: ({**_SEVERAL, **_BLANK}, _LACKS | _BLANK_TEXT),
    Family.person: ({**_ME, **_LISTED, **_BLANK}, _EQUAL | _BLANK_TEXT),
    Family.people: ({**_WITH_ME, **_SEVERAL, **_BLANK}, _LACKS | _BLANK_TEXT),
    Family.department: ({**_MINE, **_LISTED, **_BLANK}, _EQUAL | _BLANK_TEXT),
    Family.departments: ({**_WITH_MINE, **_SEVERAL, **_BLANK}, _LACKS | _BLANK_TEXT),
    Family.file: (_FILES, {}),
}  # fmt: skip
_GROUPS = {
    **dict.fromkeys((*_FROM_TODAY, *_FROM_TODAY_TOO), "today"),
    **dict.fromkeys(_PERIODS, "period"),
    **dict.fromkeys((*_BLANK, *_BLANK_TEXT), "blank"),
}
_READERS: Mapping[Family, Reader] = {
    Family.text: patterns.text_,
    Family.region: patterns.region,
    Family.number: patterns.number,
    Family.date: patterns.day,
    Family.datetime: patterns.day,
    Family.time: patterns.clock,
    Family.option: patterns.text_,
    Family.options: patterns.text_,
}
_BY_HOLE: Mapping[str, Reader] = {"n": patterns.count, "within": patterns.within}


@cache
def operators(family: Family) -> Mapping[str, Operator]:
    """Return the operators of a family by key, in the order in which they are offered."""
    offered, further = _TABLE[Family.date if family is Family.datetime else family]
    found = [
        *(Operator(key, parse(text), _GROUPS.get(key, "plain")) for key, text in offered.items()),
        *(Operator(key, parse(text), _GROUPS.get(key, "plain"), False) for key, text in further.items()),
    ]
    if family is Family.datetime:
        found = list(_of_instants(found))
    return {each.key: each for each in found}


def reader(family: Family, hole: str) -> Reader:
    """Return what reads a value that a person typed or chose. It raises Unreadable."""
    return _BY_HOLE.get(hole) or _READERS.get(family, patterns.record)


def _of_instants(found: Iterable[Operator]) -> Iterable[Operator]:
    """Compare an instant with whole days: from the first one's beginning until the last one's end."""
    for each in found:
        if each.key != "ne":
            yield Operator(each.key, _half_open(each.pattern), each.group, each.offered)


def _half_open(pattern: Node) -> Node:
    match pattern:
        case Call("BETWEEN", (field, low, high)):
            return _both(field, low, _after(high))
        case Binary("=", field, day) if day != Literal(""):
            return _both(field, day, _after(day))
        case Binary("<=", field, day):
            return Binary("<", field, _after(day))
        case Binary(">", field, day):
            return Binary(">=", field, _after(day))
    return pattern


def _both(field: Node, start: Node, end: Node) -> Node:
    return Call("AND", (Binary(">=", field, start), Binary("<", field, end)))


def _after(day: Node) -> Node:
    """Return the day after."""
    match day:
        case Ref():
            return Binary("+", Call("DATEVALUE", (day,)), _count(1))
        case Binary("-", start, Literal(value)) if value == 1:
            return start
        case Binary("+", start, Literal(value)):
            return Binary("+", start, _count(int(value) + 1))  # type: ignore[arg-type]  # a number of days
        case Call("DATE", (year, month, Literal(value))) if value == 0:
            return Call("DATE", (year, month, _count(1)))
    return Binary("+", day, _count(1))


def _count(days: int) -> Literal:
    found = parse(str(days))
    assert isinstance(found, Literal)  # noqa: S101 - digits are a literal
    return found
