"""How one person has a dashboard: which widgets, in which order; kept with the person, and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.report.answering import dashboard
from engines.store.personal import get_personal, set_personal
from frontend.boards import ArrangePage, ArrangeRow
from frontend.views import Action, Link
from runtime import desk
from runtime.dashboards.links import dashboard_url
from runtime.desk import person_of
from runtime.screens.people.frame import posted_names
from runtime.screens.shell import go, page, texts_of
from runtime.web.call import Answer, Call
from runtime.web.routing import Permission, Routes
from schemas.behaviour import Dashboard, Place, WidgetOptions

ARRANGE = "/arrange/{app}/{key}"


def add_arranging(routes: Routes) -> None:
    """Register the page."""
    routes.add("GET", ARRANGE, Permission.person)(ask)
    routes.add("POST", ARRANGE, Permission.person)(arrange)


def arrange_url(app: str, key: str) -> str:
    """Return where a person arranges a dashboard."""
    return ARRANGE.format(app=app, key=key)


def _name(app: str, key: str) -> str:
    return f"board:{app}/{key}"


def arranged(call: Call, found: Dashboard, widgets: Sequence[WidgetOptions]) -> list[WidgetOptions]:
    """Return the widgets as this person has them; where nothing was arranged, as the designer put them."""
    said: Any = get_personal(call.conn, person_of(call).id, _name(call.app.key, found.key))
    if not said:
        return [*widgets]
    order = {key: place for place, key in enumerate(said["order"])}
    hidden = {*said["hidden"]}
    kept = sorted(widgets, key=lambda each: order.get(each.key, len(order)))
    return [_flowing(each) for each in kept if each.key not in hidden]


def in_order(widgets: Sequence[WidgetOptions]) -> list[WidgetOptions]:
    """Return the widgets as they are read: from top to bottom, from left to right."""
    if any(each.place.y is None for each in widgets):
        return [*widgets]
    return sorted(widgets, key=lambda each: (each.place.y or 0, each.place.x or 0))


def _flowing(options: WidgetOptions) -> WidgetOptions:
    """Return a widget that stands after the one before it."""
    return options.model_copy(update={"place": Place(w=options.place.w, h=options.place.h)})


def ask(call: Call) -> Answer:
    """Answer the page on which the widgets are put in order."""
    found = dashboard(call.app, call.access, call.params["key"])
    texts = texts_of(call)
    said: Any = get_personal(call.conn, person_of(call).id, _name(call.app.key, found.key)) or {}
    order = {key: place for place, key in enumerate(said.get("order", ()))}
    widgets = sorted(in_order(found.widgets), key=lambda each: order.get(each.key, len(order)))
    kinds = call.installation.widgets
    rows = tuple(
        ArrangeRow(
            each.key, texts.label(each.label), kinds[each.type].icon, each.key not in said.get("hidden", ())
        )
        for each in widgets
    )
    title, back_to = texts.label(found.label), dashboard_url(call.app.key, found.key)
    reset = Action(texts.t("screen.arrange.reset"), call.path, "post", "restore", fields=(("reset", "1"),))
    model = ArrangePage(texts.t("screen.arrange.title"), call.path, rows, back_to, reset if said else None)
    return page(call, "runtime/arrange.html", model, [Link(title, back_to)])


def arrange(call: Call) -> Answer:
    """Keep the order and what is shown, or forget it."""
    found = dashboard(call.app, call.access, call.params["key"])
    posted = posted_names(call)
    known = {each.key for each in found.widgets}
    order = [each for each in dict.fromkeys(posted.get("order", ())) if each in known]
    value = {"order": _moved(order, posted), "hidden": sorted(known - {*posted.get("shown", ())})}
    with desk.writing(call) as conn:
        kept = None if call.field("reset") else value
        set_personal(conn, person_of(call).id, _name(call.app.key, found.key), kept)
    if "up" in posted or "down" in posted:
        return go(call, call.path)
    return go(call, dashboard_url(call.app.key, found.key), texts_of(call).t("screen.arrange.kept"))


def _moved(order: list[str], posted: Any) -> list[str]:
    """Return the order after one of the buttons that move a widget by one."""
    for name, step in (("up", -1), ("down", 1)):
        for key in posted.get(name, ()):
            at = order.index(key) if key in order else -1
            if at >= 0 and 0 <= at + step < len(order):
                order[at], order[at + step] = order[at + step], order[at]
    return order
