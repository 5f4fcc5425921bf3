"""Boxes in layers: what refers stands to the right of what it refers to, and lines keep clear of boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Edge = tuple[str, str]  # from what refers to what it refers to
WIDTH, HEIGHT, GAP_X, GAP_Y, LANE, PAD = 168, 56, 88, 20, 8, 24
_SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """The left upper corner of a box."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Where boxes stand, and through which points between them a line goes."""

    boxes: Mapping[str, Spot]
    bends: Mapping[Edge, Sequence[Spot]] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """Return how wide it is, with room for a line about a box itself."""
        return max((each.x for each in self.boxes.values()), default=0) + WIDTH + 2 * PAD

    @property
    def height(self) -> int:
        """Return how high it is, lines below all boxes included."""
        lanes = (each.y for some in self.bends.values() for each in some)
        return max([0, *lanes, *(each.y + HEIGHT for each in self.boxes.values())]) + PAD


def place(nodes: Sequence[str], edges: Sequence[Edge], wide: int = 5) -> Drawing:
    """Return where everything stands. Boxes without a line follow below, ``wide`` in a row."""
    joined = {each for edge in edges if edge[0] != edge[1] for each in edge}
    linked = [each for each in nodes if each in joined]
    kept = list(dict.fromkeys(_acyclic(linked, edges)))
    columns, chains = _with_lanes(_columns(linked, kept), kept)
    steps = [step for chain in chains.values() for step in pairwise(chain)]
    spots = _spots(_ordered(columns, steps))
    boxes = {each: spots[each] for each in linked}
    below = max((each.y for each in spots.values()), default=PAD - HEIGHT - GAP_Y) + HEIGHT + GAP_Y
    for index, each in enumerate(each for each in nodes if each not in joined):
        row, at = divmod(index, wide)
        boxes[each] = Spot(PAD + at * (WIDTH + GAP_Y), below + row * (HEIGHT + GAP_Y))
    bends = {edge: [spots[lane] for lane in chain[1:-1]] for edge, chain in chains.items()}
    return Drawing(boxes, bends)


def _acyclic(nodes: Sequence[str], edges: Sequence[Edge]) -> Iterator[Edge]:
    """Yield the edges without those that close a ring."""
    after: dict[str, list[str]] = {each: [] for each in nodes}
    for one, other in edges:
        if one != other and one in after and other in after:
            after[one].append(other)
    done: set[str] = set()
    for start in nodes:
        yield from _explored(start, after, done)


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


def _with_lanes(
    columns: list[list[str]], edges: Sequence[Edge]
) -> tuple[list[list[str]], dict[Edge, list[str]]]:
    """Return the columns with a lane for each line that passes one, and each line from box to box."""
    depth = {each: at for at, column in enumerate(columns) for each in column}
    found, chains = [list(each) for each in columns], {}
    for one, other in edges:
        lanes = []
        for at in range(depth[one] - 1, depth[other], -1):
            lanes.append(f"{one}>{other}@{at}")
            found[at].append(lanes[-1])
        chains[one, other] = [one, *lanes, other]
    return found, chains


def _ordered(columns: list[list[str]], steps: Sequence[Edge]) -> list[list[str]]:
    """Return the columns with each entry near the middle of those it is joined to."""
    beside: dict[str, list[str]] = {}
    for one, other in steps:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    for sweep in range(_SWEEPS):
        for column in columns if sweep % 2 else columns[::-1]:
            at = {each: row / len(some) for some in columns for row, each in enumerate(some)}
            column.sort(key=lambda each: _middle([at[one] for one in beside.get(each, ())]))
    return columns


def _middle(places: Sequence[float]) -> float:
    return sum(places) / len(places) if places else 0.0


def _spots(columns: Sequence[Sequence[str]]) -> dict[str, Spot]:
    """Return the left upper corners of boxes, and of lanes the points where their lines come in."""
    tall = [sum(_height(each) + GAP_Y for each in column) for column in columns]
    found: dict[str, Spot] = {}
    for x, column in enumerate(columns):
        y = PAD + (max(tall) - tall[x]) // 2
        for each in column:
            found[each] = Spot(PAD + x * (WIDTH + GAP_X), y + (LANE // 2 if ">" in each else 0))
            y += _height(each) + GAP_Y
    return found


def _height(entry: str) -> int:
    return LANE if ">" in entry else HEIGHT
