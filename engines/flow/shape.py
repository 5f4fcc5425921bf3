"""The shape of a graph: which node lies inside which branches, and what is wrong with that."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engines.flow.kinds import NodeType, Output
from engines.flow.options import Place
from schemas.behaviour import NodeOptions
from schemas.errors import Issue
from schemas.kinds import Registry
from schemas.loader import pointer

# The branches around a node, outermost first: each the key of its split and the name of the way out.
Level = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A node where it stands in the definition."""

    options: NodeOptions
    kind: NodeType[Any]
    at: Place
    outputs: Sequence[Output]


@dataclass(slots=True)
class Shape:
    """``levels``: of every node that is reached. ``joins``: split -> where its branches come together."""

    levels: dict[str, Level] = field(default_factory=dict)
    joins: dict[str, str] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


def draw(nodes: Sequence[NodeOptions], kinds: Registry[NodeType[Any]], at: Place) -> dict[str, Drawn]:
    """Return the nodes by key; of repeated keys, which the loader reports, the first."""
    found: dict[str, Drawn] = {}
    for index, options in enumerate(nodes):
        kind, here = kinds[options.type], (*at, "nodes", index)
        found.setdefault(options.key, Drawn(options, kind, here, kind.outputs(options, here)))
    return found


def shape_of(nodes: Mapping[str, Drawn], start: str) -> Shape:
    """Walk the graph from its start, and from its stages, where records may be placed.

    Each problem is told once, where the walk first meets it.
    """
    shape = Shape()
    roots = [start, *(key for key, each in nodes.items() if each.kind.name == "stage")]
    todo: deque[tuple[str, Level, Place]] = deque((key, (), nodes[key].at) for key in roots)
    while todo:
        key, level, at = todo.popleft()
        drawn = nodes[key]
        if drawn.kind.gathers:
            if not level:
                shape.issues.append(
                    Issue(pointer(drawn.at), "definition.flow_join_without_split", {"name": key})
                )
                continue
            split = level[-1][0]
            if shape.joins.setdefault(split, key) != key:
                problem = {"name": split, "first": shape.joins[split], "second": key}
                shape.issues.append(Issue(pointer(at), "definition.flow_two_joins", problem))
                continue
            level = level[:-1]
        if key in shape.levels:
            if shape.levels[key] != level and drawn.outputs:  # an end may be that of several branches
                shape.issues.append(Issue(pointer(at), "definition.flow_leaves_branch", {"name": key}))
            continue
        shape.levels[key] = level
        for output in drawn.outputs:
            if output.to in nodes:
                inner = (*level, (key, output.name)) if drawn.kind.divides else level
                todo.append((output.to, inner, output.at))
    return shape


def unreached(nodes: Mapping[str, Drawn], shape: Shape) -> Iterator[str]:
    """Yield the nodes that nothing leads to."""
    return (key for key in nodes if key not in shape.levels)


def endless(nodes: Mapping[str, Drawn]) -> str | None:
    """Return a node of a circle in which nobody is ever waited for."""
    state: dict[str, bool] = {}  # True while its successors are looked at

    def circles(key: str) -> str | None:
        state[key] = True
        for output in nodes[key].outputs:
            following = nodes.get(output.to)
            if following is None or following.kind.rests:
                continue
            if state.get(output.to):
                return output.to
            if output.to not in state and (found := circles(output.to)) is not None:
                return found
        state[key] = False
        return None

    for key, drawn in nodes.items():
        if key not in state and not drawn.kind.rests and (found := circles(key)) is not None:
            return found
    return None
