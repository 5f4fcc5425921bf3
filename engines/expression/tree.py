"""The tree of an expression: immutable nodes, equal when they mean the same, wherever they stood."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from engines.expression.failures import ErrorValue

Value: TypeAlias = str | Decimal | bool | int | date | datetime | ErrorValue | None


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant. ``""`` and ``None`` are blank; an ``int`` is a record id; None is an argument left out."""

    value: Value
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Ref:
    """A field, a system key such as ``_id``, or a path of keys over relations."""

    path: tuple[str, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its upper-case name. AND and OR are calls too, never directly inside themselves."""

    name: str
    args: tuple["Node", ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """``-``, ``NOT`` or the ``%`` that stands behind."""

    op: str
    operand: "Node"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """``= <> < <= > >= & + - * / ^`` or ``IN``, whose right side is a ``ListOf``."""

    op: str
    left: "Node"
    right: "Node"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ListOf:
    """The right side of ``IN``."""

    items: tuple["Node", ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Array:
    """``{1, 2; 3, 4}``: rows of the same length."""

    rows: tuple[tuple["Node", ...], ...]
    at: int = field(default=0, compare=False)


Node: TypeAlias = Literal | Ref | Call | Unary | Binary | ListOf | Array


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below ``node``, from left to right."""
    match node:
        case Call(args=nodes) | ListOf(items=nodes):
            return nodes
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Array(rows=rows):
            return tuple(item for row in rows for item in row)
        case Literal() | Ref():
            return ()


def mapped(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return ``node`` with what is directly below it exchanged."""
    match node:
        case Call(args=args):
            return replace(node, args=tuple(map(change, args)))
        case ListOf(items=items):
            return replace(node, items=tuple(map(change, items)))
        case Unary(operand=operand):
            return replace(node, operand=change(operand))
        case Binary(left=left, right=right):
            return replace(node, left=change(left), right=change(right))
        case Array(rows=rows):
            return replace(node, rows=tuple(tuple(map(change, row)) for row in rows))
        case Literal() | Ref():
            return node


def walk(node: Node) -> Iterator[tuple[Node, int]]:
    """Yield ``node`` and all below it from left to right, each with its depth (1 for ``node``)."""
    waiting = [(node, 1)]
    while waiting:
        current, depth = waiting.pop()
        yield current, depth
        below = children(current)
        if below:
            waiting.extend((child, depth + 1) for child in reversed(below))
