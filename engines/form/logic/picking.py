"""Which records of another form may be chosen: a condition over their fields and those of the record here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Any

from engines.expression import FieldScope, Literal, Node, Ref, ValueType, parse, references, resolve
from engines.expression.deps import substitute
from engines.expression.naming import THIS

if TYPE_CHECKING:
    from engines.expression.scope import FieldScope as Scope

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picking:
    """What the condition may name (``FieldScope``): the other form's fields, and ``THIS.x``."""

    target: Scope
    here: Scope

    def type_of(self, path: Path) -> ValueType | None:
        """Return the type at the end of a path."""
        if path[0] != THIS:
            return self.target.type_of(path)
        return self.here.type_of(path[1:]) if len(path) > 1 else None


@dataclass(frozen=True, slots=True)
class Range:
    """The condition of one relation. ``beside``: the paths of the record that it names."""

    node: Node

    @classmethod
    def of(cls, text: str, target: FieldScope, here: FieldScope) -> Range:
        """Compile a condition that was verified."""
        return cls(resolve(parse(text), Picking(target, here)))

    @property
    def beside(self) -> frozenset[Path]:
        """Return what it reads of the record that is being filled."""
        return frozenset(path[1:] for path in references(self.node) if path[0] == THIS)

    @property
    def there(self) -> frozenset[Path]:
        """Return what it reads of the records to choose from."""
        return frozenset(path for path in references(self.node) if path[0] != THIS)

    def bound(self, value_of: Callable[[Path], Any]) -> Node:
        """Return the condition with the values of one record in it, as the database can decide it."""

        def written(ref: Ref) -> Node:
            return Literal(_constant(value_of(ref.path[1:])), ref.at) if ref.path[0] == THIS else ref

        return substitute(self.node, written)


def _constant(value: Any) -> Any:
    if value is None or value == ():
        return ""
    return value.isoformat() if isinstance(value, time) else value
