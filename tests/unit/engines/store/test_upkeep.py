"""The daily round: comes by itself, once a day whoever runs, and takes what nobody needs, nothing else."""

import io
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engines.store import files, jobs, platform, publics, shares, upkeep
from engines.store.database import Database
from engines.store.files import DiskFiles, Kept, Place, add_file, attach
from engines.store.ids import SnowIds
from engines.store.jobs import JobTable, State
from engines.store.waste import Waste, remove
from engines.store.worker import Worker
from tests.fixtures.clock import FakeClock

ADA = 11


class Rounds:
    """An installation, and the process that looks after it."""

    def __init__(self, db: Database, clock: FakeClock, folder: Path, slot: int = 0) -> None:
        self.db, self.clock, self.files = db, clock, DiskFiles(folder / "files")
        self.ids = SnowIds(slot, clock)
        self.queue = JobTable(self.ids, clock)
        self.worker = Worker(db, {upkeep.KIND: upkeep.handler(self.files, self.queue)}, clock)

    def start(self) -> None:
        upkeep.ask(self.db, self.queue, self.clock.now())

    def jobs(self, *states: State) -> list[jobs.JobView]:
        with self.db.read() as conn:
            return [
                each for state in states for each in jobs.listing(conn, state) if each.kind == upkeep.KIND
            ]

    def go_round(self) -> dict[str, Any]:
        """Let a day pass; return what was removed."""
        self.start()
        self.clock.forward(days=1)
        assert self.worker.run_due() == 1
        return dict(max(self.jobs(State.done), key=lambda each: each.id).progress)

    def add(self, table: sa.Table, **values: Any) -> None:
        with self.db.write() as conn:
            conn.execute(sa.insert(table).values(values))

    def count(self, table: sa.Table) -> int:
        with self.db.read() as conn:
            return conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0

    def upload(self, content: bytes, days_ago: float = 0) -> int:
        """Send a file some days ago."""
        kept = files.keep(self.files, io.BytesIO(content), "a.txt", 100)
        self.date(kept, days_ago)
        now = self.clock.now()
        self.clock.forward(days=-days_ago)
        with self.db.write() as conn:
            number = add_file(conn, self.ids, self.clock, ADA, kept)
        self.clock.at = now
        return number

    def date(self, kept: Kept, days_ago: float) -> None:
        """Let bytes be some days old."""
        then = (self.clock.now() - timedelta(days=days_ago)).timestamp()
        os.utime(next(self.files._folder.glob(f"??/??/{kept.digest}")), (then, then))


@pytest.fixture
def rounds(database: Database, clock: FakeClock, tmp_path: Path) -> Rounds:
    return Rounds(database, clock, tmp_path)


@pytest.fixture
def beside(rounds: Rounds, database_url: str, tmp_path: Path) -> Iterator[Rounds]:
    """Another process of the same installation."""
    db = Database(database_url)
    yield Rounds(db, rounds.clock, tmp_path, slot=1)
    db.close()


def test_a_round_comes_once_a_day_however_often_something_starts(rounds: Rounds, beside: Rounds) -> None:
    for each in (rounds, beside, rounds, beside):
        each.start()
    waiting = rounds.jobs(State.waiting)

    ran = []
    for _ in range(3):
        rounds.clock.forward(days=1)
        with ThreadPoolExecutor(2) as pool:
            ran.append(sum(pool.map(lambda each: each.worker.run_due(), (rounds, beside))))
        beside.start()

    assert [each.due.isoformat() for each in waiting] == ["2026-11-21T19:00:00+00:00"]
    assert ran == [1, 1, 1]
    assert [each.due.isoformat() for each in rounds.jobs(State.waiting)] == ["2026-11-24T19:00:00+00:00"]


def test_a_house_that_was_closed_for_days_makes_up_for_one_round(rounds: Rounds) -> None:
    rounds.start()
    rounds.clock.forward(days=9)

    rounds.start()

    assert rounds.worker.run_due() == 1
    assert [each.due.isoformat() for each in rounds.jobs(State.waiting)] == ["2026-11-30T19:00:00+00:00"]


def test_a_round_whose_process_died_is_made_by_another_and_stays_one(rounds: Rounds, beside: Rounds) -> None:
    rounds.start()
    rounds.clock.forward(days=1)
    with rounds.db.write() as conn:
        died = jobs.claim(conn, [upkeep.KIND], rounds.clock.now())
        upkeep._ask(conn, rounds.queue, rounds.clock.now())

    rounds.clock.forward(minutes=3)

    assert died is not None
    assert beside.worker.run_due() == 1
    assert [each.id for each in rounds.jobs(State.done)] == [died.id]
    assert len(rounds.jobs(State.waiting)) == 1


def test_what_fails_stops_neither_the_rest_of_the_round_nor_the_next_one(
    rounds: Rounds, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds.add(platform.session, digest="a", expires_at=rounds.clock.now())
    monkeypatch.setattr(files, "sweep", lambda *_: 1 / 0)
    rounds.start()
    rounds.clock.forward(days=1)

    assert rounds.worker.run_due() == 1

    again, following = sorted(rounds.jobs(State.waiting), key=lambda each: each.due)
    assert (again.error, again.progress["sessions"]) == ("ZeroDivisionError: division by zero", 1)
    assert following.attempts == 0
    assert rounds.count(platform.session) == 0


def test_rows_go_once_they_are_of_no_use(rounds: Rounds) -> None:
    now, kept = rounds.clock.now(), timedelta(minutes=1)
    tomorrow = now + timedelta(days=1)
    for name, late in (("old", -kept), ("good", kept)):
        rounds.add(platform.session, digest=name, expires_at=tomorrow + late)
        rounds.add(platform.attempt, key=name, count=1, until=tomorrow - timedelta(hours=12) + late)
        rounds.add(platform.invitation, digest=name, user_id=ADA, expires_at=tomorrow + late)
        rounds.add(platform.answer, user_id=ADA, key=name, at=tomorrow - timedelta(days=7) + late)
        saved = tomorrow - timedelta(days=90) + late
        rounds.add(platform.draft, user_id=ADA, form_uid=len(name), record_id=0, values={}, saved_at=saved)
        rounds.add(shares.share, id=len(name), user_id=ADA, until=tomorrow + late)
    rounds.add(platform.invitation, digest="used", user_id=ADA, expires_at=tomorrow + kept, used_at=now)

    removed = rounds.go_round()

    tables = {"sessions", "attempts", "answers", "drafts", "shares"}
    assert {name: removed[name] for name in tables} == dict.fromkeys(tables, 1)
    assert removed["invitations"] == 2
    with rounds.db.read() as conn:
        for table in (platform.session, platform.invitation):
            assert conn.scalars(sa.select(table.c.digest)).all() == ["good"]
        for other in (platform.attempt, platform.answer):
            assert conn.scalars(sa.select(other.c.key)).all() == ["good"]
        for kept_id in (platform.draft.c.form_uid, shares.share.c.id):
            assert conn.scalars(sa.select(kept_id)).all() == [len("good")]


def test_jobs_are_remembered_for_a_month(rounds: Rounds) -> None:
    for _ in range(33):
        rounds.go_round()

    assert len(rounds.jobs(State.done)) == 31


def test_many_rows_go_in_short_transactions(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    with rounds.db.write() as conn:
        rows = [{"user_id": n % 3, "key": str(n), "at": rounds.clock.now()} for n in range(2_500)]
        conn.execute(sa.insert(platform.answer), rows)
    seen: list[int] = []
    original = rounds.db.write

    def counted() -> Any:
        seen.append(1)
        return original()

    monkeypatch.setattr(rounds.db, "write", counted)

    gone = remove(rounds.db, Waste(platform.answer, platform.answer.c.user_id != 2))

    assert (gone, len(seen), rounds.count(platform.answer)) == (1_667, 2, 833)


def test_an_upload_goes_when_no_record_draft_job_or_sender_came_for_it(rounds: Rounds) -> None:
    held, typed, asked, forgotten, young, sent = (rounds.upload(f"{n}".encode(), 40) for n in range(6))
    with rounds.db.write() as conn:
        assert attach(conn, ADA, [held], Place(1, 2, 3))
        rounds.queue.enqueue(conn, "import", {"file": str(asked)})
        conn.execute(
            sa.update(platform.file).where(platform.file.c.id == young).values(created_at=rounds.clock.now())
        )
    rounds.add(
        platform.draft, user_id=ADA, form_uid=1, record_id=0, saved_at=rounds.clock.now(),
        values={"rows": [{"scan": [str(typed)]}]},
    )  # fmt: skip

    rounds.add(
        publics.response, id=1, public_uid=1, link_id=1, ticket="a", state="held", at=rounds.clock.now(),
        values={"papers": [str(sent)]},
    )  # fmt: skip

    removed = rounds.go_round()

    with rounds.db.read() as conn:
        assert set(files.get_files(conn, [held, typed, asked, forgotten, young, sent])) == {
            held,
            typed,
            asked,
            young,
            sent,
        }
    assert (removed["uploads"], removed["bytes"]) == (1, 1)
    assert len(list(rounds.files.digests())) == 5


def test_bytes_that_a_row_is_still_to_name_stay(rounds: Rounds) -> None:
    old = files.keep(rounds.files, io.BytesIO(b"old"), "a.txt", 100)
    rounds.date(old, 0.01)
    fresh = files.keep(rounds.files, io.BytesIO(b"fresh"), "a.txt", 100)
    rounds.date(fresh, -1)

    removed = rounds.go_round()

    assert removed["bytes"] == 1
    assert list(rounds.files.digests()) == [fresh.digest]


def test_bytes_put_again_while_they_are_removed_stay(rounds: Rounds) -> None:
    number = rounds.upload(b"twice", 40)
    with rounds.db.write() as conn:
        conn.execute(sa.delete(platform.file).where(platform.file.c.id == number))

    def meanwhile(digests: Any) -> list[str]:
        kept = files.keep(rounds.files, io.BytesIO(b"twice"), "a.txt", 100)
        rounds.date(kept, 0)
        assert digests == [kept.digest]
        return []

    assert rounds.files.sweep(meanwhile, rounds.clock.now() - timedelta(days=1)) == 0
    assert len(list(rounds.files.digests())) == 1


def test_arrivals_that_broke_off_with_their_process_go(rounds: Rounds, tmp_path: Path) -> None:
    arriving = tmp_path / "files/incoming/0123"
    arriving.write_bytes(b"half")
    then = (rounds.clock.now() - timedelta(days=1)).timestamp()
    os.utime(arriving, (then, then))

    rounds.go_round()

    assert not arriving.exists()


def test_bytes_shared_with_a_living_row_stay(rounds: Rounds) -> None:
    gone, kept = (rounds.upload(b"same", 40) for _ in range(2))
    with rounds.db.write() as conn:
        assert attach(conn, ADA, [kept], Place(1, 2, 3))

    removed = rounds.go_round()

    assert (removed["uploads"], removed["bytes"]) == (1, 0)
    with rounds.db.read() as conn:
        assert set(files.get_files(conn, [gone, kept])) == {kept}
