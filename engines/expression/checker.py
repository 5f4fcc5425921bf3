"""Type checking: what an expression yields, or the place where it cannot mean anything."""

from datetime import UTC

from engines.expression.errors import ExpressionError
from engines.expression.functions import function_of
from engines.expression.scope import FieldScope, ValueType
from engines.expression.tree import Binary, Call, ListOf, Literal, Node, Ref, Unary
from engines.expression.values import comparable, kind_of

_T = ValueType
_ORDERED = frozenset({_T.text, _T.number, _T.date, _T.datetime, _T.time})
_EQUATABLE = _ORDERED | {_T.bool, _T.option, _T.id}
_MANY = frozenset({_T.options, _T.ids})
_PAIRS = (frozenset({_T.option, _T.text}), frozenset({_T.date, _T.datetime}))
# A literal of the first type may stand for a value of the second.
_WRITTEN = {
    _T.text: frozenset({_T.date, _T.datetime, _T.time, _T.id, _T.ids, _T.options}),
    _T.number: frozenset({_T.id, _T.ids}),
}
_ITEM = {_T.options: _T.option, _T.ids: _T.id}
_ARITHMETIC = {
    (_T.date, "+", _T.number): _T.date,
    (_T.date, "-", _T.number): _T.date,
    (_T.date, "-", _T.date): _T.number,
    (_T.datetime, "+", _T.number): _T.datetime,
    (_T.datetime, "-", _T.number): _T.datetime,
}


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
            _expect(check(operand, scope), frozenset({expected}), operand)
            return expected
        case Call():
            return _call(node, scope)
        case Binary("IN", left, ListOf(items)):
            return _membership(left, items, scope)
        case Binary(("+" | "-" | "*" | "/"), _, _):
            return _arithmetic(node, scope)
        case Binary(op, left, right):
            return _comparison(op, (left, check(left, scope)), (right, check(right, scope)))
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


def _call(node: Call, scope: FieldScope) -> ValueType:
    function = function_of(node)
    types = [check(arg, scope) for arg in node.args]
    for index, (arg, found) in enumerate(zip(node.args, types, strict=True)):
        _expect(found, function.params[min(index, len(function.params) - 1)], arg)
    if node.name == "CONTAINS":
        _comparison("=", (node.args[0], _ITEM.get(types[0], types[0])), (node.args[1], types[1]))
    if function.result is not None:
        return function.result
    branches = set(types[1:]) - {_T.any}
    return branches.pop() if len(branches) == 1 else _T.any


def _membership(left: Node, items: tuple[Node, ...], scope: FieldScope) -> ValueType:
    found = check(left, scope)
    for item in items:
        _comparison("=", (left, _ITEM.get(found, found)), (item, check(item, scope)))
    return _T.bool


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


def _arithmetic(node: Binary, scope: FieldScope) -> ValueType:
    left, right = check(node.left, scope), check(node.right, scope)
    result = _ARITHMETIC.get((left, node.op, right))
    if result is None:
        _expect(left, frozenset({_T.number}), node.left)
        _expect(right, frozenset({_T.number}), node.right)
    return result or _T.number
