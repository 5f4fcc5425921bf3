"""Gestures on a flow: each leaves a graph whose ways all lead somewhere, and is undone in one step."""

from __future__ import annotations

from builder.designer.desk import Desk
from builder.designer.flows.layout import Card, Line, laid_out
from builder.designer.flows.making import growth, lists, new_nodes, new_part, pipeline
from builder.designer.flows.removing import removal
from builder.designer.flows.under_way import FlowUnderWay
from builder.designer.reading import Json
from engines.flow.kinds import Output
from schemas.errors import Invalid, Issue, NotFound


def flow_gesture(desk: Desk, name: str) -> list[Json]:
    """Return the commands of a gesture. Raises NotFound, Invalid."""
    flow = FlowUnderWay.at(desk, desk.call.field("place"))
    if flow is None:
        raise NotFound("draft.nothing_there", name=desk.call.field("place"))
    match name:
        case "node_insert":
            return _insert(flow, desk.call.field("kind"))
        case "flow_stages":
            return _stages(flow)
        case "node_link":
            return _link(flow, desk.call.field("to"))
        case _:
            return _branch(flow, "".join(desk.call.field("place").split("/")[3:4]), desk.call.field("name"))


def removed(desk: Desk, place: str) -> list[Json]:
    """Return what takes an element out; of a flow, what led to it leads on then."""
    parts = place.split("/")
    if parts[0] == "flows" and len(parts) > 3 and parts[2] == "nodes":
        flow = FlowUnderWay.at(desk, place)
        if flow is not None and (found := removal(flow, place)):
            return found
    return [{"do": "remove", "at": place}]


def _edges(flow: FlowUnderWay) -> list[tuple[str, tuple[str, Output]]]:
    """Return the ways that were meant, which all lead to the same node."""
    places = [value for name, value in flow.desk.call.posted if name == "edge" and isinstance(value, str)]
    found = [(place, flow.edge(place)) for place in dict.fromkeys(places)]
    if len({way.to for _, (_, way) in found}) != 1:
        raise NotFound("draft.nothing_there", name=", ".join(places))
    return found


def led(place: str, to: str | None) -> Json:
    """Return the command that lets a way lead elsewhere."""
    holder, _, name = place.rpartition("/")
    return {"do": "update", "at": holder, "set": {name: to}}


def _insert(flow: FlowUnderWay, kind: str) -> list[Json]:
    name, edges = kind.partition(":")[0], _edges(flow)
    if name not in flow.kinds:
        raise Invalid([Issue("kind", "definition.unknown_type", {"name": name})], "draft.refused")
    source, way = edges[0][1]
    nodes = new_nodes(flow, kind, way.to)
    keys = list(flow.ways.nodes)
    following = keys[keys.index(source) + 1 :]
    more = {"before": following[0]} if following else {}
    found = [led(place, str(nodes[0]["key"])) for place, _ in edges]
    # The first of them is added last, because it is what is looked at then.
    if len(nodes) > 1:
        found += [{"do": "add", "to": f"{flow.place}/nodes", "value": each, **more} for each in nodes[1:]]
        more = {"before": str(nodes[1]["key"])}
    return [*found, {"do": "add", "to": f"{flow.place}/nodes", "value": nodes[0], **more}]


def _stages(flow: FlowUnderWay) -> list[Json]:
    """Return what makes a stage of each option of the field that the flow moves, which begins with the first.

    Raises NotFound.
    """
    ends = {value for name, value in flow.desk.call.posted if name == "end" and isinstance(value, str)}
    found = pipeline(flow, ends)
    if not found:
        raise NotFound("draft.nothing_there", name=flow.place)
    field = f"forms/{flow.flow.form}/fields/{flow.flow.field}"
    begin = {"do": "update", "at": field, "set": {"default": found[0]["next"]}}
    return [begin, {"do": "update", "at": flow.place, "set": {"nodes": found}}]


def _link(flow: FlowUnderWay, to: str) -> list[Json]:
    if to not in flow.ways.nodes or to == flow.ways.start:
        raise NotFound("draft.nothing_there", name=to)
    return [led(place, to) for place, _ in _edges(flow)]


def _branch(flow: FlowUnderWay, key: str, name: str) -> list[Json]:
    """Return what gives a node one more way out: in a list of them, or one that was not said yet."""
    if key not in flow.ways.nodes or name not in growth(flow, flow.ways.nodes[key].kind):
        raise NotFound("draft.nothing_there", name=flow.node(key))
    kind, to = flow.ways.nodes[key].kind, _onward(flow, key)
    for each, way in lists(kind.Options):
        if each == name:
            there = flow.raw["nodes"][list(flow.ways.nodes).index(key)].get(name, [])
            value = new_part(flow, kind, name, there) | {way: to}
            return [{"do": "add", "to": f"{flow.node(key)}/{name}", "value": value}]
    (end,) = new_nodes(flow, "end", "")
    end |= {"outcome": "rejected"}
    said = {"do": "update", "at": flow.node(key), "set": {name: end["key"]}}
    return [{"do": "add", "to": f"{flow.place}/nodes", "value": end}, said]


def _onward(flow: FlowUnderWay, key: str) -> str:
    """Return where a new branch leads: what stands below its sisters, else where the last of them leads."""
    first, *rest = laid_out(flow.ways)
    card = next(each for line in (first, *rest[0], *rest[1]) for each in _cards(line) if each.key == key)
    out = flow.ways.out(key)
    joined = [line.to for line in card.branches if line.to]
    others = [each for each in flow.ways.nodes if each not in {key, flow.ways.start}]
    return (joined or [each.to for each in out] or others or [key])[-1]


def _cards(line: Line) -> list[Card]:
    return [
        each
        for card in line.cards
        for each in (card, *(inner for branch in card.branches for inner in _cards(branch)))
    ]
