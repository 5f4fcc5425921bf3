"""A set of rows as a union of reasons to see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.elements import Grant

Part = tuple[str, str | None]  # a scope without a condition, or "all" with one
Reason = frozenset[Part]  # what must be true of a row, all of it
_AT_MOST = 64


@dataclass(frozen=True, slots=True)
class RowScope:
    """A union of reasons, none of which another makes needless; ``everything`` when one asks for nothing."""

    reasons: frozenset[Reason] = frozenset()
    everything: bool = False

    def __or__(self, other: RowScope) -> RowScope:
        """Unite two sets of rows."""
        return RowScope(_fewest(self.reasons | other.reasons), self.everything or other.everything)

    def __and__(self, other: RowScope) -> RowScope:
        """Return the rows in both sets; of sets with very many reasons only rows that surely are."""
        if self.covers(other):
            return other
        if other.covers(self):
            return self
        both = _fewest(one | another for one in self.reasons for another in other.reasons)
        return RowScope(both if len(both) <= _AT_MOST else self.reasons & other.reasons)

    def covers(self, other: RowScope) -> bool:
        """Tell without looking at rows whether every row of ``other`` is surely in this set."""
        return self.everything or (
            not other.everything and all(any(own <= each for own in self.reasons) for each in other.reasons)
        )

    @property
    def signature(self) -> tuple[bool, list[list[Part]]]:
        """Return what tells it from other sets, the same in every process."""
        return self.everything, self.ordered

    @property
    def ordered(self) -> list[list[Part]]:
        """Return the reasons and their parts in one order."""
        return sorted((sorted(each, key=repr) for each in self.reasons), key=repr)

    @property
    def empty(self) -> bool:
        """Tell whether no row can be in the set."""
        return not self.everything and not self.reasons


ALL = RowScope(everything=True)
NONE = RowScope()


def of_grant(grant: Grant) -> RowScope:
    """Return the rows a grant speaks of: its scope, narrowed by its condition."""
    scope = grant.scope or "all"
    parts: list[Part] = [] if scope == "all" else [(scope, None)]
    parts += [] if grant.where is None else [("all", grant.where)]
    return RowScope(frozenset({frozenset(parts)})) if parts else ALL


def _fewest(reasons: Iterable[Reason]) -> frozenset[Reason]:
    """Return the reasons without those that ask for more than another does."""
    found = set(reasons)
    return frozenset(each for each in found if not any(other < each for other in found))
