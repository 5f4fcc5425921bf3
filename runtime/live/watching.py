"""Looks for what other processes wrote, as long as anybody listens."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor
from typing import TYPE_CHECKING

import sqlalchemy as sa

from runtime.live.telling import Elsewhere

if TYPE_CHECKING:
    from runtime.installation import Installation

_EVERY = 1.0  # seconds
_log = logging.getLogger("weft")


class Watch:
    """Asks once a second on a thread of the server; one question over the primary key of causes."""

    def __init__(self, installation: Installation, threads: Executor) -> None:
        self._installation = installation
        self._threads = threads
        self._elsewhere = Elsewhere(installation.clock, installation.lease)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; on the event loop."""
        self._task = asyncio.get_running_loop().create_task(self._watch())

    async def stop(self) -> None:
        """End, and wait for the end."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        loop, hub = asyncio.get_running_loop(), self._installation.hub
        while True:
            await asyncio.sleep(_EVERY)
            if not hub.heard:
                continue
            try:
                hub.tell(await loop.run_in_executor(self._threads, self._look))
            except (
                sa.exc.SQLAlchemyError
            ):  # the database is away for a moment; what is told then is told late
                _log.warning("cannot see what other processes write", exc_info=True)

    def _look(self) -> list[str]:
        with self._installation.db.read() as conn:
            return self._elsewhere.look(conn)
