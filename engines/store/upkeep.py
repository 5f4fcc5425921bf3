"""The daily round: what nobody needs any more is removed, by a job that asks for its own successor."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa

from engines.ports import FileStore, JobQueue
from engines.store import files, jobs, platform, publics
from engines.store.database import Database
from engines.store.people.attempts import forgotten_attempts
from engines.store.people.invitations import ended_invitations
from engines.store.people.sessions import expired_sessions
from engines.store.shares import ended_shares
from engines.store.waste import Waste, remove
from engines.store.worker import Handler, JobContext

KIND = "upkeep"
Forget = Callable[[Database, datetime], int]
ANSWERED = timedelta(days=7)  # how long a repeated request is answered from memory
ENDED = timedelta(days=30)  # how long it can be seen what became of a job
TYPED = timedelta(days=90)  # how long what was typed and not saved is offered
UPLOADED = timedelta(days=30)  # how long a file may wait for its record
_ARRIVED = timedelta(days=1)  # bytes younger than this may belong to a row that is being written
_AT = time(19, tzinfo=UTC)  # three in the night in China, where most users are; any hour would do
_log = logging.getLogger(__name__)


def ask(db: Database, queue: JobQueue, now: datetime) -> None:
    """See to it that there will be a next round; who starts later finds it asked for."""
    with db.read() as conn:
        if jobs.under_way(conn, KIND):
            return
    with db.write() as conn:
        _ask(conn, queue, now)


def _ask(conn: sa.Connection, queue: JobQueue, now: datetime) -> None:
    due = datetime.combine(now.astimezone(UTC).date(), _AT)
    due = due if due > now else due + timedelta(days=1)
    queue.enqueue(conn, KIND, {}, due=due, unique=f"{KIND}:{due.date()}")


def handler(kept: FileStore, queue: JobQueue, more: Mapping[str, Forget] | None = None) -> Handler:
    """Return what does the round. Tomorrow's is asked for first: one that fails is not the last.

    ``more``: what other engines remove, by name.
    """

    def run(_: jobs.Job, context: JobContext) -> None:
        db, now = context.db, context.clock.now()
        with db.write() as conn:
            _ask(conn, queue, now)
        failed: list[Exception] = []
        removed: dict[str, int] = {}
        for name, work in [*_round(db, kept, now), *_others(db, now, more or {})]:
            try:
                removed[name] = work()
            except Exception as error:  # noqa: BLE001 - the rest of the round does not depend on it
                _log.warning("Could not remove old %s.", name, exc_info=True)
                failed.append(error)
            context.progress(**removed)
        if failed:
            raise failed[0]

    return run


def _round(db: Database, kept: FileStore, now: datetime) -> Iterator[tuple[str, Callable[[], int]]]:
    """Yield what is removed, by name; bytes after the rows that named them."""
    for name, waste in _rows(now).items():
        yield name, partial(remove, db, waste)
    yield "typed by strangers", partial(publics.forget_typed, db, now)
    yield "uploads", partial(_forget_uploads, db, now)
    yield "bytes", partial(files.sweep, db, kept, now - _ARRIVED)


def _others(
    db: Database, now: datetime, more: Mapping[str, Forget]
) -> Iterator[tuple[str, Callable[[], int]]]:
    for name, forget in more.items():
        yield name, partial(forget, db, now)


def _rows(now: datetime) -> Mapping[str, Waste]:
    answer, draft = platform.answer, platform.draft
    return {
        "sessions": expired_sessions(now),
        "attempts": forgotten_attempts(now),
        "invitations": ended_invitations(now),
        "shares": ended_shares(now),
        "answers": Waste(answer, answer.c.at < now - ANSWERED),
        "jobs": jobs.ended(now - ENDED),
        "drafts": Waste(draft, draft.c.saved_at < now - TYPED),
    }


def _forget_uploads(db: Database, now: datetime) -> int:
    """Remove files that waited for a record in vain.

    A draft, a job, or what a stranger sent and waits to be looked at, may still mean to use some.
    """
    with db.read() as conn:
        typed = conn.scalars(sa.select(platform.draft.c["values"]))
        meant = (*typed, *publics.waiting(conn), *jobs.pending(conn))
        named = {number for values in meant for number in _numbers(values)}
        waiting = files.loose(conn, now - UPLOADED)
    return files.forget(db, [each for each in waiting if each not in named])


def _numbers(value: Any) -> Iterator[int]:
    """Yield whatever might be an id."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _numbers(each)
    elif str(value).isdecimal() and len(str(value)) <= 19:
        yield int(value)
