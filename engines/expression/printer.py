"""Tree to text, such that the text reads back as the same tree."""

from datetime import UTC, date, datetime
from decimal import Decimal

from engines.expression.parser import BINDING, NEGATIVE
from engines.expression.tree import Binary, Call, ListOf, Literal, Node, Ref, Unary, Value

_ATOM = 9


def to_text(node: Node) -> str:  # noqa: PLR0911 - one return per kind of node
    """Return the canonical text of ``node``, with no bracket that is not needed."""
    match node:
        case Literal(value):
            return _literal(value)
        case Ref(path):
            return ".".join(path)
        case Unary("NOT", operand):
            return f"NOT {_inside(operand, BINDING['NOT'])}"
        case Unary(op, Literal(value)) if isinstance(value, Decimal | int) and not isinstance(value, bool):
            # Without brackets it would read back as a negative number.
            return f"{op}({_literal(value)})"
        case Unary(op, operand):
            return f"{op}{_inside(operand, NEGATIVE)}"
        case Binary(op, left, right):
            return f"{_inside(left, BINDING[op])} {op} {_inside(right, BINDING[op] + 1)}"
        case Call(("AND" | "OR") as name, args):
            return f" {name} ".join(_inside(arg, BINDING[name] + 1) for arg in args)
        case Call(name, args):
            return f"{name}({', '.join(map(to_text, args))})"
        case ListOf(items):
            return f"({', '.join(map(to_text, items))})"


def _inside(node: Node, binding: int) -> str:
    text = to_text(node)
    return text if _binding(node) >= binding else f"({text})"


def _binding(node: Node) -> int:
    match node:
        case Call(name=("AND" | "OR") as op) | Binary(op=op) | Unary(op="NOT" as op):
            return BINDING[op]
        case Unary():
            return NEGATIVE
        case _:
            return _ATOM


def _literal(value: Value) -> str:
    match value:
        case None:
            return '""'
        case bool():
            return "TRUE" if value else "FALSE"
        case Decimal() | int():
            return format(value, "f" if isinstance(value, Decimal) else "d")
        case datetime():
            return f'"{value.astimezone(UTC).isoformat().replace("+00:00", "Z")}"'
        case date():
            return f'"{value.isoformat()}"'
        case str():
            return '"' + value.replace('"', '""') + '"'
