"""Boxes in layers: whatever refers stands to the right of what it refers to, rings are cut once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Edge = tuple[str, str]  # from what refers to what it refers to
WIDTH, HEIGHT, GAP_X, GAP_Y, PAD = 168, 56, 96, 28, 16
_SWEEPS = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """The left upper corner of a box."""

    x: int
    y: int


def place(nodes: Sequence[str], edges: Sequence[Edge], wide: int = 5) -> Mapping[str, Spot]:
    """Return where each box stands. Boxes without an edge follow below, ``wide`` in a row."""
    joined = {each for edge in edges if edge[0] != edge[1] for each in edge}
    linked = [each for each in nodes if each in joined]
    columns = _ordered(_columns(linked, _acyclic(linked, edges)), edges)
    found: dict[str, Spot] = {}
    tallest = max((len(each) for each in columns), default=0)
    for x, column in enumerate(columns):
        above = (tallest - len(column)) * (HEIGHT + GAP_Y) // 2
        for y, each in enumerate(column):
            found[each] = Spot(PAD + x * (WIDTH + GAP_X), PAD + above + y * (HEIGHT + GAP_Y))
    below = PAD + tallest * (HEIGHT + GAP_Y) + (GAP_Y if tallest else 0)
    for index, each in enumerate(each for each in nodes if each not in joined):
        row, at = divmod(index, wide)
        found[each] = Spot(PAD + at * (WIDTH + GAP_Y), below + row * (HEIGHT + GAP_Y))
    return found


def _acyclic(nodes: Sequence[str], edges: Sequence[Edge]) -> list[Edge]:
    """Return the edges without those that close a ring."""
    after: dict[str, list[str]] = {each: [] for each in nodes}
    for one, other in edges:
        if one != other and one in after and other in after:
            after[one].append(other)
    kept: list[Edge] = []
    done: set[str] = set()
    for start in nodes:
        kept += _explored(start, after, done)
    return kept


def _explored(start: str, after: Mapping[str, Sequence[str]], done: set[str]) -> Iterator[Edge]:
    """Yield the edges below a box that lead back to none of those above them."""
    if start in done:
        return
    way, left = [start], [iter(after[start])]
    while way:
        following = next(left[-1], None)
        if following is None:
            done.add(way.pop())
            left.pop()
        elif following not in way:
            yield way[-1], following
            if following not in done:
                way.append(following)
                left.append(iter(after[following]))


def _columns(nodes: Sequence[str], edges: Sequence[Edge]) -> list[list[str]]:
    """Return the boxes by how many others stand between them and the last they lead to."""
    after: dict[str, list[str]] = {}
    for one, other in edges:
        after.setdefault(one, []).append(other)
    depth: dict[str, int] = {}
    waiting = list(nodes)
    while waiting:
        each = waiting.pop()
        missing = [other for other in after.get(each, ()) if other not in depth]
        if missing:
            waiting += [each, *missing]
        else:
            depth[each] = max((depth[other] + 1 for other in after.get(each, ())), default=0)
    found: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for each in nodes:
        found[depth[each]].append(each)
    return found


def _ordered(columns: list[list[str]], edges: Sequence[Edge]) -> list[list[str]]:
    """Return the columns with each box near the middle of those it is joined to."""
    beside: dict[str, list[str]] = {}
    for one, other in edges:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    for _ in range(_SWEEPS):
        for column in columns:
            at = {each: row / len(some) for some in columns for row, each in enumerate(some)}
            column.sort(key=lambda each: _middle([at[one] for one in beside.get(each, ()) if one in at]))
    return columns


def _middle(places: Sequence[float]) -> float:
    return sum(places) / len(places) if places else 0.0
