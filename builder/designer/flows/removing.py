"""What goes with a node or a branch that is taken out, and where what led to it leads then."""

from __future__ import annotations

from builder.designer.flows.graph import Ways
from builder.designer.flows.under_way import FlowUnderWay
from builder.designer.reading import Json
from engines.flow.shape import shape_of
from schemas.errors import Invalid, Issue


def removal(flow: FlowUnderWay, place: str) -> list[Json]:
    """Return the commands; none where a place is neither a node nor one of the ways out of one."""
    _, _, _, key, *inside = place.split("/")
    if not inside and key in flow.ways.nodes:
        return _node(flow, key)
    way = next((each for each in flow.edges if each == place or each.rpartition("/")[0] == place), None)
    return _way(flow, way, place) if way is not None and inside else []


def _node(flow: FlowUnderWay, key: str) -> list[Json]:
    ways, to = flow.ways, continuation(flow.ways, key)
    if key == ways.start:
        raise Invalid([Issue(flow.node(key), "draft.flow_keeps_start")], "draft.refused")
    into = [(one, way) for one, way in ways.into(key) if one != key]
    if to is None and into:
        raise Invalid([Issue(flow.node(key), "draft.flow_keeps_end")], "draft.refused")
    gone = {key, *(ways.reached() - _reached(ways, {key: to}))}
    healed: list[Json] = []
    for one, way in into:
        if one not in gone:
            holder, _, name = flow.where(way).rpartition("/")
            healed.append({"do": "update", "at": holder, "set": {name: to}})
    return [*healed, *_without(flow, gone)]


def _way(flow: FlowUnderWay, way: str, place: str) -> list[Json]:
    """Return what takes out one way, and what was reached by it alone."""
    key, said = flow.edge(way)
    gone = flow.ways.reached() - _reached(flow.ways, {}, (key, said.name))
    if way == place:
        holder, _, name = way.rpartition("/")
        return [{"do": "update", "at": holder, "set": {name: None}}, *_without(flow, gone)]
    return [*_without(flow, gone), {"do": "remove", "at": place}]


def _without(flow: FlowUnderWay, gone: set[str]) -> list[Json]:
    """Return what takes nodes out, and what names them elsewhere."""
    found: list[Json] = []
    for place, key in flow.mentions():
        if key in gone and not any(f"{place}/".startswith(f"{flow.node(each)}/") for each in gone):
            holder, _, name = place.rpartition("/")
            found.append({"do": "update", "at": holder, "set": {name: None}})
    return found + [{"do": "remove", "at": flow.node(each)} for each in flow.ways.nodes if each in gone]


def continuation(ways: Ways, key: str) -> str | None:
    """Return where what leads to a node leads when it is gone."""
    out = [each for each in ways.out(key) if each.to != key]
    if ways.nodes[key].kind.divides:
        join = shape_of(ways.nodes, ways.start).joins.get(key) if ways.start else None
        if join is not None:
            return next((each.to for each in ways.out(join)), None)
    if not out:
        kind = ways.nodes[key].kind.name
        return next((each for each in ways.nodes if each != key and ways.is_kind(each, kind)), None)
    named = {each.name: each.to for each in out}
    on = [each.to for each in ways.onward(key)]
    return named.get("next") or named.get("otherwise") or (on[0] if on else out[0].to)


def _reached(ways: Ways, instead: dict[str, str | None], without: tuple[str, str] = ("", "")) -> set[str]:
    """Return what is reached when some nodes stand for others, and one way is not there."""
    todo: list[str | None] = [ways.start, *(key for key in ways.nodes if ways.is_kind(key, "stage"))]
    found: set[str] = set()
    while todo:
        key = todo.pop()
        key = instead.get(key, key) if key is not None else None
        if key is None or key in found or key not in ways.nodes or key in instead:
            continue
        found.add(key)
        todo += [way.to for way in ways.out(key) if (key, way.name) != without]
    return found
