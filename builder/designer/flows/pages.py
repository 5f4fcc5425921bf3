"""The page of a flow: its cards, and beside them everything about what is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from builder.designer.elements.pages import ElementDrawing, crumbs
from builder.designer.flows.drawing import FlowDrawing
from builder.designer.flows.layout import laid_out
from builder.designer.flows.making import STAGE
from builder.designer.flows.under_way import FlowUnderWay
from frontend.flow_tree import FlowPage
from frontend.views import Item
from runtime.screens.shell import page
from runtime.web.call import Answer


def flow_page(flow: FlowUnderWay, place: str) -> Answer:
    """Answer the page of a flow on which one of its parts is chosen."""
    desk = flow.desk
    element = ElementDrawing(desk, place)
    drawing = FlowDrawing(flow, place, desk.call.query.get("plus", ""))
    first, stages, loose = laid_out(flow.ways)
    part, way = element.model(), crumbs(desk, place)[3:]
    if place == flow.place:
        part = replace(part, lists=tuple(each for each in part.lists if each.place != f"{place}/nodes"))
    model = FlowPage(
        desk.texts.label(flow.flow.label), _note(flow), flow.place, desk.element_url(place), desk.bar(),
        drawing.line(first), tuple(map(drawing.line, stages)), tuple(map(drawing.line, loose)), part,
        tuple(each for each in way if each.url != desk.element_url(f"{flow.place}/nodes")),
        place != flow.place, ElementDrawing(desk, flow.place).model().problems, tuple(_to_be_stages(flow)),
    )  # fmt: skip
    return page(desk.call, "builder/flow.html", model, crumbs(desk, flow.place), nav=desk.nav())


def _to_be_stages(flow: FlowUnderWay) -> Iterator[Item]:
    """Yield the options of which stages can be made, as long as there is none."""
    options = flow.options()
    if not any(each.options.type == STAGE for each in flow.ways.nodes.values()):
        yield from (Item(key, text) for key, text in options.items())


def _note(flow: FlowUnderWay) -> str:
    """Return of which records the flow speaks."""
    forms = {each.key: each.text for each in flow.around.forms}
    return flow.desk.texts.t("design.flow.about", form=forms.get(flow.flow.form, flow.flow.form))
