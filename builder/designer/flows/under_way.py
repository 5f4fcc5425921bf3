"""A flow of the draft with its ways, each told as a place that commands understand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from builder.designer.desk import Desk
from builder.designer.elements.around import surroundings
from builder.designer.flows.graph import Ways
from builder.designer.panel import Surroundings
from builder.designer.reading import Json
from builder.drafting.places import Pointer, locate, said, value_at
from engines.flow.kinds import NodeType, Output
from engines.flow.shape import draw
from schemas.behaviour import Flow
from schemas.errors import NotFound
from schemas.grammar import references
from schemas.kinds import Registry

_MOST = 300  # more cards than anybody reads, and what is drawn calls itself once a card


@dataclass(frozen=True, eq=False)
class FlowUnderWay:
    """``place``: where it stands, ``flows/review``."""

    desk: Desk
    place: str
    flow: Flow

    @classmethod
    def at(cls, desk: Desk, place: str) -> FlowUnderWay | None:
        """Return the flow that a place is in; None where none is, or none that can be drawn."""
        parts = place.split("/")
        if len(parts) < 2 or parts[0] != "flows":
            return None
        raw = value_at(desk.draft.document, locate(desk.draft.document, "/".join(parts[:2])))
        try:
            flow = desk.call.installation.grammar.element("flows").model_validate(
                raw, by_alias=True, by_name=False
            )
        except ValidationError:
            return None
        if not isinstance(flow, Flow) or len(flow.nodes) > _MOST:
            return None
        return cls(desk, "/".join(parts[:2]), flow)

    @property
    def raw(self) -> Json:
        """Return what the draft says."""
        found: Json = value_at(self.desk.draft.document, self._at)
        return found

    @cached_property
    def _at(self) -> Pointer:
        return locate(self.desk.draft.document, self.place)

    @property
    def kinds(self) -> Registry[NodeType[Any]]:
        """Return the kinds of node there are."""
        return self.desk.call.installation.grammar.families["nodes"]

    @cached_property
    def ways(self) -> Ways:
        """Return its nodes and the ways between them."""
        return Ways(draw(self.flow.nodes, self.kinds, ()))

    @cached_property
    def around(self) -> Surroundings:
        """Return what its elements may name."""
        return surroundings(self.desk.draft.document, self._at, self.desk.texts)

    def node(self, key: str) -> str:
        """Return where a node stands."""
        return f"{self.place}/nodes/{key}"

    def where(self, way: Output) -> str:
        """Return where the draft says a way, as ``flows/review/nodes/large/arms/yes/next``."""
        return f"{self.place}/{said(self.raw, way.at[:-1])}/{way.at[-1]}"

    def holder(self, way: Output) -> str:
        """Return the place of what says a way: a node, or one of its branches."""
        return self.where(way).rpartition("/")[0]

    @cached_property
    def edges(self) -> Mapping[str, tuple[str, Output]]:
        """Return every way by its place, with the node it comes from."""
        return {self.where(way): (key, way) for key in self.ways.nodes for way in self.ways.out(key)}

    def edge(self, place: str) -> tuple[str, Output]:
        """Return a way and where it comes from. Raises NotFound."""
        if place not in self.edges:
            raise NotFound("draft.nothing_there", name=place)
        return self.edges[place]

    def mentions(self) -> Iterator[tuple[str, str]]:
        """Yield what names a node without being a way, as a button that sends back, with the node."""
        for at, what, key, _ in references(self.flow):
            if what != "node":
                continue
            above = said(self.raw, at[:-1])
            place = "/".join(filter(None, (self.place, above, str(at[-1]))))
            if place not in self.edges:
                yield place, key

    def options(self) -> Mapping[str, str]:
        """Return the options of the field that a pipeline moves, by key; of another flow none."""
        found = self.around.options.get(f"{self.flow.form}.{self.flow.field}", ())
        return {each.key: each.text for each in found} if self.flow.field else {}
