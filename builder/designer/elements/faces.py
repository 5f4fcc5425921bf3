"""Which page shows an element: a face of its own where its kind has one, else the page of any element."""

from __future__ import annotations

from builder.designer.desk import Desk
from builder.designer.elements.pages import element_page
from builder.designer.flows.pages import flow_page
from builder.designer.flows.under_way import FlowUnderWay
from builder.designer.rule_face import RuleUnderWay, rule_page
from builder.designer.views.pages import view_at, view_page
from runtime.web.call import Answer, Call
from schemas.errors import NotFound

# Lists that the page of their element draws: it is looked at in their stead.
_DRAWN = {("flows", "nodes"), ("rules", "then")}


def show_element(call: Call) -> Answer:
    """Answer the page of the element, or of the list of elements, at a place."""
    desk = Desk(call)
    place = call.query.get("at", "").strip("/")
    if not place:
        raise NotFound
    if view_at(place):
        return view_page(desk, place)
    whole, _, name = place.rpartition("/")
    if whole.count("/") == 1 and (place.split("/")[0], name) in _DRAWN:
        place = whole
    flow, rule = FlowUnderWay.at(desk, place), RuleUnderWay.of(desk, place)
    if flow is not None:
        return flow_page(flow, place)
    return element_page(desk, place) if rule is None else rule_page(rule, place)
