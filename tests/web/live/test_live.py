"""Live: who listens hears which forms changed, soon, once, and no more than he may know."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

import pytest

from engines.access import Access
from engines.query import Cause, Change, Op
from engines.store import people
from engines.store.ids import SnowIds, slot_of
from engines.store.store import Store
from engines.store.writing import write
from runtime.live.hub import EVERYTHING, Hub
from runtime.live.telling import Elsewhere
from tests.fixtures.clock import FakeClock
from tests.fixtures.rest import Rest

Events = Callable[[], Awaitable[list[str]]]
SOON = 2.0


class Browser:
    """One open stream, spoken to as the server speaks to it."""

    def __init__(self, rest: Rest, user_id: int) -> None:
        with rest.installation.db.write() as conn:
            self.token = people.open_session(conn, user_id, rest.clock.now()).token
        self.rest = rest
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self._gone = asyncio.Event()

    async def serve(self) -> None:
        scope = {
            "type": "http", "method": "GET", "path": "/live", "query_string": b"", "client": ("1.2.3.4", 1),
            "headers": [(b"host", b"weft.example"), (b"cookie", f"weft_session={self.token}".encode())],
        }  # fmt: skip
        await self.rest.web(scope, self._receive, self._send)

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        elif message.get("body"):
            await self._chunks.put(message["body"])

    async def next(self, seconds: float = SOON) -> str:
        return (await asyncio.wait_for(self._chunks.get(), seconds)).decode()

    async def topics(self, seconds: float = SOON) -> list[str]:
        """The topics of the next message that tells of a change."""
        async with asyncio.timeout(seconds):
            while not (text := await self.next(seconds)).startswith("event: change"):
                pass
        found: list[str] = json.loads(text.split("data: ")[1])["topics"]
        return found

    def leave(self) -> None:
        self._gone.set()


@asynccontextmanager
async def listening(rest: Rest, user_id: int) -> AsyncIterator[Browser]:
    """A browser that was told the stream is ready."""
    browser = Browser(rest, user_id)
    serving = asyncio.create_task(browser.serve())
    assert "event: ready" in await browser.next(10)
    yield browser
    browser.leave()
    await asyncio.wait_for(serving, 5)
    assert not rest.installation.hub.heard


def save(rest: Rest, form: str = "order", **values: Any) -> None:
    box = rest.installation
    with box.store.unit(rest.model, Access(None), Cause("test", None)) as uow:
        assert write(box.store, uow, rest.model.form(form), [Change(Op.create, values)])[0].ok


def in_a_loop_of_its_own(run: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run in another thread: the browser tests may keep a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, run()).result()


def test_a_save_is_told_within_two_seconds_to_whoever_may_see_the_form(rest: Rest) -> None:
    chief, sender = rest.add("chief", "chief"), rest.add("sender", "sender")

    async def run() -> None:
        async with listening(rest, chief) as one:
            assert one.headers[b"content-type"] == b"text/event-stream"
            assert one.headers[b"cache-control"] == b"no-store"
            await asyncio.to_thread(save, rest, title="a")
            assert await one.topics() == ["form:shop.order"]
            other = Browser(rest, sender)
            serving = asyncio.create_task(other.serve())
            await other.next(10)
            await asyncio.to_thread(save, rest, title="b")
            assert await one.topics() == ["form:shop.order"]
            with pytest.raises(TimeoutError):  # whoever may only send orders does not learn of them
                await other.topics(1)
            other.leave()
            await serving

    in_a_loop_of_its_own(run)


def test_what_waits_for_somebody_is_told_to_nobody_else(rest: Rest) -> None:
    one, other = rest.add("one"), rest.add("other")

    async def run() -> None:
        async with listening(rest, one) as browser:
            await asyncio.to_thread(rest.installation.store.tell, [other])
            with pytest.raises(TimeoutError):
                await browser.topics(1)
            await asyncio.to_thread(rest.installation.store.tell, [one, other])
            assert await browser.topics() == [f"person:{one}"]

    in_a_loop_of_its_own(run)


def test_many_saves_are_one_message(rest: Rest) -> None:
    chief = rest.add("chief", "chief")

    async def run() -> None:
        async with listening(rest, chief) as browser:
            for number in range(20):
                await asyncio.to_thread(save, rest, title=f"t{number}")
            await asyncio.to_thread(save, rest, "person", name="Ann")
            heard = [await browser.topics()]
            while heard[-1] != ["form:shop.order", "form:shop.person"] and len(heard) < 5:
                heard.append(await browser.topics())
            assert len(heard) < 5

    in_a_loop_of_its_own(run)


def test_what_was_rolled_back_is_not_told(rest: Rest) -> None:
    chief, box = rest.add("chief", "chief"), rest.installation

    def fail() -> None:
        with box.store.unit(rest.model, Access(None), Cause("test", None)) as uow:
            write(box.store, uow, rest.model.form("order"), [Change(Op.create, {"title": "x"})])
            raise LookupError

    async def run() -> None:
        async with listening(rest, chief) as browser:
            with pytest.raises(LookupError):
                await asyncio.to_thread(fail)
            with pytest.raises(TimeoutError):
                await browser.topics(1)

    in_a_loop_of_its_own(run)


def test_the_stream_ends_with_the_server(rest: Rest) -> None:
    chief = rest.add("chief", "chief")

    async def run() -> None:
        browser = Browser(rest, chief)
        serving = asyncio.create_task(browser.serve())
        await browser.next(10)
        rest.installation.hub.close()
        await asyncio.wait_for(serving, 2)

    in_a_loop_of_its_own(run)


def test_the_stream_ends_with_the_session_and_follows_rights(rest: Rest, monkeypatch: Any) -> None:
    monkeypatch.setattr("runtime.live.events._QUIET", 0.2)
    clerk = rest.add("clerk", "clerk")

    async def run() -> None:
        browser = Browser(rest, clerk)
        serving = asyncio.create_task(browser.serve())
        await browser.next(10)
        rest.give(clerk, "sender")
        await asyncio.sleep(0.6)
        await asyncio.to_thread(save, rest, title="a")
        with pytest.raises(TimeoutError):
            await browser.topics(1)
        with rest.installation.db.write() as conn:
            people.close_session(conn, browser.token)
        await asyncio.wait_for(serving, 3)

    in_a_loop_of_its_own(run)


def test_nobody_listens_without_a_session(rest: Rest) -> None:
    answer = rest.door("x").client.get("/live", headers={"Authorization": ""}, follow_redirects=False)

    assert answer.status_code == 303


def test_what_another_process_wrote_is_told_once(both: Rest) -> None:
    box, clock = both.installation, both.clock
    elsewhere = Elsewhere(clock, box.lease)

    def look() -> list[str]:
        with box.db.read() as conn:
            return elsewhere.look(conn)

    save(both, title="mine")
    assert look() == []
    foreign = Store(box.db, clock, SnowIds((box.lease.slot + 1) % 63, clock), box.jobs, b"s" * 32)
    with foreign.unit(both.model, Access(None), Cause("test", None)) as uow:
        write(foreign, uow, both.model.form("order"), [Change(Op.create, {"title": "theirs"})])
        number = uow.cause_id or 0
    assert slot_of(number) != box.lease.slot
    assert look() == ["app:shop"]
    assert look() == []


def test_a_slow_listener_takes_no_room() -> None:
    async def run() -> None:
        hub = Hub()
        listener = hub.join(lambda _: True)
        for number in range(2000):
            hub.tell([f"form:a.f{number}"])
        await asyncio.sleep(0.5)
        assert await listener.next(1) == [EVERYTHING]
        hub.leave(listener)
        hub.tell(["form:a.b"])
        assert not hub.heard

    in_a_loop_of_its_own(run)


def test_a_clock_that_is_behind_loses_nothing(rest: Rest, clock: FakeClock) -> None:
    elsewhere = Elsewhere(clock, rest.installation.lease)
    clock.forward(seconds=30)
    foreign = SnowIds((rest.installation.lease.slot + 1) % 63, FakeClock(clock.now()))
    late = foreign.next()
    clock.forward(seconds=10)
    store = Store(rest.installation.db, clock, foreign, rest.installation.jobs, b"s" * 32)
    with store.unit(rest.model, Access(None), Cause("t", None)) as uow:
        write(store, uow, rest.model.form("order"), [Change(Op.create, {"title": "late"})])
    with rest.installation.db.read() as conn:
        assert elsewhere.look(conn) == ["app:shop"]
    assert late > 0
