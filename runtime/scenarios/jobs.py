"""Scenarios played in the background: a job that a child process carries out, and how far it is."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from engines.store import jobs
from engines.store.jobs import Job, JobView
from engines.store.worker import JobContext
from runtime.scenarios.child import serve
from runtime.scenarios.playing import Asked
from runtime.scenarios.wording import totals
from schemas.errors import NotFound

if TYPE_CHECKING:
    import sqlalchemy as sa

    from runtime.installation import Installation

KIND = "scenario.test"
_LONGEST = 600.0  # seconds; nobody waits longer for an answer


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which scenarios of which app, and who asks. ``total``: how many they are."""

    app: str
    person: int
    definition: str
    total: int
    only: str | None = None
    locale: str = "zh-CN"


class Plays:
    """The scenarios that this process has played."""

    def __init__(self, plugins: Path | None = None) -> None:
        self._plugins = plugins
        self._lock = threading.Lock()
        self._children: set[SpawnProcess] = set()
        self._closed = False

    def run(self, job: Job, context: JobContext) -> None:
        """Play in a process of its own; the job shows each report as it comes."""
        told: Any = job.payload
        asked = Asked(told["definition"].encode(), told["only"], locale=told["locale"], plugins=self._plugins)
        reports: list[Any] = []
        for each in self._played(asked):
            if "failed" in each:
                context.progress(scenarios=reports, failed=each["failed"])
                return
            reports.append(each)
            context.progress(scenarios=reports)

    def _played(self, asked: Asked) -> Iterator[Mapping[str, Any]]:
        spawn = multiprocessing.get_context("spawn")
        ours, theirs = spawn.Pipe()
        child = spawn.Process(target=serve, args=(theirs, asked), name="weft-scenarios")
        with self._lock:
            if self._closed:
                return
            child.start()
            self._children.add(child)
        theirs.close()
        try:
            yield from _heard(ours)
        finally:
            with self._lock:
                self._children.discard(child)
            child.kill()
            child.join()
            child.close()
            ours.close()

    def close(self) -> None:
        """End what is being played; the job is taken up again after the next start."""
        with self._lock:
            self._closed = True
            for each in self._children:
                each.kill()


def _heard(conn: Connection) -> Iterator[Mapping[str, Any]]:
    until = time.monotonic() + _LONGEST
    while conn.poll(max(until - time.monotonic(), 0)):
        try:
            yield orjson.loads(conn.recv_bytes())
        except (EOFError, ConnectionResetError):
            return
    yield {"failed": f"{_LONGEST:.0f} s"}


def enqueue(installation: Installation, wanted: Wanted) -> int:
    """Let a worker play; the answer is the id of the job."""
    payload = {
        "app": wanted.app, "person": str(wanted.person), "definition": wanted.definition,
        "total": wanted.total, "only": wanted.only, "locale": wanted.locale,
        "digest": "" if wanted.only else digest_of(wanted.definition.encode()),
    }  # fmt: skip
    with installation.db.write() as conn:
        number = installation.jobs.enqueue(conn, KIND, payload)
    installation.worker.kick()
    return number


def digest_of(definition: bytes) -> str:
    """Return by what a run is found again that played everything in a definition."""
    return sha256(definition).hexdigest()


def found(conn: sa.Connection, app: str, job_id: int | None) -> JobView:
    """Return a run of an app's scenarios. Raises NotFound."""
    job = None if job_id is None else jobs.view(conn, job_id)
    if job is None or job.kind != KIND or job.payload.get("app") != app:
        raise NotFound
    return job


def stop(installation: Installation, job_id: int) -> None:
    """Stop a run; what it is playing just now is played to its end."""
    with installation.db.write() as conn:
        jobs.cancel(conn, job_id, installation.clock.now())


def told(job: JobView) -> dict[str, Any]:
    """Return how far a run is, and what it found so far; ``good`` is known at the end."""
    progress: Any = job.progress
    over = job.finished_at is not None
    shown = totals(progress.get("scenarios", ()))
    complete = over and len(shown["scenarios"]) == job.payload["total"]
    return {
        "id": str(job.id), "state": job.state.value, "total": job.payload["total"], **shown,
        "good": shown["good"] and complete if over else None, "error": progress.get("failed") or job.error,
    }  # fmt: skip
