"""Static files: hashed addresses are kept for ever, compressed once per start."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from frontend.environment import ROOT


class StaticFolder:
    """Serves ``frontend/static``; an address with a content hash never changes what it means."""

    def __init__(self) -> None:
        self._app: ASGIApp = GZipMiddleware(StaticFiles(directory=ROOT / "static"), minimum_size=500)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one file."""
        hashed = b"v=" in scope.get("query_string", b"")

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                lasting = hashed and message["status"] < 400
                kept = b"public, max-age=31536000, immutable" if lasting else b"no-cache"
                message["headers"] = [*message["headers"], (b"cache-control", kept),
                                      (b"x-content-type-options", b"nosniff")]  # fmt: skip
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except HTTPException as error:  # a file that is not there, or a method that only others know
            await PlainTextResponse(str(error.status_code), error.status_code)(scope, receive, with_headers)
