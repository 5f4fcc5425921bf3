"""New nodes and branches for a flow, each with ways that lead somewhere from the first moment."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import Any

from builder.designer.elements.making import new_element
from builder.designer.elements.shapes import Shape, named, shape_of
from builder.designer.flows.under_way import FlowUnderWay
from builder.designer.keys import propose_key
from builder.designer.reading import Json
from engines.flow.kinds import NodeType
from schemas.elements import Ref
from schemas.kinds import Options
from schemas.marks import mark_of

STAGE = "stage"


def new_nodes(flow: FlowUnderWay, kind: str, to: str) -> list[Json]:
    """Return a new node that goes on ``to`` a node; one that divides comes with where it joins again."""
    name, _, option = kind.partition(":")
    node = _bare(flow, name)
    if name == STAGE:
        label = flow.desk.texts.t("design.flow.next_stage")
        moves: list[Json] = [{"key": "next", "label": label, "to": to, "primary": True}]
        return [node | {"key": option, "moves": moves}]
    if not flow.kinds[name].divides:
        _lead(flow, node, to)
        return [node]
    gathering = next(each for each in flow.kinds if flow.kinds[each].gathers)
    join = _bare(flow, gathering, str(node["key"]))
    _lead(flow, join, to)
    _lead(flow, node, str(join["key"]))
    return [node, join]


def pipeline(flow: FlowUnderWay, ends: Collection[str]) -> list[Json]:
    """Return a start and a stage for each option: each moves on to the next, and may be broken off.

    ``ends``: the options with which it is over. The first of them is where the last stage leads; to the
    others every stage does, as breaking off does not wait for its turn.
    """
    options, say = flow.options(), flow.desk.texts.t
    over = [key for key in options if key in ends] or list(options)[-1:]
    ways = [*(key for key in options if key not in over), *over[:1]]
    found: list[Json] = [{"key": "start", "type": "start", "next": each} for each in ways[:1]]
    for key, following in pairwise(ways):
        label = options[following] if following in over else say("design.flow.next_stage")
        moves = [{"key": "next", "label": label, "to": following, "primary": True}]
        others = [{"key": f"to_{each}"[:40], "label": options[each], "to": each} for each in over[1:]]
        found.append({"key": key, "type": STAGE, "moves": [*moves, *others]})
    return [*found, *({"key": each, "type": STAGE} for each in over)]


def _bare(flow: FlowUnderWay, name: str, *taken: str) -> Json:
    texts = flow.desk.texts
    shape, label = Shape({name: flow.kinds[name].Options}), texts.t(f"node.{name}.label")
    found = new_element(shape, name, label, (), flow.around, texts)
    return found | {"key": propose_key(name, {*flow.ways.nodes, *taken}, 40, name)}


def _lead(flow: FlowUnderWay, node: Json, to: str) -> None:
    """Let every way out of a new node lead to another; branches are counted through."""
    model = flow.kinds[str(node["type"])].Options
    for name in scalars(model):
        if name in node:
            node[name] = to
    for name, way in lists(model):
        for number, each in enumerate(node.get(name, ()), 1):
            each |= {way: to, "label": flow.desk.texts.t("design.new_part", number=number)}


def scalars(model: type[Options]) -> Iterator[str]:
    """Yield the properties of a model that name a node."""
    return (name for name, info in named(model).items() if _names_node(info))


def lists(model: type[Options]) -> Iterator[tuple[str, str]]:
    """Yield the lists of a model whose elements name a node, each with the property that does."""
    for name, info in named(model).items():
        item = shape_of(info.annotation).item
        inner = item.models.get("") if item else None
        for way in scalars(inner) if inner else ():
            yield name, way


def _names_node(info: Any) -> bool:
    ref = mark_of(Ref, info)
    return ref is not None and ref.what == "node"


def growth(flow: FlowUnderWay, kind: NodeType[Any]) -> tuple[str, ...]:
    """Return the properties in which a kind of node says further ways: its lists, what may be left unsaid."""
    node = _bare(flow, kind.name)
    _lead(flow, node, "end")
    before = _count(kind, node)
    optional = [name for name in scalars(kind.Options) if name not in node]
    found = [name for name in optional if _count(kind, node | {name: "end"}) > before]
    for name, way in lists(kind.Options):
        more = {**new_part(flow, kind, name, node.get(name, ())), way: "end"}
        if _count(kind, node | {name: [*node.get(name, ()), more]}) > before:
            found.append(name)
    return tuple(found)


def _count(kind: NodeType[Any], node: Json) -> int:
    return len(kind.outputs(kind.Options.model_validate(node, by_alias=True, by_name=False), ()))


def new_part(flow: FlowUnderWay, kind: NodeType[Any], name: str, there: Any) -> Json:
    """Return one more element for a list of a node."""
    shape = shape_of(named(kind.Options)[name].annotation).item
    label = flow.desk.texts.t("design.new_part", number=len(there) + 1)
    if shape is None:
        return {}
    found = new_element(shape, "", label, [], flow.around, flow.desk.texts)
    taken = {str(each.get("key")) for each in there}
    return found | {"key": propose_key(label, taken, 40, name), "label": label}
