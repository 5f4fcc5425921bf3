"""The ASGI application: finds the route, reads the body, runs the handler in a worker thread."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData, Headers
from starlette.requests import Request, cookie_parser

from engines.store import people
from runtime.web.answers import COOKIE, failed, identify, nowhere, page_headers, too_large
from runtime.web.call import Answer, Call
from runtime.web.routing import Route, Table
from runtime.web.static import StaticFolder
from schemas.errors import WeftError

if TYPE_CHECKING:
    from runtime.installation import Installation

Scope = MutableMapping[str, Any]
THREADS = 24
_STATIC = "/static/"
_SAFE = {"GET", "HEAD"}
_log = logging.getLogger("weft")


class TooLarge(Exception):  # noqa: N818 - a signal between two functions of this module
    """A body beyond its route's limit."""


class Application:
    """Serves one installation. Written against ASGI itself: between the socket and a handler stands nothing else."""

    def __init__(self, installation: Installation, routes: Iterable[Route]) -> None:
        self.installation = installation
        self.table = Table(routes)
        self._static = StaticFolder()
        self._threads = ThreadPoolExecutor(THREADS, "weft")
        # SQLite has one writer anyway: writes that queue for one thread are spared the fight for the lock.
        self._writers = ThreadPoolExecutor(1, "weft-writer") if installation.db.sqlite else self._threads

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        """Start and stop what runs beside requests."""
        await receive()
        self.installation.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._threads.shutdown(wait=True)
        self._writers.shutdown(wait=True)
        self.installation.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, scope: Scope, receive: Any, send: Any) -> None:
        path, method = scope["path"], scope["method"]
        if path.startswith(_STATIC):
            await self._static(scope | {"path": path[len(_STATIC) - 1 :]}, receive, send)
            return
        found = self.table.find("GET" if method == "HEAD" else method, path)
        loop = asyncio.get_running_loop()
        headers = Headers(raw=scope["headers"])
        if found is None:
            answer = await loop.run_in_executor(self._threads, nowhere, self.installation, path, headers)
        else:
            route, params = found
            try:
                body, files = await _read(scope, receive, route)
            except TooLarge:
                answer = too_large(self.installation, headers, route.limit)
            else:
                if body is None:
                    return
                work = (self.installation, route, params, scope, headers, body, files)
                threads = self._writers if route.in_unit else self._threads
                try:
                    answer = await loop.run_in_executor(threads, _handle, *work)
                finally:
                    if files is not None:
                        await files.close()
        await self._send(answer, send, loop)

    async def _send(self, answer: Answer, send: Any, loop: asyncio.AbstractEventLoop) -> None:
        headers = [(name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in answer.headers.items()]
        headers.append((b"content-type", answer.type.encode("latin-1")))
        headers += [(b"set-cookie", each.encode("latin-1")) for each in answer.cookies]
        if answer.chunks is None:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if answer.chunks is not None:
            while (chunk := await loop.run_in_executor(self._threads, next, answer.chunks, None)) is not None:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": answer.body})


async def _read(scope: Scope, receive: Any, route: Route) -> tuple[bytes | None, FormData | None]:
    """Read the body up to the route's limit; None when the client went away."""
    if scope["method"] in _SAFE:
        return b"", None
    headers = Headers(raw=scope["headers"])
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > route.limit:
        raise TooLarge
    if route.multipart and headers.get("content-type", "").startswith("multipart/form-data"):
        if not declared.isdecimal():
            raise TooLarge  # an upload of unknown length is not begun
        form = await Request(scope, receive).form(max_files=50, max_fields=20_000, max_part_size=route.limit)
        return b"", form
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None, None
        part, more = message.get("body", b""), message.get("more_body", False)
        size += len(part)
        if size > route.limit:
            raise TooLarge
        parts.append(part)
    return b"".join(parts), None


def _handle(
    installation: Installation, route: Route, params: dict[str, str], scope: Scope, headers: Headers, body: bytes,
    files: FormData | None,
) -> Answer:  # fmt: skip
    """Run a handler on a snapshot of its own; every error becomes an answer here, whatever the door."""
    client = scope.get("client")
    call = Call(
        installation, scope["method"], scope["path"], params, scope["query_string"], headers,
        cookie_parser(headers.get("cookie", "")), client[0] if client else "", body, files,
        nonce="" if route.api else secrets.token_urlsafe(16),
    )  # fmt: skip
    try:
        identify(call, route)
        answer = _answer(call, route)
    except Exception as error:  # noqa: BLE001 - the outermost handler: nothing may leave without an answer
        call.release()
        answer = failed(call, route, error)
        if answer.status >= 500:  # noqa: PLR2004 - server errors
            _log.exception("%s %s", route.method, route.path, exc_info=error)
    if answer.chunks is None:
        call.release()
    else:
        answer.chunks = _until_read(answer.chunks, call)
    if call.stale_session:
        with installation.db.write() as writing:
            people.touch_session(writing, call.cookies[COOKIE], installation.clock.now())
    return page_headers(call, route, answer)


def _answer(call: Call, route: Route) -> Answer:
    """Run the handler; once more where it went wrong for a caller recognised from memory and the world moved on."""
    try:
        return route.handler(call)
    except WeftError:
        if not call.outdated():
            raise
    identify(call, route)
    return route.handler(call)


def _until_read(chunks: Iterator[bytes], call: Call) -> Iterator[bytes]:
    """Keep the snapshot for as long as a streamed answer is read from it."""
    try:
        yield from chunks
    finally:
        call.release()
