"""A set of rows as a union of simple reasons to see them."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.elements import Grant


@dataclass(frozen=True, slots=True)
class RowScope:
    """A union of reasons, each ``(scope, where)``; ``everything`` when one of them has no condition."""

    reasons: frozenset[tuple[str, str | None]] = frozenset()
    everything: bool = False

    def __or__(self, other: RowScope) -> RowScope:
        """Unite two sets of rows."""
        return RowScope(self.reasons | other.reasons, self.everything or other.everything)

    def __and__(self, other: RowScope) -> RowScope:
        """Return rows that are surely in both sets."""
        if self.covers(other):
            return other
        return self if other.covers(self) else RowScope(self.reasons & other.reasons)

    def covers(self, other: RowScope) -> bool:
        """Tell without looking at rows whether every row of ``other`` is surely in this set."""
        return self.everything or (not other.everything and other.reasons <= self.reasons)

    @property
    def signature(self) -> tuple[bool, list[str]]:
        """Return what tells it from other sets, the same in every process."""
        return self.everything, sorted(repr(each) for each in self.reasons)

    @property
    def empty(self) -> bool:
        """Tell whether no row can be in the set."""
        return not self.everything and not self.reasons


ALL = RowScope(everything=True)
NONE = RowScope()


def of_grant(grant: Grant) -> RowScope:
    """Return the rows a grant speaks of: its scope, narrowed by its condition."""
    scope = grant.scope or "all"
    if scope == "all" and grant.where is None:
        return ALL
    return RowScope(frozenset({(scope, grant.where)}))
