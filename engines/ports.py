"""What the engines need from outside, as protocols; ``main.py`` binds them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import sqlalchemy as sa

    from engines.form import FieldModel, FormModel
    from engines.query import ChangeSet, Draft, Uow


class Clock(Protocol):
    """The only source of the time."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""


class Ids(Protocol):
    """Makes record ids: 63-bit, ordered by time, unique over all processes of an installation."""

    def next(self) -> int:
        """Return a new id."""

    def many(self, count: int) -> Sequence[int]:
        """Return ``count`` new ids, ascending."""


class FileStore(Protocol):
    """Keeps the bytes of files by their SHA-256."""

    def put(self, stream: IO[bytes], limit: int) -> tuple[str, int]:
        """Keep a stream and return its digest and size. Raises LimitReached beyond ``limit`` bytes."""

    def open(self, digest: str) -> AbstractContextManager[IO[bytes]]:
        """Open kept bytes. Raises NotFound."""

    def digests(self) -> Iterator[str]:
        """Iterate over all kept files, to be compared with the file rows."""

    def sweep(self, needed: Callable[[Sequence[str]], Collection[str]], before: datetime) -> int:
        """Remove what was put before a moment and not since, and is none of the ``needed``; return how many.

        ``needed`` is given some digests and returns those that a row names. A row is written after its bytes
        were put, so that ``before`` must lie further back than any write lasts.
        """


class JobQueue(Protocol):
    """Work to be done after a commit: at least once, enqueued in the caller's transaction."""

    def enqueue(
        self,
        conn: sa.Connection,
        kind: str,
        payload: Mapping[str, object],
        *,
        due: datetime | None = None,
        unique: str | None = None,
    ) -> int:
        """Add a job and return its id; an unfinished job of the same ``unique`` key is returned instead."""


class WriteHook(Protocol):
    """An engine that takes part in every write."""

    def before(self, uow: Uow, form: str, drafts: Sequence[Draft]) -> None:
        """Change or refuse drafts before checks run; touches nothing but the drafts."""

    def after(self, uow: Uow, changes: ChangeSet) -> None:
        """Follow a write inside its transaction."""


class StageHistory(Protocol):
    """Where records stood before: the options that a select field of a form once held.

    What a field holds now is not history; its own column says it.
    """

    def visited(self, form: FormModel, field: FieldModel) -> sa.Select[tuple[int, int]]:
        """Select ``record_id`` and ``stage`` (the option's uid) of every stay that ended."""

    def stays(self, form: FormModel, field: FieldModel) -> sa.Select[tuple[int, int, int, int]]:
        """Select the same with ``entered_at`` and ``left_at``, in milliseconds since 1970."""


class FlowStarter(Protocol):
    """The engine that starts flows, for the engines beside it."""

    def start(self, uow: Uow, flow: str, record_id: int, key: str) -> int:
        """Start a flow of the app for a record and return the instance; the same ``key`` starts it once.

        Raises WeftError where the record may not enter it.
        """
