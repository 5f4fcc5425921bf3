"""The composition root: settings to a running application."""

from __future__ import annotations

import builder.web
import runtime.api
import runtime.screens
from runtime.dashboards.pages import add_dashboard_pages
from runtime.demo import load_demo
from runtime.feeds.pages import add_feed_routes
from runtime.installation import Installation, Settings
from runtime.live.events import add_live_routes
from runtime.web.application import Application
from runtime.web.health import add_health_routes
from runtime.web.routing import Routes


def routes() -> Routes:
    """Return every route of the platform; the first that matches answers."""
    found = Routes()
    add_health_routes(found)
    add_live_routes(found)
    add_dashboard_pages(found)
    add_feed_routes(found)
    runtime.screens.add_routes(found)
    builder.web.add_routes(found)
    runtime.api.add_routes(found)
    return found


def create(settings: Settings) -> Application:
    """Build the application of one installation, its demo loaded."""
    installation = Installation(settings)
    if settings.demo:
        load_demo(installation, settings.demo)
    return Application(installation, routes())
