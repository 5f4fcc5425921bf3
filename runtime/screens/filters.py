"""The filter bar: which comparisons a field offers, and what a person chose as an expression tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal, InvalidOperation

from engines.access import FormAccess
from engines.expression import Binary, Call, ListOf, Literal, Node, Ref, Unary, ValueType, conjoin, disjoin
from engines.form import FieldModel, FormModel, Storage
from frontend.records import Condition, FilterField, Operator
from frontend.views import Item
from runtime.screens.values import Showing

MOST = 20
_ID_DIGITS = 18
_T = ValueType
_BLANKS = ("blank", "filled")
_OPERATORS: Mapping[ValueType, tuple[str, ...]] = {
    _T.text: ("contains", "eq", "ne", "starts", "not_contains", *_BLANKS),
    _T.number: ("eq", "ne", "gt", "ge", "lt", "le", "between", *_BLANKS),
    _T.date: ("on", "before", "after", "between", *_BLANKS),
    _T.datetime: ("on", "before", "after", "between", *_BLANKS),
    _T.time: ("eq", "before", "after", "between", *_BLANKS),
    _T.bool: ("true", "false", "blank"),
    _T.option: ("in", "not_in", *_BLANKS),
    _T.options: ("has", "has_not", *_BLANKS),
    _T.id: ("in", "not_in", *_BLANKS),
    _T.ids: ("has", "has_not", *_BLANKS),
}
_VALUES = {"blank": 0, "filled": 0, "true": 0, "false": 0, "me": 0, "between": 2}
_INPUTS = {_T.number: "number", _T.date: "date", _T.datetime: "date", _T.time: "time"}
_COMPARED = {
    "eq": "=",
    "on": "=",
    "ne": "<>",
    "gt": ">",
    "after": ">",
    "ge": ">=",
    "lt": "<",
    "before": "<",
    "le": "<=",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition as the address says it."""

    field: str
    op: str
    values: tuple[str, ...] = ()


def operators_of(field: FieldModel) -> tuple[str, ...]:
    """Return the comparisons a field offers; those that the database cannot make are not offered."""
    found = _OPERATORS.get(field.kind.value_type, ())
    if field.kind.value_type is _T.text and field.fold is None:
        return _BLANKS if field.storage is Storage.column else ()
    if field.target == "file":
        return _BLANKS
    if field.target == "user":
        return ("me", *found)
    return found


def filterable(form: FormModel, rights: FormAccess) -> list[FieldModel]:
    """Return the fields a person may filter by."""
    kept = {Storage.column, Storage.links, Storage.system}
    return [
        each
        for each in form.fields.values()
        if rights.usable(each.key) and not each.options.hidden and each.storage in kept and operators_of(each)
    ]


def filter_fields(showing: Showing, fields: Iterable[FieldModel]) -> tuple[FilterField, ...]:
    """Return the fields as the filter bar offers them."""
    t = showing.texts.t
    found = []
    for field in fields:
        operators = tuple(
            Operator(op, t(f"ui.operator.{op}"), _VALUES.get(op, 1)) for op in operators_of(field)
        )
        view = showing.view(field)
        options = getattr(field.options, "options", ())
        items = tuple(Item(each.key, showing.texts.label(each.label)) for each in options)
        picked = field.target is not None and field.target != "file"
        kind = "choice" if items else "lookup" if picked else _INPUTS.get(field.kind.value_type, "text")
        lookup = f"/api/{showing.form.app}/{showing.form.key}/lookup/{field.key}" if kind == "lookup" else ""
        found.append(FilterField(field.key, view.label, operators, kind, items, lookup))
    return tuple(found)


def read_conditions(pairs: Sequence[tuple[str, str]], fields: Sequence[FieldModel]) -> tuple[Asked, ...]:
    """Read ``f.<n>.field``, ``f.<n>.op``, ``f.<n>.value`` and ``f.<n>.to``; what says nothing is left out."""
    rows: dict[str, dict[str, list[str]]] = {}
    for name, value in pairs:
        parts = name.split(".")
        if len(parts) == 3 and parts[0] == "f":
            rows.setdefault(parts[1], {}).setdefault(parts[2], []).append(value.strip())
    known = {each.key: each for each in fields}
    found = []
    for row in list(rows.values())[:MOST]:
        field, op = known.get(_last(row, "field")), _last(row, "op")
        if field is None or op not in operators_of(field):
            continue
        values = tuple(each for each in row.get("value", ()) if each)
        if op == "between":
            values = (_last(row, "value"), _last(row, "to"))
        if _VALUES.get(op, 1) == 0:
            found.append(Asked(field.key, op))
        elif any(values):
            found.append(Asked(field.key, op, values))
    return tuple(found)


def _last(row: Mapping[str, list[str]], name: str) -> str:
    return row.get(name, [""])[-1]


def condition_pairs(conditions: Iterable[Asked]) -> list[tuple[str, str]]:
    """Return the parameters that say the conditions again."""
    found = []
    for index, each in enumerate(conditions):
        found += [(f"f.{index}.field", each.field), (f"f.{index}.op", each.op)]
        if each.op == "between":
            found += [(f"f.{index}.value", each.values[0]), (f"f.{index}.to", each.values[1])]
        else:
            found += [(f"f.{index}.value", value) for value in each.values]
    return found


def condition_node(form: FormModel, conditions: Sequence[Asked], match: str) -> Node | None:
    """Return the conditions as one tree; None when there are none.

    A value that cannot be read holds nowhere: a filter that silently did nothing would show everything.
    """
    nodes = [_node(form.fields[each.field], each) for each in conditions]
    if not nodes:
        return None
    return disjoin(*nodes) if match == "any" else conjoin(*nodes)


def _node(field: FieldModel, asked: Asked) -> Node:
    ref = Ref((field.key,))
    try:
        return _of_values(field.kind.value_type, ref, asked)
    except (ValueError, InvalidOperation):
        return Literal(value=False)


def _of_values(kind: ValueType, ref: Ref, asked: Asked) -> Node:
    op, values = asked.op, asked.values
    blank = Call("ISBLANK", (ref,))
    plain: dict[str, Node] = {
        "blank": blank,
        "filled": Unary("NOT", blank),
        "true": Binary("=", ref, Literal(value=True)),
        "false": Binary("=", ref, Literal(value=False)),
        "me": _mine(kind, ref),
    }
    if op in plain:
        return plain[op]
    if op == "between":
        return _between(kind, ref, values)
    if op in {"in", "has", "not_in", "has_not"}:
        found = _among(kind, ref, values)
        return found if op in {"in", "has"} else disjoin(blank, Unary("NOT", found))
    if op in {"contains", "not_contains", "starts"}:
        found = Call("STARTSWITH" if op == "starts" else "CONTAINS", (ref, Literal(values[0])))
        return disjoin(blank, Unary("NOT", found)) if op == "not_contains" else found
    if kind is _T.datetime:
        return _day(ref, op, date.fromisoformat(values[0]))
    return Binary(_COMPARED[op], ref, _literal(kind, values[0]))


def _mine(kind: ValueType, ref: Ref) -> Node:
    user = Call("USER", ())
    return Call("CONTAINS", (ref, user)) if kind is _T.ids else Binary("=", ref, user)


def _among(kind: ValueType, ref: Ref, values: Sequence[str]) -> Node:
    items = tuple(_literal(_T.id if kind is _T.ids else kind, value) for value in values)
    if kind in {_T.options, _T.ids}:
        return disjoin(*(Call("CONTAINS", (ref, item)) for item in items))
    return Binary("IN", ref, ListOf(items))


def _between(kind: ValueType, ref: Ref, values: Sequence[str]) -> Node:
    low, high = values
    if kind is _T.datetime:
        found = [Binary(">=", ref, Literal(date.fromisoformat(low)))] if low else []
        found += [Binary("<", ref, Literal(date.fromisoformat(high) + timedelta(days=1)))] if high else []
    else:
        found = [Binary(">=", ref, _literal(kind, low))] if low else []
        found += [Binary("<=", ref, _literal(kind, high))] if high else []
    return conjoin(*found)


def _day(ref: Ref, op: str, day: date) -> Node:
    """Compare an instant with a whole day of the app."""
    start, end = Literal(day), Literal(day + timedelta(days=1))
    if op == "on":
        return conjoin(Binary(">=", ref, start), Binary("<", ref, end))
    return Binary("<", ref, start) if op == "before" else Binary(">=", ref, end)


def _literal(kind: ValueType, text: str) -> Literal:
    if kind is _T.number:
        number = Decimal(text.replace(",", "").replace("，", ""))
        if not number.is_finite():
            raise ValueError(text)
        return Literal(number)
    if kind is _T.date:
        return Literal(date.fromisoformat(text))
    if kind is _T.time:
        return Literal(time.fromisoformat(text).isoformat())
    if kind is _T.id:
        if not text.isascii() or not text.isdecimal() or len(text) > _ID_DIGITS:
            raise ValueError(text)
        return Literal(int(text))
    return Literal(text)


def condition_view(showing: Showing, asked: Asked, remove_url: str) -> Condition:
    """Return a condition as a chip and as a row of the filter bar."""
    t = showing.texts.t
    field = showing.form.fields[asked.field]
    items = _items(showing, field, asked.values)
    said = [each.text for each in items] or [each for each in asked.values if each]
    text = t(
        "screen.filter.sentence",
        field=showing.texts.label(field.options.label),
        operator=t(f"ui.operator.{asked.op}"),
        value=t("ui.common.separator").join(said),
    )
    return Condition(asked.field, asked.op, asked.values, text.strip(), remove_url, items)


def _items(showing: Showing, field: FieldModel, values: Sequence[str]) -> tuple[Item, ...]:
    if field.target is None:
        return showing.items(field, tuple(values)) if getattr(field.options, "options", ()) else ()
    return showing.items(field, tuple(_ids(values)))


def asked_ids(form: FormModel, conditions: Iterable[Asked]) -> Iterator[tuple[str, FieldModel, list[int]]]:
    """Return the ids that conditions name, with their fields."""
    for each in conditions:
        field = form.fields[each.field]
        if field.target is not None:
            yield field.key, field, list(_ids(each.values))


def _ids(values: Iterable[str]) -> Iterator[int]:
    return (int(each) for each in values if each.isascii() and each.isdecimal() and len(each) <= _ID_DIGITS)
