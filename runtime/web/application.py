"""The ASGI application: finds the route, identifies the caller, runs the handler in a worker thread."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Mount
from starlette.routing import Route as Address

from runtime.web.answers import failed, identify, page_headers
from runtime.web.call import Answer, Call
from runtime.web.routing import Route
from runtime.web.static import StaticFolder

if TYPE_CHECKING:
    from runtime.installation import Installation

_log = logging.getLogger("weft")


def application(installation: Installation, routes: Iterable[Route]) -> Starlette:
    """Build the application of one installation."""
    found: list[BaseRoute] = [Mount("/static", StaticFolder())]
    found += [_address(installation, route) for route in routes]
    app = Starlette(routes=found, exception_handlers={404: _nowhere(installation), 405: _nowhere(installation)})
    app.state.installation = installation
    return app


def _address(installation: Installation, route: Route) -> Address:
    async def endpoint(request: Request) -> Response:
        body, files = b"", None
        if route.method not in {"GET", "HEAD"}:
            try:
                files = await _multipart(request, route) if route.multipart else None
                body = b"" if files is not None else await _body(request, route.limit)
            except _TooLarge:
                return Response(b'{"title":"too large","status":413,"code":"limit.reached"}', 413)
            except ClientDisconnect:
                return Response(status_code=400)
        answer = await to_thread.run_sync(_handle, installation, route, request, body, files)
        return _response(answer)

    methods = [route.method, "HEAD"] if route.method == "GET" else [route.method]
    return Address(route.path, endpoint, methods=methods)


class _TooLarge(Exception):  # noqa: N818 - never leaves this module
    """A body beyond its route's limit."""


async def _body(request: Request, limit: int) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise _TooLarge
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise _TooLarge
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def _multipart(request: Request, route: Route) -> FormData | None:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return None
    declared = request.headers.get("content-length", "")
    if not declared.isdecimal() or int(declared) > route.limit:
        raise _TooLarge
    return await request.form(max_files=50, max_fields=20_000, max_part_size=route.limit)


def _handle(installation: Installation, route: Route, request: Request, body: bytes, files: FormData | None) -> Answer:
    """Run a handler on a snapshot of its own; every error becomes an answer here, whatever the door."""
    reading = installation.db.read()
    conn = reading.__enter__()
    open_ = True

    def release() -> None:
        nonlocal open_
        if open_:
            open_ = False
            reading.__exit__(None, None, None)

    scope = request.scope
    call = Call(
        installation, request.method, scope["path"], request.path_params, scope["query_string"], request.headers,
        request.cookies, request.client.host if request.client else "", body, conn, files,
        nonce="" if route.api else secrets.token_urlsafe(16), release=release,
    )  # fmt: skip
    try:
        identify(call, route)
        answer = route.handler(call)
    except Exception as error:  # noqa: BLE001 - the outermost handler: nothing may leave without an answer
        release()
        answer = failed(call, route, error)
        if answer.status >= 500:  # noqa: PLR2004 - server errors
            _log.exception("%s %s", route.method, route.path, exc_info=error)
    finally:
        release()
    return page_headers(call, route, answer)


def _response(answer: Answer) -> Response:
    headers: dict[str, str] = answer.headers
    if answer.chunks is not None:
        found: Response = StreamingResponse(answer.chunks, answer.status, headers, answer.type)
    else:
        found = Response(answer.body, answer.status, headers, answer.type)
    for cookie in answer.cookies:
        found.raw_headers.append((b"set-cookie", cookie.encode("latin-1")))
    return found


def _nowhere(installation: Installation) -> Any:
    """Answer addresses that lead nowhere as absent records are answered."""
    from runtime.web.answers import nowhere  # noqa: PLC0415 - the same module as above, under a shorter name

    async def handler(request: Request, _: Exception) -> Response:
        return _response(await to_thread.run_sync(nowhere, installation, request))

    return handler
