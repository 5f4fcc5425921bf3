"""Installation-local identities of a definition's elements, as the catalogue hands them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Name:
    """An element's uid and, where it owns storage, the physical name of its table or column."""

    uid: int
    physical: str | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """Paths to names: ``order`` (a form), ``order.amount``, ``order.state.open`` (an option), ``@clerk``."""

    by_path: Mapping[str, Name] = field(default_factory=dict)

    def __getitem__(self, path: str) -> Name:
        """Return the name of the element at ``path``."""
        return self.by_path[path]

    def uid(self, path: str) -> int:
        """Return the uid of the element at ``path``."""
        return self.by_path[path].uid

    def physical(self, path: str) -> str:
        """Return the physical name of the element at ``path``."""
        found = self.by_path[path].physical
        if found is None:
            raise KeyError(f"{path} owns no storage")
        return found
