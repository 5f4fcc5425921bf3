"""What an expression refers to, and expressions made from others."""

from collections.abc import Callable, Iterable, Mapping

from engines.expression.tree import Binary, Call, ListOf, Literal, Node, Ref, Unary, walk


def references(node: Node) -> frozenset[tuple[str, ...]]:
    """Return every path that ``node`` reads."""
    return frozenset(found.path for found, _ in walk(node) if isinstance(found, Ref))


def substitute(node: Node, replace: Callable[[Ref], Node]) -> Node:
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


def joined(name: str, nodes: Iterable[Node], at: int = 0) -> Node:
    """Return a call whose arguments are ``nodes``; nested AND in AND and OR in OR become one level."""
    if name not in {"AND", "OR"}:
        return Call(name, tuple(nodes), at)
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.args if isinstance(node, Call) and node.name == name else (node,))
    return flat[0] if len(flat) == 1 else Call(name, tuple(flat), at)


def conjoin(*nodes: Node) -> Node:
    """Return the expression that is true where all ``nodes`` are; of nothing, TRUE."""
    return joined("AND", nodes) if nodes else Literal(value=True)


def disjoin(*nodes: Node) -> Node:
    """Return the expression that is true where any of ``nodes`` is; of nothing, FALSE."""
    return joined("OR", nodes) if nodes else Literal(value=False)
