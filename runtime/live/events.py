"""The stream an open browser listens to: which topics changed, nothing of what stands in them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from engines.store import people
from runtime.live.hub import person_topic
from runtime.live.telling import app_topic, form_topic
from runtime.web.answers import COOKIE
from runtime.web.call import Answer, Call
from runtime.web.routing import Permission, Routes
from schemas.elements import Action
from schemas.errors import Busy

if TYPE_CHECKING:
    from runtime.installation import Installation

_QUIET = 15.0  # seconds after which a sign of life is sent, and asked who listens
_RETRY = 3_000  # milliseconds until a browser that lost the stream asks again


def add_live_routes(routes: Routes) -> None:
    """Register the stream."""
    routes.add("GET", "/live", Permission.person)(listen)


def listen(call: Call) -> Answer:
    """Answer with a stream that lasts as long as the session and the server do. Raises Busy."""
    call.release()
    if call.installation.hub.full:
        raise Busy(retry_after=30)
    ear = Ear(call.installation, call.cookies.get(COOKIE, ""))
    ear.recognise()
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Answer(type="text/event-stream", headers=headers, events=ear.events())


@dataclass
class Ear:
    """One listener: a session, and the topics its person may hear of."""

    installation: Installation
    token: str
    epoch: int = -1
    allowed: frozenset[str] = frozenset()

    def recognise(self) -> bool:
        """Look again who listens and what may be heard; False once the session is over. In a thread."""
        box = self.installation
        with box.db.read() as conn:
            found = people.by_session(conn, self.token, box.clock.now())
            if found is None:
                return False
            if found.epoch != self.epoch:
                person = box.person(conn, found.user_id, found.epoch)
                access = box.access(person, found.epoch)
                topics = {person_topic(found.user_id)}
                for app in box.apps(conn, found.epoch).values():
                    seen = [
                        form for form in app.forms.values()
                        if form.parent is None and access.form(app, form).may(Action.view)
                    ]  # fmt: skip
                    topics |= {form_topic(app.key, each.key) for each in seen}
                    topics |= {app_topic(app.key)} if seen else set()
                self.epoch, self.allowed = found.epoch, frozenset(topics)
        return True

    async def events(self) -> AsyncGenerator[bytes]:
        """Yield messages until the session, the connection or the server ends."""
        hub, loop = self.installation.hub, asyncio.get_running_loop()
        listener = hub.join(lambda topic: topic in self.allowed)
        looked = loop.time()
        try:
            yield f"retry: {_RETRY}\nevent: ready\ndata: {{}}\n\n".encode()
            while (topics := await listener.next(_QUIET)) is not None:
                yield _message(topics)
                if loop.time() - looked >= _QUIET:
                    looked = loop.time()
                    if not await loop.run_in_executor(None, self.recognise):
                        return
                if topics:
                    await listener.rest()
        finally:
            hub.leave(listener)


def _message(topics: list[str]) -> bytes:
    if not topics:
        return b": still here\n\n"
    return b"event: change\ndata: " + orjson.dumps({"topics": topics}) + b"\n\n"
