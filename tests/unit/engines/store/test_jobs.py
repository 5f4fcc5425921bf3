"""The job table: nothing is lost, nothing runs twice at once, nothing tries for ever in silence."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from engines.store import jobs, platform
from engines.store.database import Database
from engines.store.ids import SnowIds
from engines.store.jobs import ATTEMPTS, Job, JobTable, State
from engines.store.waste import remove
from schemas.errors import Conflict, NotFound
from tests.fixtures.clock import FakeClock

KINDS = ("print", "post")


class Table:
    """The table, a transaction for each step."""

    def __init__(self, db: Database, clock: FakeClock) -> None:
        self.db, self.clock = db, clock
        self.queue = JobTable(SnowIds(0, clock), clock)

    def enqueue(self, kind: str = "print", **options: Any) -> int:
        with self.db.write() as conn:
            return self.queue.enqueue(conn, kind, {"n": 1}, **options)

    def claim(self) -> Job | None:
        with self.db.write() as conn:
            return jobs.claim(conn, KINDS, self.clock.now())

    def do(self, act: Callable[..., Any], *args: object) -> Any:
        with self.db.write() as conn:
            return act(conn, *args, self.clock.now())

    def state(self, job_id: int) -> jobs.JobView:
        with self.db.read() as conn:
            return jobs.view(conn, job_id)


@pytest.fixture
def table(database: Database, clock: FakeClock) -> Table:
    return Table(database, clock)


def test_a_job_is_claimed_once_and_completed(table: Table) -> None:
    job_id = table.enqueue()

    job = table.claim()

    assert job == Job(job_id, "print", {"n": 1}, 1)
    assert table.claim() is None
    assert table.do(jobs.complete, job) is True
    assert table.state(job_id).state is State.done
    assert table.state(job_id).finished_at == table.clock.now()


def test_a_job_of_a_transaction_that_failed_never_existed(table: Table) -> None:
    with suppress(ZeroDivisionError), table.db.write() as conn:
        table.queue.enqueue(conn, "print", {})
        raise ZeroDivisionError

    assert table.claim() is None


def test_a_job_waits_until_it_is_due(table: Table) -> None:
    table.enqueue(due=table.clock.now() + timedelta(minutes=5))

    assert table.claim() is None
    table.clock.forward(minutes=5)
    assert table.claim() is not None


def test_the_longest_due_comes_first(table: Table) -> None:
    now = table.clock.now()
    late, early = table.enqueue(due=now), table.enqueue(due=now - timedelta(hours=1))

    assert [job.id for job in (table.claim(), table.claim()) if job] == [early, late]


def test_a_worker_gets_only_what_it_can_do(table: Table) -> None:
    table.enqueue("fax")

    assert table.claim() is None


def test_an_unfinished_job_of_the_same_key_is_returned_instead(table: Table) -> None:
    first = table.enqueue(unique="report:7")
    assert table.enqueue(unique="report:7") == first
    assert table.enqueue(unique="report:8") != first

    job = table.claim()
    assert table.enqueue(unique="report:7") == first
    table.do(jobs.complete, job)

    assert table.enqueue(unique="report:7") != first


def test_a_crashed_workers_job_is_taken_over_after_its_lease(table: Table) -> None:
    job_id = table.enqueue()
    crashed = table.claim()

    table.clock.forward(minutes=1, seconds=59)
    assert table.claim() is None
    table.clock.forward(seconds=2)
    second = table.claim()

    assert second == Job(job_id, "print", {"n": 1}, 2)
    assert table.do(jobs.complete, crashed) is False
    assert table.do(jobs.fail, crashed, "late") is None
    assert table.do(jobs.complete, second) is True


def test_a_renewed_lease_is_kept(table: Table) -> None:
    table.enqueue()
    job = table.claim()

    for _ in range(3):
        table.clock.forward(seconds=90)
        table.do(jobs.renew, [job])

    assert table.claim() is None


def test_a_failed_job_waits_longer_each_time_and_then_is_dead(table: Table) -> None:
    job_id = table.enqueue()
    waited = []

    for _ in range(ATTEMPTS - 1):
        table.do(jobs.fail, table.claim(), "no paper")
        seen = table.state(job_id)
        waited.append((seen.due - table.clock.now()).total_seconds())
        assert (seen.state, seen.error) == (State.waiting, "no paper")
        assert table.claim() is None
        table.clock.at = seen.due
    last = table.do(jobs.fail, table.claim(), "no paper")

    assert last is State.dead
    table.clock.forward(days=30)
    assert table.claim() is None
    for attempt, seconds in enumerate(waited):
        assert 8 * 2**attempt <= seconds <= 12 * 2**attempt


def test_waiting_never_exceeds_an_hour_and_differs_between_jobs() -> None:
    waits = {jobs.backoff(30) for _ in range(20)}

    assert max(waits) <= timedelta(minutes=72)
    assert len(waits) > 1


def test_a_job_that_kills_its_workers_ends_dead(table: Table) -> None:
    job_id = table.enqueue()

    for _ in range(ATTEMPTS):
        assert table.claim() is not None
        table.clock.forward(minutes=3)

    assert table.claim() is None
    assert (table.state(job_id).state, table.state(job_id).error) == (State.dead, "job.worker_died")


def test_dead_jobs_are_seen_and_driven_again(table: Table) -> None:
    job_id = table.enqueue(unique="a")
    while table.do(jobs.fail, table.claim(), "no") is not State.dead:
        table.clock.forward(hours=2)
    with table.db.read() as conn:
        assert [seen.id for seen in jobs.listing(conn, State.dead)] == [job_id]

    table.do(jobs.redrive, job_id)

    assert table.claim() == Job(job_id, "print", {"n": 1}, 1)
    with pytest.raises(NotFound):
        table.do(jobs.redrive, job_id)


def test_a_dead_job_is_not_driven_beside_its_like(table: Table) -> None:
    job_id = table.enqueue(unique="a")
    while table.do(jobs.fail, table.claim(), "no") is not State.dead:
        table.clock.forward(hours=2)
    table.enqueue(unique="a")

    with pytest.raises(Conflict):
        table.do(jobs.redrive, job_id)


def test_a_waiting_job_is_cancelled_at_once(table: Table) -> None:
    job_id = table.enqueue()

    table.do(jobs.cancel, job_id)

    assert table.state(job_id).state is State.cancelled
    assert table.claim() is None
    with pytest.raises(NotFound):
        table.do(jobs.cancel, 1)


def test_a_running_job_learns_of_its_cancellation_when_it_reports(table: Table) -> None:
    job_id = table.enqueue()
    job = table.claim()
    assert table.do(jobs.report, job, {"done": 1}) is True

    table.do(jobs.cancel, job_id)

    assert table.do(jobs.report, job, {"done": 2}) is False
    assert table.do(jobs.fail, job, "stopped") is State.cancelled
    assert table.state(job_id).progress == {"done": 2}


def test_finished_jobs_are_forgotten_and_dead_ones_kept(table: Table) -> None:
    done, dead = table.enqueue(), table.enqueue()
    table.do(jobs.complete, table.claim())
    while table.do(jobs.fail, table.claim(), "no") is not State.dead:
        table.clock.forward(hours=2)
    table.clock.forward(days=1)

    assert remove(table.db, jobs.ended(table.clock.now())) == 1
    assert table.state(dead).state is State.dead
    with pytest.raises(NotFound):
        table.state(done)


def test_no_job_is_claimed_by_two_threads(table: Table) -> None:
    wanted = {table.enqueue() for _ in range(40)}

    def drain(_: int) -> list[int]:
        claimed = []
        while (job := table.claim()) is not None:
            claimed.append(job.id)
        return claimed

    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(drain, range(4)))

    claimed = [job_id for part in parts for job_id in part]
    assert sorted(claimed) == sorted(wanted)


def test_threads_that_enqueue_one_key_make_one_job(table: Table) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = set(pool.map(lambda _: table.enqueue(unique="once"), range(12)))

    assert len(made) == 1
    with table.db.read() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(platform.job)) == 1
