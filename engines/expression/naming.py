"""Formulas in which a key changes."""

from __future__ import annotations

from dataclasses import dataclass

from engines.expression.deps import joined
from engines.expression.tree import Array, Binary, Call, ListOf, Literal, Node, Ref, Unary
from schemas.naming import Names

# What a formula about other records calls the one it stands in: ``THIS.x``.
THIS = "THIS"
# Where a text beside a field is a value of that field; elsewhere, as in CONCAT, it is only text.
_OF_VALUES = frozenset(
    "= <> IN CONTAINS SWITCH COALESCE IFERROR IFNA COUNTIF COUNTIFS SUMIF SUMIFS AVERAGEIF".split()
)


@dataclass(frozen=True, slots=True)
class Renaming:
    """The element at ``path`` gets the key ``key``."""

    names: Names
    path: str
    key: str

    @property
    def old(self) -> str:
        """Return the key that goes."""
        return self.path.rpartition(".")[2]

    def formula(self, node: Node, form: str, here: str = "") -> Node:
        """Return a formula about the records of ``form`` as it reads afterwards.

        ``here``: path of the form whose record ``THIS.x`` names, where a formula speaks of two.
        """
        return _Formula(self, form, here=here).of(node)


@dataclass(frozen=True, slots=True)
class _Formula:
    """One formula about the records of a form; ``records``: the list whose records FILTER speaks of."""

    renaming: Renaming
    form: str
    records: tuple[str, ...] = ()
    here: str = ""

    def of(self, node: Node) -> Node:  # noqa: PLR0911 - one return per kind of node
        match node:
            case Ref():
                return self._ref(node)
            case Literal():
                return node
            case Unary(op, operand, at):
                return Unary(op, self.of(operand), at)
            case Binary(op, left, right, at):
                one, other = self._values(op, (left, right))
                return Binary(op, self.of(one), self.of(other), at)
            case ListOf(items, at):
                return ListOf(tuple(map(self.of, items)), at)
            case Array(rows, at):
                return Array(tuple(tuple(map(self.of, row)) for row in rows), at)
            case Call("FILTER", (Ref() as records, *conditions), at):
                within = _Formula(self.renaming, self.form, self._listed(records.path), self.here)
                return Call("FILTER", (self.of(records), *map(within.of, conditions)), at)
            case Call(name, args, at):
                return joined(name, [self.of(each) for each in self._values(name, args)], at)

    def _places(self, path: tuple[str, ...]) -> list[str] | None:
        names = self.renaming.names
        if path[0] == THIS and self.here and len(path) > 1:
            there = names.places(self.here, path[1:])
            return None if there is None else [THIS, *there]
        if self.records:
            below = names.places(self.form, self.records + path)
            if below is not None:
                return below[len(self.records) :]
        return names.places(self.form, path)

    def _listed(self, path: tuple[str, ...]) -> tuple[str, ...]:
        found = self.renaming.names.places(self.form, path)
        return path if found and self.renaming.names.next(found[-1]) else path[:-1]

    def _ref(self, node: Ref) -> Ref:
        found, renaming = self._places(node.path), self.renaming
        if found is None or renaming.path not in found:
            return node
        keys = (
            renaming.key if at == renaming.path else key for at, key in zip(found, node.path, strict=True)
        )
        return Ref(tuple(keys), node.at)

    def _values(self, name: str, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        """Write the option's new key where it stands beside its field."""
        if name not in _OF_VALUES:
            return nodes
        field = self.renaming.path.rpartition(".")[0]
        paths = [self._places(each.path) for each in nodes if isinstance(each, Ref)]
        if not any(found and found[-1] == field for found in paths):
            return nodes
        return tuple(map(self._value, nodes))

    def _value(self, node: Node) -> Node:
        match node:
            case Literal(value, at) if value == self.renaming.old:
                return Literal(self.renaming.key, at)
            case ListOf(items, at):
                return ListOf(tuple(map(self._value, items)), at)
            case Array(rows, at):
                return Array(tuple(tuple(map(self._value, row)) for row in rows), at)
        return node
