"""A condition as people build it: groups of rows; both ways without loss, for any expression."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from engines.expression.deps import conjoin, disjoin, references
from engines.expression.operators import HAS_ALL, Family, Input, Operator, operators, reader
from engines.expression.parser import parse
from engines.expression.patterns import Unreadable, filled, fit, written
from engines.expression.printer import to_text
from engines.expression.tree import Call, Node, Ref

FamilyOf: TypeAlias = Callable[[tuple[str, ...]], Family | None]
_WIDEST = 2  # arguments of AND or OR that together may be one row


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison: field · operator · values, as text."""

    field: tuple[str, ...]
    op: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """What no row can say."""

    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Parts of which ``all`` or ``any`` must hold; without parts it says nothing."""

    match: str = "all"
    parts: "tuple[Part, ...]" = ()


Part: TypeAlias = Row | Formula | Group


class Unsaid(Exception):
    """Leaves a row that still lacks its value."""


def to_group(node: Node | None, family_of: FamilyOf) -> Group:
    """Return an expression as a group. ``family_of``: of the fields that rows may name, else None.

    What ``to_node`` makes of it is the expression again, always.
    """
    if node is None:
        return Group()
    found = _part(node, family_of)
    group = found if isinstance(found, Group) else Group("all", (found,))
    return group if to_node(group, family_of) == node else Group("all", (Formula(to_text(node)),))


def to_node(part: Part, family_of: FamilyOf) -> Node | None:
    """Return the expression of a part, None of a group that says nothing.

    Raises Unsaid for a row without its value, Unreadable for a value that cannot be read, ExpressionError for
    a formula that cannot.
    """
    match part:
        case Formula(text):
            return parse(text)
        case Row(field, op, values):
            family = family_of(field)
            if family is None or op not in operators(family):
                raise Unsaid
            return _of_row(operators(family)[op], Ref(field), values, family)
        case Group(match, parts):
            nodes = [node for each in parts if (node := to_node(each, family_of)) is not None]
            if not nodes:
                return None
            return disjoin(*nodes) if match == "any" else conjoin(*nodes)


def _of_row(operator: Operator, field: Ref, values: Sequence[str], family: Family) -> Node:
    if operator.key == HAS_ALL:
        items = _read(values, family, "v")
        return conjoin(*(filled(operator.pattern, field, {"v": (item,)}) for item in items))
    match operator.input:
        case Input.list:
            filling = {"many": _read(values, family, "v")}
        case Input.range:
            low, high = _read(_two(values), family, "v")
            filling = {"v": (low,), "w": (high,)}
        case Input.value | Input.days:
            filling = {operator.hole: _read(values[:1], family, operator.hole)}
        case _:
            filling = {}
    return filled(operator.pattern, field, filling)


def _two(values: Sequence[str]) -> Sequence[str]:
    if len(values) < 2 or not all(values[:2]):
        raise Unsaid
    return values[:2]


def _read(values: Sequence[str], family: Family, hole: str) -> tuple[Node, ...]:
    given = [each for each in values if each.strip()]
    if not given:
        raise Unsaid
    return tuple(map(reader(family, hole), given))


def _part(node: Node, family_of: FamilyOf) -> Part:
    row = _row((node,), None, family_of)
    if row is not None:
        return row
    if isinstance(node, Call) and node.name in {"AND", "OR"} and len(node.args) > 1:
        match = "all" if node.name == "AND" else "any"
        parts = tuple(_merged(_parts(node, family_of), match))
        return parts[0] if len(parts) == 1 else Group(match, parts)
    return Formula(to_text(node))


def _parts(node: Call, family_of: FamilyOf) -> Iterator[Part]:
    """Yield the parts of AND or OR; some neighbours are one row together."""
    args = list(node.args)
    while args:
        for width in range(min(_WIDEST, len(args)), 1, -1):
            row = _row(tuple(args[:width]), node.name, family_of)
            if row is not None:
                yield row
                del args[:width]
                break
        else:
            yield _part(args.pop(0), family_of)


def _merged(parts: Iterable[Part], match: str) -> Iterator[Part]:
    """Yield neighbours that hold one value each as one row that holds all."""
    last: Part | None = None
    for part in parts:
        if match == "all" and _holds_too(last, part):
            assert isinstance(last, Row)  # noqa: S101 - it holds a value
            assert isinstance(part, Row)  # noqa: S101
            last = replace(last, values=last.values + part.values)
            continue
        if last is not None:
            yield last
        last = part
    if last is not None:
        yield last


def _holds_too(one: Part | None, other: Part) -> bool:
    rows = isinstance(one, Row) and isinstance(other, Row)
    return rows and one.op == other.op == HAS_ALL and one.field == other.field  # type: ignore[union-attr]


def _row(nodes: tuple[Node, ...], joined: str | None, family_of: FamilyOf) -> Row | None:
    """Return the row that says exactly this, if there is one. ``joined``: AND or OR of several nodes."""
    node = nodes[0] if joined is None else Call(joined, nodes)
    paths = references(node)
    if len(paths) != 1:
        return None
    (path,) = paths
    family = family_of(path)
    if family is None:
        return None
    field = Ref(path)
    for operator in operators(family).values():
        found = fit(operator.pattern, node, field)
        if found is not None:
            row = _said(operator, path, found)
            if row is not None and _same(row, node, family_of):
                return row
    return None


def _said(operator: Operator, path: tuple[str, ...], found: dict[str, tuple[Node, ...]]) -> Row | None:
    order = ("many", "v", "within", "w", "n")
    return Row(path, operator.key, tuple(written(node) for hole in order for node in found.get(hole, ())))


def _same(row: Row, node: Node, family_of: FamilyOf) -> bool:
    try:
        return to_node(row, family_of) == node
    except (Unsaid, Unreadable):
        return False
