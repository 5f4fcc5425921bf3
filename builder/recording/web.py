"""The addresses of recording."""

from __future__ import annotations

from builder.recording import pages
from runtime.web.routing import Permission, Routes


def add_recording_routes(routes: Routes) -> None:
    """Register pages and REST."""
    designer = Permission.designer
    routes.add("POST", "/design/{app}/record", designer)(pages.begin)
    routes.add("POST", "/design/{app}/record/stop", designer)(pages.stop)
    routes.add("POST", "/api/builder/{app}/record", designer)(pages.begin_over_rest)
    routes.add("POST", "/api/builder/{app}/record/stop", designer)(pages.stop_over_rest)
