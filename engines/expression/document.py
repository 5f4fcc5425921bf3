"""The tree as JSON, with the type of every node where the fields are known."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engines.expression.checker import check
from engines.expression.errors import ExpressionError
from engines.expression.failures import BY_CODE, ErrorValue
from engines.expression.scope import FieldScope
from engines.expression.tree import Array, Binary, Call, ListOf, Literal, Node, Ref, Unary, Value

Json = dict[str, Any]


def to_json(node: Node, scope: FieldScope | None = None) -> Json:
    """Return the tree: ``node`` says what it is, ``at`` where it stood, ``type`` what it yields."""
    found = _shape(node, scope) | {"at": node.at}
    if scope is not None and not isinstance(node, ListOf):
        found["type"] = check(node, scope).value
    return found


def _shape(node: Node, scope: FieldScope | None) -> Json:  # noqa: PLR0911 - one return per kind of node
    match node:
        case Literal(value):
            return {"node": "literal", **_literal(value)}
        case Ref(path):
            return {"node": "ref", "path": list(path)}
        case Unary(op, operand):
            return {"node": "unary", "op": op, "operand": to_json(operand, scope)}
        case Binary(op, left, right):
            return {"node": "binary", "op": op, "left": to_json(left, scope), "right": to_json(right, scope)}
        case Call(name, args):
            return {"node": "call", "name": name, "args": [to_json(each, scope) for each in args]}
        case ListOf(items):
            return {"node": "list", "items": [to_json(each, scope) for each in items]}
        case Array(rows):
            return {"node": "array", "rows": [[to_json(each, scope) for each in row] for row in rows]}


def _literal(value: Value) -> Json:  # noqa: PLR0911 - one return per type of value
    match value:
        case None:
            return {"value": None}
        case bool():
            return {"kind": "bool", "value": value}
        case str():
            return {"kind": "text", "value": value}
        case Decimal():
            return {"kind": "number", "value": str(value)}
        case int():
            return {"kind": "id", "value": str(value)}
        case ErrorValue():
            return {"kind": "error", "value": value.code}
        case datetime():
            return {"kind": "datetime", "value": value.isoformat()}
        case date():
            return {"kind": "date", "value": value.isoformat()}


_READ: dict[str, Callable[[Any], Value]] = {
    "bool": bool,
    "text": str,
    "number": Decimal,
    "id": int,
    "error": BY_CODE.__getitem__,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
}


def from_json(tree: Json) -> Node:
    """Return the node that ``to_json`` described. Raises ExpressionError for what it never writes."""
    try:
        return _node(tree)
    except (KeyError, TypeError, ValueError, ArithmeticError, RecursionError):
        raise ExpressionError("expression.unexpected", 0, found="") from None


def _node(tree: Json) -> Node:  # noqa: PLR0911 - one return per kind of node
    at = int(tree.get("at", 0))
    match tree["node"]:
        case "literal":
            value = tree["value"]
            return Literal(None if value is None else _READ[tree["kind"]](value), at)
        case "ref":
            return Ref(tuple(map(str, tree["path"])), at)
        case "unary":
            return Unary(str(tree["op"]), _node(tree["operand"]), at)
        case "binary":
            return Binary(str(tree["op"]), _node(tree["left"]), _node(tree["right"]), at)
        case "call":
            return Call(str(tree["name"]), tuple(map(_node, tree["args"])), at)
        case "list":
            return ListOf(tuple(map(_node, tree["items"])), at)
        case "array":
            return Array(tuple(tuple(map(_node, row)) for row in tree["rows"]), at)
    raise ExpressionError("expression.unexpected", at, found=str(tree["node"]))
