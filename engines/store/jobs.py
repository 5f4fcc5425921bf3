"""The job table: work to be done after a commit, at least once, by whoever claims it first."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from engines.ports import Clock, Ids
from engines.store import platform
from engines.store.upsert import upsert
from engines.store.waste import Waste
from schemas.errors import Conflict, NotFound

ATTEMPTS = 6
LEASE = timedelta(minutes=2)
_BACKOFF = timedelta(seconds=10)
_BACKOFF_AT_MOST = timedelta(hours=1)
_JITTER = random.SystemRandom()
_job = platform.job


class State(StrEnum):
    """``waiting`` and ``running`` are unfinished; ``dead`` gave up and can be driven again."""

    waiting = "waiting"
    running = "running"
    done = "done"
    dead = "dead"
    cancelled = "cancelled"


_UNFINISHED = (State.waiting, State.running)
_OVER = (State.done, State.cancelled)


@dataclass(frozen=True, slots=True)
class Job:
    """One claimed job. ``attempt`` counts from 1; only the latest attempt may report."""

    id: int
    kind: str
    payload: Mapping[str, object]
    attempt: int


@dataclass(frozen=True, slots=True)
class JobView:
    """One job as an administrator or its initiator sees it."""

    id: int
    kind: str
    payload: Mapping[str, object]
    state: State
    attempts: int
    due: datetime
    error: str | None
    progress: Mapping[str, object]
    created_at: datetime
    finished_at: datetime | None


class JobTable:
    """Implements ``JobQueue``."""

    def __init__(self, ids: Ids, clock: Clock) -> None:
        self._ids = ids
        self._clock = clock

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
        now = self._clock.now()
        row = {
            "id": self._ids.next(), "kind": kind, "payload": dict(payload), "unique_key": unique,
            "state": State.waiting, "attempts": 0, "due": due or now, "created_at": now, "cancel": False,
        }  # fmt: skip
        same = sa.select(_job.c.id).where(_job.c.unique_key == unique, _job.c.state.in_(_UNFINISHED))
        while True:  # the job in the way may end between the two statements
            added = conn.scalar(_adding(conn), row)
            found = added or conn.scalar(same)
            if found is not None:
                return int(found)


def _adding(conn: sa.Connection) -> Any:
    """Return the statement that adds a job; built once, because every save may enqueue."""
    kept = _job.info.setdefault("adding", {})
    name = conn.dialect.name
    if name not in kept:
        kept[name] = upsert(conn, _job).on_conflict_do_nothing().returning(_job.c.id)
    return kept[name]


def due(conn: sa.Connection, kinds: Collection[str], now: datetime) -> bool:
    """Tell whether there is something to claim."""
    return conn.execute(_claimable(kinds, now).limit(1)).first() is not None


def claim(conn: sa.Connection, kinds: Collection[str], now: datetime) -> Job | None:
    """Take the job that is due longest, or whose worker died; nobody else gets it during the lease."""
    while True:
        oldest = _claimable(kinds, now).order_by(_job.c.due, _job.c.id).limit(1)
        row = conn.execute(oldest.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        if row.attempts >= ATTEMPTS:  # its worker died, again and again
            ended = {"state": State.dead, "finished_at": now, "error": "job.worker_died"}
            conn.execute(sa.update(_job).where(_job.c.id == row.id).values(ended))
            continue
        attempt = row.attempts + 1
        taken = {"state": State.running, "attempts": attempt, "leased_until": now + LEASE}
        conn.execute(sa.update(_job).where(_job.c.id == row.id).values(taken))
        return Job(row.id, row.kind, row.payload, attempt)


def renew(conn: sa.Connection, jobs: Collection[Job], now: datetime) -> None:
    """Prolong the leases of jobs that are still being worked on."""
    for job in jobs:
        conn.execute(sa.update(_job).where(_held(job)).values(leased_until=now + LEASE))


def report(conn: sa.Connection, job: Job, progress: Mapping[str, object], now: datetime) -> bool:
    """Show how far a job is; False when it shall stop, or is no longer this worker's."""
    values = {"progress": dict(progress), "leased_until": now + LEASE}
    cancel = conn.execute(sa.update(_job).where(_held(job)).values(values).returning(_job.c.cancel)).first()
    return cancel is not None and not cancel[0]


def stopping(conn: sa.Connection, job: Job) -> bool:
    """Tell whether a job shall stop, or is no longer this worker's."""
    cancel = conn.execute(sa.select(_job.c.cancel).where(_held(job))).first()
    return cancel is None or bool(cancel[0])


def held(conn: sa.Connection, job: Job) -> bool:
    """Tell whether a job is still this worker's."""
    return conn.execute(sa.select(_job.c.id).where(_held(job))).first() is not None


def complete(
    conn: sa.Connection,
    job: Job,
    now: datetime,
    state: State = State.done,
    progress: Mapping[str, object] | None = None,
) -> bool:
    """Finish; False when the lease was lost and another worker has the job."""
    values: dict[str, object] = {"state": state, "finished_at": now, "error": None}
    if progress is not None:
        values["progress"] = dict(progress)
    return bool(conn.execute(sa.update(_job).where(_held(job)).values(values)).rowcount)


def fail(conn: sa.Connection, job: Job, error: str, now: datetime) -> State | None:
    """Try again later, or give up, or stop because somebody asked; None when the lease was lost."""
    cancel = conn.execute(sa.select(_job.c.cancel).where(_held(job))).first()
    if cancel is None:
        return None
    state = State.waiting
    if cancel[0]:
        state = State.cancelled
    elif job.attempt >= ATTEMPTS:
        state = State.dead
    ended = None if state is State.waiting else now
    values = {"state": state, "error": error[:1000], "due": now + backoff(job.attempt), "finished_at": ended}
    return state if conn.execute(sa.update(_job).where(_held(job)).values(values)).rowcount else None


def backoff(attempt: int) -> timedelta:
    """Return how long to wait after that attempt: doubling, an hour at most, not all at the same moment."""
    doubled: int = 2 ** (attempt - 1)
    return min(_BACKOFF * doubled, _BACKOFF_AT_MOST) * _JITTER.uniform(0.8, 1.2)


def cancel(conn: sa.Connection, job_id: int, now: datetime) -> None:
    """Stop a waiting job now and a running one at its next report. Raises NotFound."""
    waiting = (_job.c.id == job_id) & (_job.c.state == State.waiting)
    if conn.execute(sa.update(_job).where(waiting).values(state=State.cancelled, finished_at=now)).rowcount:
        return
    if not conn.execute(sa.update(_job).where(_job.c.id == job_id).values(cancel=True)).rowcount:
        raise NotFound


def postpone(conn: sa.Connection, unique: str, due: datetime) -> bool:
    """Let the waiting job of a key come due at another moment; False when there is none."""
    return bool(conn.execute(sa.update(_job).where(*_waiting(unique)).values(due=due)).rowcount)


def withdraw(conn: sa.Connection, unique: str) -> bool:
    """Forget the waiting job of a key; False when there is none."""
    return bool(conn.execute(sa.delete(_job).where(*_waiting(unique))).rowcount)


def put_off(conn: sa.Connection, job: Job, due: datetime) -> bool:
    """Let a claimed job wait as if it had not been begun; False when the lease was lost."""
    values = {"state": State.waiting, "attempts": 0, "due": due}
    return bool(conn.execute(sa.update(_job).where(_held(job)).values(values)).rowcount)


def unfinished(conn: sa.Connection, job_id: int) -> bool:
    """Tell whether a job is there and may still run by itself."""
    state = conn.scalar(sa.select(_job.c.state).where(_job.c.id == job_id))
    return state in _UNFINISHED


def redrive(conn: sa.Connection, job_id: int, now: datetime) -> None:
    """Let a dead job try anew. Raises NotFound, and Conflict when its like is already under way."""
    dead = conn.execute(sa.select(_job).where(_job.c.id == job_id, _job.c.state == State.dead)).first()
    if dead is None:
        raise NotFound
    same = sa.select(_job.c.id).where(_job.c.unique_key == dead.unique_key, _job.c.state.in_(_UNFINISHED))
    if dead.unique_key is not None and conn.scalar(same) is not None:
        raise Conflict("job.under_way")
    values = {
        "state": State.waiting,
        "attempts": 0,
        "due": now,
        "error": None,
        "finished_at": None,
        "cancel": False,
    }
    conn.execute(sa.update(_job).where(_job.c.id == job_id).values(values))


def view(conn: sa.Connection, job_id: int) -> JobView:
    """Return one job. Raises NotFound."""
    row = conn.execute(sa.select(_job).where(_job.c.id == job_id)).first()
    if row is None:
        raise NotFound
    return _view(row)


def listing(conn: sa.Connection, state: State, limit: int = 100) -> Sequence[JobView]:
    """Return jobs in a state, the newest first."""
    wanted = sa.select(_job).where(_job.c.state == state).order_by(_job.c.id.desc()).limit(limit)
    return [_view(row) for row in conn.execute(wanted)]


def started_by(conn: sa.Connection, kind: str, person: int, limit: int) -> Sequence[JobView]:
    """Return the jobs of a kind whose payload names a person, the newest first."""
    theirs = _job.c.payload["person"].as_string() == str(person)
    wanted = sa.select(_job).where(_job.c.kind == kind, theirs).order_by(_job.c.id.desc()).limit(limit)
    return [_view(row) for row in conn.execute(wanted)]


def latest(conn: sa.Connection, kind: str, **told: str) -> JobView | None:
    """Return the newest job of a kind whose payload says what is ``told``."""
    same = (_job.c.payload[name].as_string() == text for name, text in told.items())
    wanted = sa.select(_job).where(_job.c.kind == kind, *same).order_by(_job.c.id.desc()).limit(1)
    row = conn.execute(wanted).first()
    return None if row is None else _view(row)


def under_way(conn: sa.Connection, *kinds: str, **told: str) -> bool:
    """Tell whether a job of some kinds is still to be finished whose payload says what is ``told``."""
    wanted = sa.select(_job.c.id).where(_job.c.state.in_(_UNFINISHED), _job.c.kind.in_(kinds))
    same = (_job.c.payload[name].as_string() == text for name, text in told.items())
    return conn.execute(wanted.where(*same).limit(1)).first() is not None


def ended(before: datetime) -> Waste:
    """Return jobs that were done or cancelled before a moment; dead ones stay until somebody decides."""
    return Waste(_job, _job.c.state.in_(_OVER) & (_job.c.finished_at < before))


def pending(conn: sa.Connection) -> Iterator[Mapping[str, object]]:
    """Iterate over the payloads of jobs that may still run."""
    return iter(conn.scalars(sa.select(_job.c.payload).where(_job.c.state.not_in(_OVER))))


def _claimable(
    kinds: Collection[str], now: datetime
) -> sa.Select[tuple[int, str, Mapping[str, object], int]]:
    ripe = (_job.c.state == State.waiting) & (_job.c.due <= now)
    orphaned = (_job.c.state == State.running) & (_job.c.leased_until < now)
    columns = (_job.c.id, _job.c.kind, _job.c.payload, _job.c.attempts)
    return sa.select(*columns).where(_job.c.kind.in_(sorted(kinds)), ripe | orphaned)


def _waiting(unique: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _job.c.unique_key == unique, _job.c.state == State.waiting


def _held(job: Job) -> sa.ColumnElement[bool]:
    return sa.and_(_job.c.id == job.id, _job.c.attempts == job.attempt, _job.c.state == State.running)


def _view(row: sa.Row[tuple[object, ...]]) -> JobView:
    kept = row._mapping
    return JobView(
        kept["id"], kept["kind"], kept["payload"], State(kept["state"]), kept["attempts"], kept["due"],
        kept["error"], kept["progress"] or {}, kept["created_at"], kept["finished_at"],
    )  # fmt: skip
