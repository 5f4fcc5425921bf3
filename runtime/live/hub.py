"""Topics and who listens to them: told from any thread, heard on the event loop, at most twice a second."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from schemas.errors import Busy

_GATHERED = 0.2  # seconds: a burst of writes is one message
_APART = 0.5
_MOST = 2_000
_MOST_TOPICS = 500
EVERYTHING = "all"


def person_topic(user_id: int) -> str:
    """Return what is told when something concerns one person: to-dos, notices."""
    return f"person:{user_id}"


@dataclass(eq=False)
class Listener:
    """One open connection. What it was not told yet is a set, so a slow reader takes no room."""

    wants: Callable[[str], bool]
    waiting: set[str] = field(default_factory=set)
    closed: bool = False
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, topics: Iterable[str]) -> None:
        """Note what changed."""
        self.waiting.update(each for each in topics if each == EVERYTHING or self.wants(each))
        if len(self.waiting) > _MOST_TOPICS:
            self.waiting = {EVERYTHING}
        if self.waiting:
            self._woken.set()

    def close(self) -> None:
        """End: whoever waits is woken."""
        self.closed = True
        self._woken.set()

    async def next(self, seconds: float) -> list[str] | None:
        """Return what changed, nothing after so many quiet seconds, None at the end."""
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return []
        if self.closed:
            return None
        found, self.waiting = sorted(self.waiting), set()
        self._woken.clear()
        return found

    async def rest(self) -> None:
        """Wait a little before the next message, unless it is over."""
        if not self.closed:
            await asyncio.sleep(_APART)


class Hub:
    """Spreads topics over the listeners of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: set[Listener] = set()
        self._told: set[str] = set()
        self._gathering = False
        self._closed = False

    @property
    def heard(self) -> bool:
        """Tell whether anybody listens."""
        return bool(self._listeners)

    @property
    def full(self) -> bool:
        """Tell whether there is no room for another listener."""
        return self._closed or len(self._listeners) >= _MOST

    def join(self, wants: Callable[[str], bool]) -> Listener:
        """Add a listener; on the event loop. Raises Busy where too many listen already."""
        if self.full:
            raise Busy(retry_after=30)
        self._loop = asyncio.get_running_loop()
        found = Listener(wants)
        self._listeners.add(found)
        return found

    def leave(self, listener: Listener) -> None:
        """Forget a listener."""
        self._listeners.discard(listener)

    def tell_people(self, people: Collection[int]) -> None:
        """Say that something new waits for some people; whose topics are theirs alone."""
        if self.heard:
            self.tell([person_topic(each) for each in people])

    def tell(self, topics: Iterable[str]) -> None:
        """Say that something changed; from any thread. Nothing happens where nobody listens."""
        loop = self._loop
        if not self._listeners or loop is None:
            return
        with self._lock:
            self._told.update(topics)
            if self._gathering:
                return
            self._gathering = True
        try:
            loop.call_soon_threadsafe(loop.call_later, _GATHERED, self._spread)
        except RuntimeError:  # the loop is closed: nobody is left to be told
            self._gathering = False

    def _spread(self) -> None:
        with self._lock:
            topics, self._told, self._gathering = self._told, set(), False
        for each in self._listeners:
            each.hear(topics)

    def close(self) -> None:
        """Let every connection end; on the event loop."""
        self._closed = True
        for each in self._listeners:
            each.close()
