"""Dashboards as pages, whole and widget by widget."""

from __future__ import annotations

from collections.abc import Sequence

from engines.report.answering import dashboard, dashboards, part
from frontend.boards import DashboardPage
from frontend.views import Link
from runtime.dashboards.arranging import add_arranging, arrange_url, arranged, in_order
from runtime.dashboards.charting import show_chart
from runtime.dashboards.house import greeting
from runtime.dashboards.links import dashboard_url
from runtime.dashboards.views import asker_of, widget_view
from runtime.screens.shell import page, texts_of
from runtime.web.call import Answer, Call
from runtime.web.routing import Permission, Routes
from schemas.behaviour import Dashboard, WidgetOptions
from schemas.elements import label_of

_BASE = "/a/{app}/dashboards/{key}"


def add_dashboard_pages(routes: Routes) -> None:
    """Register the pages; they come before those of forms."""
    routes.add("GET", "/a/{app}/{form}/chart", Permission.person)(show_chart)
    add_arranging(routes)
    routes.add("GET", _BASE, Permission.person)(show_dashboard)
    routes.add("GET", _BASE + "/{widget}", Permission.person)(show_widget)


def show_dashboard(call: Call) -> Answer:
    """Answer a dashboard with every widget that is on it."""
    found = dashboard(call.app, call.access, call.params["key"])
    widgets = arranged(call, found, in_order(found.widgets))
    return page(call, "runtime/dashboard.html", _page(call, found, widgets))


def show_widget(call: Call) -> Answer:
    """Answer one widget alone, large; a dashboard that is open takes it from here anew."""
    found = dashboard(call.app, call.access, call.params["key"])
    options = part(found, call.params["widget"])
    title = texts_of(call).label(found.label)
    crumbs = [
        Link(title, dashboard_url(call.app.key, found.key)),
        Link(texts_of(call).label(options.label), ""),
    ]
    return page(call, "runtime/dashboard.html", _page(call, found, [options]), crumbs)


def _page(call: Call, found: Dashboard, widgets: Sequence[WidgetOptions]) -> DashboardPage:
    texts, base = texts_of(call), dashboard_url(call.app.key, found.key)
    asker, formats = asker_of(call), call.installation.renderer.formats[texts.locale]
    now = formats.date_time(call.app.definition.time_zone)(call.installation.clock.now())
    others = (
        Link(texts.label(each.label), dashboard_url(call.app.key, each.key), active=each.key == found.key)
        for each in dashboards(call.app, call.access)
    )
    return DashboardPage(
        title=label_of(found.label, texts.locale),
        url=base,
        widgets=tuple(widget_view(call, each, asker, base) for each in widgets),
        note=texts.label(found.description),
        icon=found.icon or "",
        updated=texts.t("screen.dashboard.updated", time=now[-5:]),
        others=tuple(others),
        greeting=greeting(call) if found.home else "",
        arrange=Link(texts.t("screen.arrange.link"), arrange_url(call.app.key, found.key), "adjustments"),
    )
