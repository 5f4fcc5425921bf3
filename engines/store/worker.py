"""Runs jobs in threads of this process; APScheduler is the executor and the alarm clock, nothing more."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from engines.ports import Clock
from engines.store import jobs
from engines.store.database import Database
from engines.store.jobs import Job
from schemas.errors import WeftError

_LOOK_SECONDS = 1.0
_RENEW_SECONDS = 30.0
_log = logging.getLogger(__name__)


class Stopped(WeftError):
    """The job was cancelled, or taken over by another worker."""


class Later(Exception):
    """The job cannot be done yet, and nothing is wrong: it waits until ``due``."""

    def __init__(self, due: datetime) -> None:
        super().__init__(due)
        self.due = due


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a handler may use beside its job; it opens its own transactions."""

    db: Database
    clock: Clock
    job: Job

    def progress(self, **values: object) -> None:
        """Show how far the work is (``done=3, total=10``). Raises Stopped, which a handler lets pass."""
        with self.db.write() as conn:
            go_on = jobs.report(conn, self.job, values, self.clock.now())
        if not go_on:
            raise Stopped("job.stopped")


Handler = Callable[[Job, JobContext], None]
Alarm = Callable[[datetime], None]  # asks for a job if it is time for one; is heard before each look


class _Lane:
    """Threads that some kinds of jobs share, and nobody else."""

    def __init__(self, kinds: Collection[str], threads: int) -> None:
        self.kinds = frozenset(kinds)
        self.threads = threads if self.kinds else 0
        self.free = threading.Semaphore(self.threads)


class Worker:
    """Claims and runs the jobs it has handlers for. A handler must bear being run twice.

    ``slow``: kinds that take long; they have threads of their own, so that the others never wait for them.
    """

    def __init__(
        self,
        db: Database,
        handlers: Mapping[str, Handler],
        clock: Clock,
        *,
        threads: int = 2,
        slow: Collection[str] = (),
        alarms: Sequence[Alarm] = (),
    ) -> None:
        self._db = db
        self._handlers = handlers
        self._clock = clock
        self._lanes = [_Lane(handlers.keys() - set(slow), threads), _Lane(slow, threads)]
        self._alarms = alarms
        self._gate = threading.Lock()
        self._open = False
        self._running: dict[int, Job] = {}
        pool = ThreadPoolExecutor(
            sum(each.threads for each in self._lanes) + 2
        )  # looking and renewing never wait for work to end
        defaults = {"misfire_grace_time": None, "coalesce": True}
        logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it reports looks, and looks left out
        self._scheduler = BackgroundScheduler(
            executors={"default": pool}, job_defaults=defaults, timezone=UTC
        )
        self._scheduler.add_job(self._look, "interval", seconds=_LOOK_SECONDS)
        self._scheduler.add_job(self._renew, "interval", seconds=_RENEW_SECONDS)
        self._scheduler.add_job(db.settle, "interval", seconds=_LOOK_SECONDS)

    def start(self) -> None:
        """Begin looking for work."""
        self._scheduler.start()
        self._open = True
        self.kick()

    def stop(self) -> None:
        """Claim nothing more and wait for what is running."""
        with self._gate:
            self._open = False
        for lane in self._lanes:
            for _ in range(lane.threads):
                lane.free.acquire()
        # The scheduler's own way to wait locks out jobs that end meanwhile, for ever.
        if self._scheduler.running:  # an installation that only ran a command never started it
            self._scheduler.shutdown(wait=False)

    def kick(self) -> None:
        """Look now: call it after a commit that enqueued something."""
        self._soon(self._look, id="kick", replace_existing=True)

    def run_due(self) -> int:
        """Run everything that is due, here and now, and return how many jobs that were."""
        count = 0
        while True:
            for alarm in self._alarms:
                alarm(self._clock.now())
            job = self._claim(self._handlers)
            if job is None:
                return count
            self._run(job)
            count += 1

    def _look(self) -> None:
        self._hear()
        for lane in self._lanes:
            self._fill(lane)

    def _fill(self, lane: _Lane) -> None:
        while lane.free.acquire(blocking=False):
            job = self._claim_quietly(lane.kinds)
            if job is None or not self._soon(self._run_and_look, args=[job, lane]):
                lane.free.release()
                return

    def _hear(self) -> None:
        try:
            for alarm in self._alarms:
                alarm(self._clock.now())
        except Exception:  # noqa: BLE001 - the database may be away for a while; the next look tries again
            _log.exception("Could not look for what is due.")

    def _soon(self, function: Callable[..., None], **options: object) -> bool:
        with self._gate:
            if self._open:
                self._scheduler.add_job(function, **options)
            return self._open

    def _run_and_look(self, job: Job, lane: _Lane) -> None:
        try:
            self._run(job)
        finally:
            lane.free.release()
        self.kick()

    def _claim_quietly(self, kinds: Collection[str]) -> Job | None:
        try:
            return self._claim(kinds)
        except Exception:  # noqa: BLE001 - the database may be away for a while; the next look tries again
            _log.exception("Could not look for jobs.")
            return None

    def _claim(self, kinds: Collection[str]) -> Job | None:
        now = self._clock.now()
        with self._db.read() as conn:  # an idle worker never takes the writer's turn
            if not jobs.due(conn, kinds, now):
                return None
        with self._db.write() as conn:
            return jobs.claim(conn, kinds, now)

    def _run(self, job: Job) -> None:
        self._running[job.id] = job
        try:
            self._handlers[job.kind](job, JobContext(self._db, self._clock, job))
        except Later as later:
            with self._db.write() as conn:
                jobs.put_off(conn, job, later.due)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the job's failure, not the worker's
            if not isinstance(error, Stopped):
                _log.exception("Job %s (%s) failed, attempt %s.", job.id, job.kind, job.attempt)
            with self._db.write() as conn:
                jobs.fail(conn, job, _told(error), self._clock.now())
        else:
            with self._db.write() as conn:
                jobs.complete(conn, job, self._clock.now())
        finally:
            self._running.pop(job.id, None)

    def _renew(self) -> None:
        held = list(self._running.values())
        if held:
            with self._db.write() as conn:
                jobs.renew(conn, held, self._clock.now())


def _told(error: Exception) -> str:
    return error.reason if isinstance(error, WeftError) else f"{type(error).__name__}: {error}"
