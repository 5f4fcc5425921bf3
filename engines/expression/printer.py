"""Tree to text, such that the text reads back as the same tree."""

from datetime import UTC, date, datetime
from decimal import Decimal

from engines.expression.failures import ErrorValue
from engines.expression.parser import BINDING, NEGATIVE, PERCENT
from engines.expression.tree import Array, Binary, Call, ListOf, Literal, Node, Ref, Unary, Value

_ATOM = 11


def to_text(node: Node) -> str:  # noqa: C901, PLR0911 one case after the other
    """Return the canonical text of ``node``, with no bracket that is not needed."""
    match node:
        case Literal(value):
            return _literal(value)
        case Ref(path):
            return ".".join(path)
        case Unary("NOT", Binary("IN", left, right)):
            return f"{_inside(left, BINDING['IN'])} NOT IN {to_text(right)}"
        case Unary("NOT", operand):
            return f"NOT {_inside(operand, BINDING['NOT'])}"
        case Unary("%", operand):
            return f"{_inside(operand, PERCENT)}%"
        case Unary(op, operand):
            text = _inside(operand, NEGATIVE)
            # Without brackets a number would read back as a negative one.
            return f"{op}({text})" if text[0].isdigit() or text[0] == op else f"{op}{text}"
        case Binary(op, left, right):
            return f"{_inside(left, BINDING[op])} {op} {_inside(right, BINDING[op] + 1)}"
        case Call(("AND" | "OR") as name, args) if _is_chain(args):
            return f" {name} ".join(_inside(arg, BINDING[name] + 1) for arg in args)
        case Call(name, args):
            return f"{name}({', '.join(_arguments(args))})"
        case ListOf(items):
            return f"({', '.join(map(to_text, items))})"
        case Array(rows):
            return f"{{{'; '.join(', '.join(map(to_text, row)) for row in rows)}}}"


def _is_chain(args: tuple[Node, ...]) -> bool:
    """Tell whether the arguments can stand around the word; nothing between two commas cannot."""
    return len(args) > 1 and Literal(None) not in args


def _arguments(args: tuple[Node, ...]) -> list[str]:
    left_out = Literal(None) if len(args) > 1 else None
    return ["" if arg == left_out else to_text(arg) for arg in args]


def _inside(node: Node, binding: int) -> str:
    text = to_text(node)
    return text if _binding(node) >= binding else f"({text})"


def _binding(node: Node) -> int:
    match node:
        case Call(("AND" | "OR") as op, args) if _is_chain(args):
            return BINDING[op]
        case Unary("NOT", Binary("IN")):
            return BINDING["IN"]
        case Binary(op=op) | Unary(op="NOT" as op):
            return BINDING[op]
        case Unary("%"):
            return PERCENT
        case Unary():
            return NEGATIVE
        case _:
            return _ATOM


def _literal(value: Value) -> str:  # noqa: PLR0911 one case after the other
    match value:
        case None:
            return '""'
        case ErrorValue(code):
            return code
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
