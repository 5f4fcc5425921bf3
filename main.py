"""The composition root: settings to a running application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette

import builder.web
import runtime.api
import runtime.screens
from runtime.demo import load_demo
from runtime.installation import Installation, Settings
from runtime.web.application import application
from runtime.web.routing import Routes


def routes() -> Routes:
    """Return every route of the platform; the first that matches answers."""
    found = Routes()
    runtime.screens.add_routes(found)
    builder.web.add_routes(found)
    runtime.api.add_routes(found)
    return found


def create(settings: Settings) -> Starlette:
    """Build the application of one installation, its demo loaded; serving starts and stops what runs beside it."""
    installation = Installation(settings)
    if settings.demo:
        load_demo(installation, settings.demo)
    app = application(installation, routes())

    @asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        installation.start()
        yield
        installation.close()

    app.router.lifespan_context = lifespan
    return app


