"""Expressions with holes: filled with what a person chose, and found again in an expression.

``field`` stands for the field; ``v`` and ``w`` for a constant of its type, ``n`` for a number of days,
``within`` for what the codes in a region begin with, ``many`` for the items of IN.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import TypeAlias
from unicodedata import normalize

from engines.expression import regions
from engines.expression.decimals import fifteen_digits
from engines.expression.tree import Array, Binary, Call, ListOf, Literal, Node, Ref, Unary, children

Reader: TypeAlias = Callable[[str], Node]
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d\d:\d\d(:\d\d)?")
_WHOLE = re.compile(r"[0-9]{1,19}")
_NUMBER = re.compile(r"[-+]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})")
_COUNT = re.compile(r"[1-9][0-9]{0,3}")
_UNFIT = re.compile(r"[\0\ud800-\udfff]")


def holes(pattern: Node) -> frozenset[str]:
    """Return the names of the holes beside the field."""
    if isinstance(pattern, Ref):
        return frozenset(pattern.path) - {"field"}
    return frozenset().union(*map(holes, children(pattern)))


def filled(pattern: Node, field: Ref, filling: Mapping[str, tuple[Node, ...]]) -> Node:  # noqa: PLR0911 - one return per kind of node
    """Return the pattern with every hole replaced by its constant."""
    match pattern:
        case Ref(("field",)):
            return field
        case Ref((name,)):
            return filling[name][0]
        case ListOf((Ref(("many",)),)):
            return ListOf(filling["many"])
        case Unary(op, operand):
            return Unary(op, filled(operand, field, filling))
        case Binary(op, left, right):
            return Binary(op, filled(left, field, filling), filled(right, field, filling))
        case Call(name, args):
            return Call(name, tuple(filled(each, field, filling) for each in args))
    return pattern


def fit(pattern: Node, node: Node, field: Ref) -> dict[str, tuple[Node, ...]] | None:
    """Return the constants that stand in the holes where ``node`` is the pattern about ``field``."""
    found: dict[str, tuple[Node, ...]] = {}
    return found if _fits(pattern, node, field, found) else None


def _fits(  # noqa: PLR0911 - one return per kind of node
    pattern: Node, node: Node, field: Ref, found: dict[str, tuple[Node, ...]]
) -> bool:
    match pattern, node:
        case Ref(("field",)), _:
            return node == field
        case Ref((name,)), _:
            return is_constant(node) and found.setdefault(name, (node,)) == (node,)
        case ListOf((Ref(("many",)),)), ListOf(items):
            found["many"] = items
            return bool(items) and all(map(is_constant, items))
        case (Literal(), _) | (Array(), _):
            return pattern == node
        case (Unary(op), Unary(other)) | (Binary(op), Binary(other)) | (Call(op), Call(other)) if op != other:
            return False
    if type(pattern) is not type(node):
        return False
    one, two = children(pattern), children(node)
    return len(one) == len(two) and all(
        _fits(each, other, field, found) for each, other in zip(one, two, strict=True)
    )


def is_constant(node: Node) -> bool:
    """Tell whether a node is a value as a person writes one."""
    return isinstance(node, Literal) and isinstance(node.value, str | Decimal)


class Unreadable(Exception):
    """Leaves a text that is no value of its ``kind``: text, region, number, date, time, id or count."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{text[:40]!r} is no {kind}")
        self.kind, self.text = kind, text


def count(text: str) -> Node:
    """Return a number of days."""
    if not _COUNT.fullmatch(text):
        raise Unreadable("count", text)
    return Literal(Decimal(text))


def text_(text: str) -> Node:
    """Return a text."""
    if not text or _UNFIT.search(text):
        raise Unreadable("text", text)
    return Literal(normalize("NFC", text))


def region(text: str) -> Node:
    """Return the code of a region."""
    try:
        return Literal(regions.read(text))
    except regions.UnknownRegion:
        raise Unreadable("region", text) from None


def within(text: str) -> Node:
    """Return what the codes in a region begin with."""
    found = region(text)
    assert isinstance(found, Literal)  # noqa: S101 - a code is one
    return Literal(regions.prefix(str(found.value)))


def number(text: str) -> Node:
    """Return a number."""
    plain = text.replace(",", "").replace("，", "").replace("−", "-").strip()
    if not _NUMBER.fullmatch(plain):
        raise Unreadable("number", text)
    return Literal(Decimal(plain) if plain.isdigit() else fifteen_digits(plain))


def record(text: str) -> Node:
    """Return an id."""
    if not _WHOLE.fullmatch(text):
        raise Unreadable("id", text)
    return Literal(Decimal(text))


def day(text: str) -> Node:
    """Return a day as text."""
    try:
        date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        raise Unreadable("date", text) from None
    return Literal(text)


def clock(text: str) -> Node:
    """Return a time of the day as text."""
    try:
        time.fromisoformat(text if _TIME.fullmatch(text) else "")
    except ValueError:
        raise Unreadable("time", text) from None
    return Literal(text)


def written(node: Node) -> str:
    """Return a constant as a person writes it."""
    value = node.value if isinstance(node, Literal) else None
    return format(value, "f") if isinstance(value, Decimal) else str(value)
