"""Runs the server: one process, one event loop, handlers in threads."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from runtime.installation import Settings
    from runtime.web.application import Application


def run(app: Application, settings: Settings) -> None:
    """Serve until told to stop. Access lines are not written: they cost a tenth of a small request."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    uvicorn.run(
        app, host=settings.host, port=settings.port, log_level="warning", access_log=False, loop="uvloop",
        http="httptools", server_header=False, date_header=False, timeout_graceful_shutdown=5,
        proxy_headers=False,
    )  # fmt: skip
