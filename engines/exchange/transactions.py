"""The transactions of one import: all under one cause, none so long that others notice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from time import perf_counter

from engines.exchange.options import Follow, Target
from engines.exchange.passage import Passage
from engines.exchange.resuming import COUNTS, Done
from engines.exchange.sheet import Chunk
from engines.query import Uow

PATIENCE = 0.1  # seconds for which others may have to wait
_ROWS_AT_LEAST = 100


@dataclass(slots=True)
class Transactions:
    """Opens them. ``done``: what is committed; ``most``: the most rows in one of them."""

    target: Target
    follow: Follow
    most: int
    done: Done = field(init=False)
    _rows: int = field(init=False)
    _seconds: float = 0.0

    def __post_init__(self) -> None:
        self.done, self._rows = self.follow.done, self.most

    def paced(self, chunk: Chunk) -> Iterator[Chunk]:
        """Cut a chunk into parts of as many rows as the transactions so far had time for."""
        start, end = 0, len(chunk.numbers)
        while start < end:
            size = self._rows
            yield chunk.part(range(start, min(start + size, end)))
            fitting = int(size * PATIENCE / max(self._seconds, 0.001))
            self._rows = min(self.most, max(_ROWS_AT_LEAST, fitting))
            start += size

    @contextmanager
    def unit(self) -> Iterator[Uow]:
        """Open a transaction, which the importer says is done before it ends."""
        target = self.target
        with target.store.unit(target.app, target.access, target.cause) as uow:
            uow.cause_id = self.done.cause_id
            began = perf_counter()
            yield uow
            self._seconds = perf_counter() - began

    @contextmanager
    def looking(self) -> Iterator[Uow]:
        """Open something to check with, which keeps nobody from writing."""
        target = self.target
        with target.store.db.read() as conn:
            yield target.store.uow(conn, target.app, target.access, target.cause)

    def commit(self, passage: Passage, uow: Uow, *, last: bool) -> None:
        """Note what will be there once the transaction has ended."""
        for numbers, refused in passage.looked:
            self.done = self.done.upto(numbers, refused)
        passage.looked.clear()
        counts = {name: getattr(passage.report, name) for name in COUNTS}
        self.done = replace(self.done, cause_id=uow.cause_id, **counts)
        self.follow.commit(uow.conn, self.done, passage.report, last=last)

    def commit_part(self, passage: Passage, uow: Uow, *, last: bool = False) -> None:
        """Note what will be there only if all the rest comes, too: nobody goes on with it."""
        self.done = Done(cause_id=uow.cause_id)
        self.follow.commit(uow.conn, self.done, passage.report, last=last)
