"""The ASGI application: finds the route, reads the body, runs the handler in a worker thread."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Generator, Iterable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, cookie_parser

from engines.store import people
from runtime.live.watching import Watch
from runtime.web.answers import COOKIE, failed, identify, nowhere, page_headers, recognise, unreadable
from runtime.web.call import Answer, Call
from runtime.web.receiving import TRUSTED, large, read_body
from runtime.web.routing import Permission, Route, Table
from runtime.web.static import StaticFolder
from runtime.web.streaming import raw_headers, stream
from schemas.errors import LimitReached, Unauthenticated, WeftError

if TYPE_CHECKING:
    from runtime.installation import Installation

THREADS = 24
_STATIC = "/static/"
_SAFE = {"GET", "HEAD"}
_log = logging.getLogger("weft")


class Application:
    """Serves one installation. Written against ASGI itself: nothing else stands before a handler."""

    def __init__(self, installation: Installation, routes: Iterable[Route]) -> None:
        self.installation = installation
        self.table = Table(routes)
        self._static = StaticFolder()
        self._threads = ThreadPoolExecutor(THREADS, "weft")
        self._watch = Watch(installation, self._threads)
        # SQLite has one writer anyway: writes that queue for one thread are spared the fight for the lock.
        self._writers = ThreadPoolExecutor(1, "weft-writer") if installation.db.sqlite else self._threads

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        """Start and stop what runs beside requests."""
        await receive()
        self.installation.start()
        self._watch.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.installation.hub.close()
        await self._watch.stop()
        self._threads.shutdown(wait=True)
        self._writers.shutdown(wait=True)
        self.installation.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _serve(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        path, method = scope["path"], scope["method"]
        if path.startswith(_STATIC):
            await self._static({**scope, "path": path[len(_STATIC) - 1 :]}, receive, send)
            return
        found = self.table.find("GET" if method == "HEAD" else method, path)
        loop = asyncio.get_running_loop()
        headers = Headers(raw=scope["headers"])
        if found is None:
            methods = self.table.methods(path)
            answer = await loop.run_in_executor(
                self._threads, nowhere, self.installation, path, headers, methods
            )
        else:
            route, params = found
            call = self._call(route, params, scope, headers)
            answered = await self._answer(call, route, scope, receive)
            if answered is None:
                return
            answer = answered
        if answer.events is not None and method != "HEAD":
            await stream(answer, receive, send)
        else:
            await self._send(answer, send, loop, method)

    def _call(
        self, route: Route, params: dict[str, str], scope: MutableMapping[str, Any], headers: Headers
    ) -> Call:
        client = scope.get("client")
        return Call(
            self.installation, scope["method"], scope["path"], params, scope["query_string"], headers,
            cookie_parser(headers.get("cookie", "")), client[0] if client else "",
            nonce="" if route.api else secrets.token_urlsafe(16),
        )  # fmt: skip

    async def _answer(
        self, call: Call, route: Route, scope: MutableMapping[str, Any], receive: Any
    ) -> Answer | None:
        """Read the body and run the handler; None when the client went away."""
        loop = asyncio.get_running_loop()
        try:
            if call.method not in _SAFE:
                if large(call.headers):  # strangers fill neither memory nor disks
                    await loop.run_in_executor(self._threads, _admit, call, route)
                body, call.files = await read_body(scope, receive, route, call.headers)
                if body is None:
                    return None
                call.body = body
        except ClientDisconnect:
            return None
        except Exception as error:  # noqa: BLE001 - as below: nothing may leave without an answer
            return await loop.run_in_executor(self._threads, unreadable, call, error)
        try:
            return await loop.run_in_executor(
                self._writers if route.in_unit else self._threads, _handle, call, route
            )
        finally:
            if call.files is not None:
                await call.files.close()

    async def _send(self, answer: Answer, send: Any, loop: asyncio.AbstractEventLoop, method: str) -> None:
        headers = raw_headers(answer)
        if answer.chunks is None and answer.events is None:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        chunks, body = answer.chunks, answer.body if method != "HEAD" else b""
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            while chunks is not None and method != "HEAD":
                chunk = await loop.run_in_executor(self._threads, next, chunks, None)
                if chunk is None:
                    break
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": body})
        finally:
            if isinstance(chunks, Generator):
                await loop.run_in_executor(self._threads, chunks.close)


def _admit(call: Call, route: Route) -> None:
    """Refuse much from strangers. Raises Unauthenticated, or LimitReached where nobody need be known."""
    if route.admit is not None:
        try:
            route.admit(call)
        finally:
            call.release()
        return
    if route.permission is Permission.public:
        raise LimitReached("limit.body", limit=TRUSTED)
    try:
        recognise(call, route)
    finally:
        call.release()
    if call.person is None:
        raise Unauthenticated


def _handle(call: Call, route: Route) -> Answer:
    """Run a handler on a snapshot of its own; every error becomes an answer here, whatever the door."""
    try:
        identify(call, route)
        answer = _answer(call, route)
        if answer.chunks is not None:
            answer.chunks = _begun(answer.chunks, call)
    except Exception as error:  # noqa: BLE001 - the outermost handler: nothing may leave without an answer
        call.release()
        answer = failed(call, route, error)
        if answer.status >= 500:
            _log.exception("%s %s", route.method, route.path, exc_info=error)
    if answer.chunks is None:
        call.release()
    if call.stale_session:
        again = suppress(WeftError, sa.exc.SQLAlchemyError)  # if it fails, the next request will
        with again, call.installation.db.write() as writing:
            people.touch_session(writing, call.cookies[COOKIE], call.installation.clock.now())
    return page_headers(call, route, answer)


def _answer(call: Call, route: Route) -> Answer:
    """Run the handler; once more where it failed for a caller from memory and the world moved on."""
    try:
        return route.handler(call)
    except WeftError:
        if not call.outdated():
            raise
    identify(call, route)
    return route.handler(call)


def _begun(chunks: Iterator[bytes], call: Call) -> Iterator[bytes]:
    """Begin a streamed answer: what cannot be read is refused yet, and what is not read on is closed."""
    found = _until_read(chunks, call)
    next(found)
    return found


def _until_read(chunks: Iterator[bytes], call: Call) -> Generator[bytes]:
    """Keep the snapshot for as long as a streamed answer is read from it."""
    try:
        first = next(chunks, b"")
        yield b""
        yield first
        yield from chunks
    finally:
        if isinstance(chunks, Generator):
            chunks.close()
        call.release()
