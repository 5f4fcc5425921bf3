"""The keys of an older version, read today: what was renamed since is found by its identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engines.expression import (
    Binary,
    Call,
    ListOf,
    Literal,
    Node,
    Ref,
    ValueType,
    parse,
    substitute,
    to_text,
)
from engines.expression.tree import Array, Unary
from engines.form import AppModel, FieldModel, FormModel, Names
from schemas.errors import Conflict
from schemas.who import Computed, HoldersOf, Who

_COMPARED = frozenset({"=", "<>"})
_LISTED = frozenset({"CONTAINS", "SWITCH"})


@dataclass(frozen=True, eq=False)
class Keys:
    """Fields, options and roles of one form as ``names`` of a version call them, in the current ``app``."""

    app: AppModel
    form: FormModel
    names: Names
    path: str  # of the form, in that version

    @cached_property
    def same(self) -> bool:
        """Tell whether the version is the current one, and nothing need be looked up."""
        return self.names is self.app.names

    @cached_property
    def _fields(self) -> Mapping[int, FieldModel]:
        return {each.uid: each for each in self.form.fields.values()}

    def field(self, key: str) -> FieldModel:
        """Return a field. Raises Conflict where it is no more."""
        if self.same:
            return self.form.fields[key]
        name = self.names.by_path.get(f"{self.path}.{key}")
        found = None if name is None else self._fields.get(name.uid)
        if found is None:
            raise Conflict("flow.field_gone", name=key)
        return found

    def option(self, field: str, key: str) -> str:
        """Return the present key of an option. Raises Conflict where it is no more."""
        if self.same:
            return key
        now = self.field(field)
        uid = self.option_uid(field, key)
        for each in getattr(now.options, "options", ()):
            if self.app.names.by_path[f"{now.path}.{each.key}"].uid == uid:
                return str(each.key)
        raise Conflict("flow.option_gone", name=key)

    def option_uid(self, field: str, key: str) -> int:
        """Return the uid of an option of the version."""
        return self.names.uid(f"{self.path}.{field}.{key}")

    def option_of_uid(self, field: str, uid: int) -> str | None:
        """Return the key that the version has for an option, None where it does not know it."""
        start = f"{self.path}.{field}."
        known = ((path, name.uid) for path, name in self.names.by_path.items() if path.startswith(start))
        return next((path.removeprefix(start) for path, each in known if each == uid), None)

    def role_uid(self, key: str) -> int:
        """Return the uid of a role, which people hold whatever it is called now."""
        return self.names.uid(f"@{key}")

    def role(self, key: str) -> str:
        """Return the present key of a role. Raises Conflict where it is no more."""
        if self.same:
            return key
        uid = self.role_uid(key)
        found = next((now for now, each in self.app.roles.items() if each == uid), None)
        if found is None:
            raise Conflict("flow.role_gone", name=key)
        return found

    def who(self, said: Who) -> Who:
        """Return who is meant, in today's keys."""
        if self.same:
            return said
        now: dict[str, str] = {}
        if (field := getattr(said, "field", None)) is not None:
            now["field"] = self.field(field).key
        if isinstance(said, HoldersOf):
            now["role"] = self.role(said.role)
        if isinstance(said, Computed):
            now["formula"] = to_text(self.formula(parse(said.formula)))
        return said.model_copy(update=now) if now else said

    def formula(self, node: Node) -> Node:
        """Return an expression of the version in today's keys."""
        if self.same:
            return node
        return substitute(
            self._options(node), lambda ref: Ref((self._now(ref.path[0]), *ref.path[1:]), ref.at)
        )

    def _now(self, key: str) -> str:
        return key if key.startswith("_") else self.field(key).key

    def _options(self, node: Node) -> Node:  # noqa: PLR0911 one case after the other
        """Return the expression with today's options where a literal stands beside a field."""
        match node:
            case Binary(op, Ref() as left, Literal() as right, at) if op in _COMPARED:
                return Binary(op, left, self._literal(left, right), at)
            case Binary(op, Literal() as left, Ref() as right, at) if op in _COMPARED:
                return Binary(op, self._literal(right, left), right, at)
            case Binary("IN", Ref() as left, ListOf(items, inner), at):
                return Binary(
                    "IN", left, ListOf(tuple(self._literal(left, each) for each in items), inner), at
                )
            case Call(name, (Ref() as first, *rest), at) if name in _LISTED:
                return Call(name, (first, *(self._literal(first, self._options(each)) for each in rest)), at)
            case Binary(op, left, right, at):
                return Binary(op, self._options(left), self._options(right), at)
            case Call(name, args, at):
                return Call(name, tuple(self._options(each) for each in args), at)
            case Unary(op, operand, at):
                return Unary(op, self._options(operand), at)
            case Literal() | Ref() | ListOf() | Array():
                return node

    def _literal(self, ref: Ref, node: Node) -> Node:
        if len(ref.path) != 1 or not isinstance(node, Literal) or not isinstance(node.value, str):
            return node
        field = self.field(ref.path[0])
        chosen = field.kind.value_type in {ValueType.option, ValueType.options}
        if not chosen or f"{self.path}.{ref.path[0]}.{node.value}" not in self.names.by_path:
            return node
        return Literal(self.option(ref.path[0], node.value), node.at)
