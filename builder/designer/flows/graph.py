"""What a graph of nodes looks like from its start: which way leads back, and what comes after what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from engines.flow.kinds import Output
from engines.flow.shape import Drawn


@dataclass(frozen=True, eq=False)
class Ways:
    """The nodes of a flow and the ways between them."""

    nodes: Mapping[str, Drawn]

    @cached_property
    def start(self) -> str:
        """Return the node at which it begins; blank where there is none."""
        return next((key for key in self.nodes if self.is_kind(key, "start")), "")

    def is_kind(self, key: str, name: str) -> bool:
        """Tell whether a node is there and of a kind."""
        return key in self.nodes and self.nodes[key].kind.name == name

    def out(self, key: str) -> Sequence[Output]:
        """Return the ways out of a node."""
        return self.nodes[key].outputs

    def into(self, key: str) -> Iterator[tuple[str, Output]]:
        """Yield every way into a node, with the node it comes from."""
        return ((one, way) for one in self.nodes for way in self.out(one) if way.to == key)

    @cached_property
    def back(self) -> frozenset[tuple[str, str]]:
        """Return the ways that lead back, as pairs of keys: without them nothing goes in a circle."""
        found: set[tuple[str, str]] = set()
        open_, done = set[str](), set[str]()

        def walk(key: str) -> None:
            open_.add(key)
            for way in self.out(key):
                if way.to in open_:
                    found.add((key, way.to))
                elif way.to in self.nodes and way.to not in done:
                    walk(way.to)
            open_.discard(key)
            done.add(key)

        for key in (self.start, *self.nodes):
            if key in self.nodes and key not in done:
                walk(key)
        return frozenset(found)

    def onward(self, key: str) -> Sequence[Output]:
        """Return the ways that lead on, to a node that is there."""
        return [each for each in self.out(key) if each.to in self.nodes and (key, each.to) not in self.back]

    @cached_property
    def _beyond(self) -> dict[str, tuple[str, ...]]:
        return {}

    def beyond(self, key: str) -> tuple[str, ...]:
        """Return a node and everything that may come after it, whatever comes first first."""
        if key not in self._beyond:
            found: list[str] = []
            for way in self.onward(key):
                found += [each for each in self.beyond(way.to) if each not in found]
            order = {each: depth for depth, each in enumerate(self._order)}
            self._beyond[key] = (key, *sorted(found, key=lambda each: order[each]))
        return self._beyond[key]

    @cached_property
    def _order(self) -> Sequence[str]:
        """Return the nodes so that no way but one that leads back goes up."""
        done: dict[str, None] = {}

        def walk(key: str) -> None:
            for way in reversed(self.onward(key)):
                if way.to not in done:
                    walk(way.to)
            done.setdefault(key)

        for key in reversed((self.start, *self.nodes) if self.start else tuple(self.nodes)):
            if key not in done:
                walk(key)
        return list(done)[::-1]

    def reached(self) -> set[str]:
        """Return what is reached from the start, and in a pipeline from its stages."""
        todo = [self.start, *(key for key in self.nodes if self.is_kind(key, "stage"))]
        found: set[str] = set()
        while todo:
            key = todo.pop()
            if key in self.nodes and key not in found:
                found.add(key)
                todo += [way.to for way in self.out(key)]
        return found
