"""Type checking: what an expression yields, or the place where it cannot mean anything."""

from datetime import UTC

from engines.expression.deps import references, relative
from engines.expression.errors import ExpressionError
from engines.expression.functions import function_of
from engines.expression.functions.table import Function
from engines.expression.scope import ITEM, PLURAL, FieldScope, ValueType
from engines.expression.tree import Array, Binary, Call, ListOf, Literal, Node, Ref, Unary
from engines.expression.values import comparable, kind_of

_T = ValueType
_ORDERED = frozenset({_T.text, _T.number, _T.date, _T.datetime, _T.time})
_EQUATABLE = _ORDERED | {_T.bool, _T.option, _T.id}
_PAIRS = (frozenset({_T.option, _T.text}), frozenset({_T.date, _T.datetime}), frozenset({_T.time, _T.number}))
# A literal of the first type may stand for a value of the second.
_WRITTEN = {
    _T.text: frozenset({_T.date, _T.datetime, _T.time, _T.id, _T.ids, _T.options}),
    _T.number: frozenset({_T.id, _T.ids}),
}
_ARITHMETIC = {
    (_T.date, "+", _T.number): _T.date,
    (_T.number, "+", _T.date): _T.date,
    (_T.date, "-", _T.number): _T.date,
    (_T.date, "-", _T.date): _T.number,
    (_T.datetime, "+", _T.number): _T.datetime,
    (_T.number, "+", _T.datetime): _T.datetime,
    (_T.datetime, "-", _T.number): _T.datetime,
    (_T.datetime, "-", _T.datetime): _T.number,
}
# What Excel's functions turn into a number, a date or a truth; ids and options are names, not numbers.
_CONVERTED = _ORDERED | {_T.bool}
_HELD = frozenset({_T.text, _T.option, _T.number, _T.id})
_HOLDING = frozenset({_T.text, *ITEM})
_WHOLE = frozenset({"list", "whole", "lazy"})


def check(node: Node, scope: FieldScope) -> ValueType:  # noqa: PLR0911 - one return per kind of node
    """Return the type of ``node``. Raises ExpressionError for an unknown name or operands of wrong types."""
    match node:
        case Literal(value):
            return _T.any if value in {None, ""} else kind_of(value)
        case Ref(path, at):
            found = scope.type_of(path)
            if found is None:
                raise ExpressionError("expression.unknown_field", at, name=".".join(path))
            return found
        case Unary(op, operand):
            expected = _T.bool if op == "NOT" else _T.number
            found, several = _item(operand, check(operand, scope))
            _expect(found, _truth_of(operand) if op == "NOT" else frozenset({expected}), operand)
            return PLURAL[expected] if several else expected
        case Call():
            return _call(node, scope)
        case Binary("IN", left, ListOf(items)):
            return _membership(left, items, scope)
        case Binary(op, left, right):
            return _operator(op, (left, check(left, scope)), (right, check(right, scope)))
        case Array(rows):
            return _common([check(item, scope) for row in rows for item in row], several=True)
        case ListOf(at=at):
            raise ExpressionError("expression.unexpected", at, found="(")


def check_condition(node: Node, scope: FieldScope) -> None:
    """Raise ExpressionError unless ``node`` is well typed and yields TRUE, FALSE or blank."""
    _expect(check(node, scope), frozenset({_T.bool}), node)


def _mismatch(node: Node, expected: ValueType, found: ValueType) -> ExpressionError:
    return ExpressionError("expression.type_mismatch", node.at, expected=expected.value, found=found.value)


def _expect(found: ValueType, expected: frozenset[ValueType], node: Node) -> None:
    if found is not _T.any and found not in expected:
        raise _mismatch(node, min(expected), found)


def _truth_of(node: Node) -> frozenset[ValueType]:
    """Return what may stand as a condition: only constants count as one by their number or word."""
    if references(node):
        return frozenset({_T.bool})
    said = isinstance(node, Literal) and str(node.value).upper() in {"TRUE", "FALSE"}
    return frozenset({_T.bool, _T.number, _T.date, _T.text} if said else {_T.bool, _T.number, _T.date})


def _item(node: Node, found: ValueType) -> tuple[ValueType, bool]:
    """Return the type of one value and whether there are several; a field of several values stays whole."""
    if found not in ITEM or (isinstance(node, Ref) and len(node.path) == 1):
        return found, False
    return ITEM[found], True


def _common(types: list[ValueType], *, several: bool = False) -> ValueType:
    """Return the one type of all, ``any`` of different ones."""
    distinct = {ITEM.get(each, each) if several else each for each in types} - {_T.any}
    found = distinct.pop() if len(distinct) == 1 else _T.any
    return PLURAL.get(found, _T.list) if several else found


def _call(node: Call, scope: FieldScope) -> ValueType:
    function = function_of(node)
    node = relative(node, scope)
    types = [check(arg, scope) for arg in node.args]
    several = False
    for index, (arg, found) in enumerate(zip(node.args, types, strict=True)):
        kind = function.param(index).kind
        lifted = kind not in _WHOLE and found in ITEM
        several = several or lifted
        _argument(kind, ITEM[found] if lifted else found, arg)
    _specially(node, types)
    result = _result(function, types)
    return PLURAL.get(result, result) if several else result


def _argument(kind: str, found: ValueType, arg: Node) -> None:
    if kind in {"number", "countable", "date", "calendar", "civil", "bool"}:
        _expect(found, _CONVERTED, arg)
        if kind in {"number", "countable"} and isinstance(arg, Literal) and arg.value == "":
            raise _mismatch(arg, _T.number, _T.text)
    elif kind == "text":
        _expect(found, _EQUATABLE, arg)


def _specially(node: Call, types: list[ValueType]) -> None:
    """Check what a signature cannot say."""
    if node.name in {"AND", "OR"}:
        for arg, found in zip(node.args, types, strict=True):
            _expect(ITEM.get(found, found), _truth_of(arg), arg)
    elif node.name == "IF":
        _expect(ITEM.get(types[0], types[0]), _truth_of(node.args[0]) | {_T.number}, node.args[0])
    elif node.name == "CONTAINS":
        _expect(types[0], _HOLDING, node.args[0])
        _expect(types[1], _HELD | {ITEM.get(types[0], _T.text)}, node.args[1])
        _operator("=", (node.args[0], ITEM.get(types[0], types[0])), (node.args[1], types[1]))
    elif node.name in {"OLD", "CHANGED"} and not isinstance(node.args[0], Ref):
        raise ExpressionError("expression.field_expected", node.args[0].at, name=node.name)


def _result(function: Function, types: list[ValueType]) -> ValueType:
    places = function.same(len(types)) if function.same else range(len(types))
    given = [types[place] for place in places if place < len(types)]
    match function.result:
        case "same":
            return _common(given)
        case "extreme":
            found = _common([ITEM.get(each, each) for each in given])
            return (
                found
                if found in _ORDERED - {_T.text}
                else _T.number
                if found in {_T.bool, _T.text}
                else _T.any
            )
        case "item":
            return ITEM.get(types[0], types[0])
        case "list":
            return types[0] if types[0] in ITEM else PLURAL.get(types[0], _T.list)
    return _T(function.result)


def _membership(left: Node, items: tuple[Node, ...], scope: FieldScope) -> ValueType:
    found = check(left, scope)
    for item in items:
        kind = check(item, scope)
        _operator("=", (left, ITEM.get(found, found)), (item, ITEM.get(kind, kind)))
    return _T.bool


def _operator(op: str, left: tuple[Node, ValueType], right: tuple[Node, ValueType]) -> ValueType:
    first, many = _item(*left)
    second, more = _item(*right)
    left, right = (left[0], first), (right[0], second)
    if op == "&":
        for node, found in (left, right):
            _expect(found, _EQUATABLE, node)
        result = _T.text
    elif op in {"+", "-", "*", "/", "^"}:
        result = _arithmetic(op, left, right)
    else:
        result = _comparison(op, left, right)
    return PLURAL[result] if many or more else result


def _comparison(op: str, left: tuple[Node, ValueType], right: tuple[Node, ValueType]) -> ValueType:
    allowed = _EQUATABLE if op in {"=", "<>"} else _ORDERED
    if _T.any in {left[1], right[1]} and op in {"=", "<>"}:
        return _T.bool
    for one, other in ((left, right), (right, left)):
        if isinstance(one[0], Literal) and other[1] in _WRITTEN.get(one[1], ()) and other[1] in _EQUATABLE:
            comparable(one[0].value, other[1], UTC, one[0].at)
            _expect(other[1], allowed, other[0])
            return _T.bool
    for node, found in (left, right):
        _expect(found, allowed, node)
    types = frozenset({left[1], right[1]}) - {_T.any}
    if len(types) == 2 and (types not in _PAIRS or (_T.option in types and op not in {"=", "<>"})):
        raise _mismatch(right[0], left[1], right[1])
    return _T.bool


def _arithmetic(op: str, left: tuple[Node, ValueType], right: tuple[Node, ValueType]) -> ValueType:
    result = _ARITHMETIC.get((left[1], op, right[1]))
    if result is None:
        _expect(left[1], frozenset({_T.number}), left[0])
        _expect(right[1], frozenset({_T.number}), right[0])
    return result or _T.number
