"""What an expression refers to, and expressions made from others."""

from collections.abc import Callable, Iterable, Mapping

from engines.expression.scope import FieldScope, ValueType
from engines.expression.tree import Array, Binary, Call, ListOf, Literal, Node, Ref, Unary, walk


def relative(call: Call, scope: FieldScope) -> Call:
    """Return a FILTER whose condition names fields of the listed records by their whole path."""
    if call.name != "FILTER" or not call.args or not isinstance(call.args[0], Ref):
        return call
    path = call.args[0].path
    records = path if scope.type_of(path) is ValueType.ids else path[:-1]

    def placed(ref: Ref) -> Node:
        below = records + ref.path
        return Ref(below, ref.at) if records and scope.type_of(below) is not None else ref

    return Call(call.name, (call.args[0], *[substitute(arg, placed) for arg in call.args[1:]]), call.at)


def resolve(node: Node, scope: FieldScope) -> Node:
    """Return ``node`` with every name written as the path it means; what is evaluated or depended on."""
    match node:
        case Ref() | Literal():
            return node
        case Unary(op, operand, at):
            return Unary(op, resolve(operand, scope), at)
        case Binary(op, left, right, at):
            return Binary(op, resolve(left, scope), resolve(right, scope), at)
        case ListOf(items, at):
            return ListOf(tuple(resolve(item, scope) for item in items), at)
        case Array(rows, at):
            return Array(tuple(tuple(resolve(item, scope) for item in row) for row in rows), at)
        case Call(name, args, at):
            return relative(Call(name, tuple(resolve(arg, scope) for arg in args), at), scope)


def references(node: Node) -> frozenset[tuple[str, ...]]:
    """Return every path that ``node`` reads."""
    return frozenset(found.path for found, _ in walk(node) if isinstance(found, Ref))


def substitute(node: Node, replace: Callable[[Ref], Node]) -> Node:  # noqa: PLR0911 one case after the other
    """Return ``node`` with every reference replaced by what ``replace`` makes of it."""
    match node:
        case Ref():
            return replace(node)
        case Literal():
            return node
        case Unary(op, operand, at):
            return Unary(op, substitute(operand, replace), at)
        case Binary(op, left, right, at):
            return Binary(op, substitute(left, replace), substitute(right, replace), at)
        case ListOf(items, at):
            return ListOf(tuple(substitute(item, replace) for item in items), at)
        case Array(rows, at):
            return Array(tuple(tuple(substitute(item, replace) for item in row) for row in rows), at)
        case Call(name, args, at):
            return joined(name, [substitute(arg, replace) for arg in args], at)


def rename(node: Node, mapping: Mapping[tuple[str, ...], tuple[str, ...]]) -> Node:
    """Return ``node`` with renamed paths; the longest prefix found in ``mapping`` decides."""

    def renamed(ref: Ref) -> Node:
        for length in range(len(ref.path), 0, -1):
            target = mapping.get(ref.path[:length])
            if target is not None:
                return Ref(target + ref.path[length:], ref.at)
        return ref

    return substitute(node, renamed)


def _is_several(node: Node, name: str) -> bool:
    # AND of one condition was written as a call, and is printed as one.
    return isinstance(node, Call) and node.name == name and len(node.args) > 1


def joined(name: str, nodes: Iterable[Node], at: int = 0) -> Node:
    """Return a call whose arguments are ``nodes``; nested AND in AND and OR in OR become one level."""
    if name not in {"AND", "OR"}:
        return Call(name, tuple(nodes), at)
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.args if isinstance(node, Call) and _is_several(node, name) else (node,))
    return flat[0] if len(flat) == 1 else Call(name, tuple(flat), at)


def conjoin(*nodes: Node) -> Node:
    """Return the expression that is true where all ``nodes`` are; of nothing, TRUE."""
    return joined("AND", nodes) if nodes else Literal(value=True)


def disjoin(*nodes: Node) -> Node:
    """Return the expression that is true where any of ``nodes`` is; of nothing, FALSE."""
    return joined("OR", nodes) if nodes else Literal(value=False)
