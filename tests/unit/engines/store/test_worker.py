"""The worker: runs each job once at a time, survives failing handlers, stops cleanly."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from engines.store import jobs
from engines.store.clock import SystemClock
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.jobs import Job, JobTable, State
from engines.store.worker import JobContext, Worker
from schemas.errors import NotFound
from tests.fixtures.clock import FakeClock

CLOCK = SystemClock()


def enqueue(db: Database, count: int = 1, **options: Any) -> list[int]:
    queue = JobTable(SnowIds(0, CLOCK), CLOCK)
    with db.write() as conn:
        return [queue.enqueue(conn, "work", {"n": n}, **options) for n in range(count)]


def states(db: Database, ids: list[int]) -> set[State]:
    with db.read() as conn:
        return {jobs.view(conn, job_id).state for job_id in ids}


@pytest.fixture
def second(database_url: str) -> Iterator[Database]:
    """The same installation as another process sees it."""
    db = Database(database_url)
    yield db
    db.close()


def test_a_kick_runs_what_was_enqueued(database: Database) -> None:
    ran = threading.Event()
    worker = Worker(database, {"work": lambda *_: ran.set()}, CLOCK)
    worker.start()

    ids = enqueue(database)
    worker.kick()
    arrived = ran.wait(10)
    worker.stop()

    assert arrived
    assert states(database, ids) == {State.done}


def test_two_workers_never_run_one_job_at_once(database: Database, second: Database) -> None:
    guard, all_ran = threading.Lock(), threading.Event()
    active: set[int] = set()
    ran: list[int] = []
    clashes: list[int] = []

    def work(job: Job, context: JobContext) -> None:
        with guard:
            if job.id in active:
                clashes.append(job.id)
            active.add(job.id)
        context.progress(done=1)
        with guard:
            active.discard(job.id)
            ran.append(job.id)
            if len(ran) >= 30:
                all_ran.set()

    ids = enqueue(database, 30)
    workers = [Worker(db, {"work": work}, CLOCK, threads=3) for db in (database, second)]
    for worker in workers:
        worker.start()
    finished = all_ran.wait(30)
    for worker in workers:
        worker.stop()

    assert finished
    assert (clashes, sorted(ran)) == ([], sorted(ids))
    assert states(database, ids) == {State.done}


def test_slow_jobs_take_no_thread_from_the_others(database: Database) -> None:
    go_on, quick = threading.Event(), threading.Event()
    begun = threading.Semaphore(0)

    def slow(job: Job, context: JobContext) -> None:
        begun.release()
        go_on.wait(20)

    handlers: dict[str, Any] = {"slow": slow, "work": lambda *_: quick.set()}
    worker = Worker(database, handlers, CLOCK, threads=2, slow={"slow"})
    with database.write() as conn:
        queue = JobTable(SnowIds(1, CLOCK), CLOCK)
        waiting = [queue.enqueue(conn, "slow", {}) for _ in range(5)]
    worker.start()
    assert all(begun.acquire(timeout=10) for _ in range(2))

    ids = enqueue(database)
    worker.kick()
    ran = quick.wait(10)
    running = [each for each in waiting if states(database, [each]) == {State.running}]
    go_on.set()
    worker.stop()

    assert ran
    assert states(database, ids) == {State.done}
    assert len(running) == 2


def test_stopping_waits_for_what_is_running(database: Database) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def work(job: Job, context: JobContext) -> None:
        begun.set()
        go_on.wait(10)

    ids = enqueue(database, 3)
    worker = Worker(database, {"work": work}, CLOCK, threads=1)
    worker.start()
    assert begun.wait(10)
    threading.Timer(0.2, go_on.set).start()

    worker.stop()

    assert states(database, ids[:1]) == {State.done}
    assert states(database, ids[1:]) == {State.waiting}


def test_a_failing_handler_is_retried_and_told(database: Database, clock: FakeClock) -> None:
    calls: list[int] = []

    def work(job: Job, context: JobContext) -> None:
        calls.append(job.attempt)
        if job.attempt == 1:
            raise NotFound("file.gone")

    worker = Worker(database, {"work": work}, clock)
    clock.at = CLOCK.now()
    ids = enqueue(database)

    clock.forward(seconds=1)
    assert worker.run_due() == 1
    with database.read() as conn:
        assert jobs.view(conn, ids[0]).error == "file.gone"
    clock.forward(seconds=13)
    assert worker.run_due() == 1

    assert calls == [1, 2]
    assert states(database, ids) == {State.done}


def test_a_worker_that_dies_leaves_its_job_to_another(database: Database, clock: FakeClock) -> None:
    class Killed(BaseException):
        """What a process sees last."""

    def die(job: Job, context: JobContext) -> None:
        raise Killed

    done: list[int] = []
    clock.at = CLOCK.now()
    ids = enqueue(database)
    clock.forward(seconds=1)
    with pytest.raises(Killed):
        Worker(database, {"work": die}, clock).run_due()
    heir = Worker(database, {"work": lambda job, _: done.append(job.attempt)}, clock)

    assert heir.run_due() == 0
    clock.forward(minutes=3)

    assert heir.run_due() == 1
    assert done == [2]
    assert states(database, ids) == {State.done}


def test_a_cancelled_job_stops_at_its_next_report(database: Database, clock: FakeClock) -> None:
    def work(job: Job, context: JobContext) -> None:
        context.progress(done=1, total=3)
        with context.db.write() as conn:
            jobs.cancel(conn, job.id, context.clock.now())
        context.progress(done=2, total=3)
        pytest.fail("went on after it was stopped")

    clock.at = CLOCK.now()
    ids = enqueue(database)
    clock.forward(seconds=1)

    Worker(database, {"work": work}, clock).run_due()

    with database.read() as conn:
        seen = jobs.view(conn, ids[0])
    assert (seen.state, seen.progress) == (State.cancelled, {"done": 2, "total": 3})


def test_an_idle_worker_leaves_the_writer_alone(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "write", lambda: pytest.fail("took the writer's turn"))

    assert Worker(database, {"work": lambda *_: None}, CLOCK).run_due() == 0
