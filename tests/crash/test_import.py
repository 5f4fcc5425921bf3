"""An import whose process is killed goes on where it was, and writes every row once."""

from __future__ import annotations

import io
import json
import multiprocessing
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engines.exchange import promise
from engines.store import files, jobs, platform
from engines.store.jobs import State
from runtime.imports.asked import KIND, Asked, enqueue
from runtime.imports.child import Importer, serve
from runtime.imports.following import cancel
from tests.fixtures.rest import Rest, both, rest, rest_shelf

__all__ = ["both", "rest", "rest_shelf"]
ROWS = 12_000
WRONG = (1_500, 11_900)
SECONDS = 60
ROOT = Path(__file__).resolve().parents[2]


def sheet(wrong: tuple[int, ...] = WRONG) -> bytes:
    lines = (f"i{number},{'x' if number in wrong else number}\n" for number in range(ROWS))
    return f"Code,Price\n{''.join(lines)}".encode()


def ask(rest: Rest, content: bytes, **options: Any) -> int:
    """Enqueue an import by somebody who may."""
    box, person = rest.installation, rest.add("clerk", "clerk")
    kept = files.keep(box.files, io.BytesIO(content), "items.csv", len(content))
    with box.db.write() as conn:
        file = files.add_file(conn, box.ids, box.clock, person, kept)
    return enqueue(box, Asked("shop", "item", file, "items.csv", person, "en", ROWS, **options))


def items(rest: Rest) -> list[tuple[str, int]]:
    """Return code and cause of every item."""
    form = rest.model.form("item")
    with rest.installation.db.read() as conn:
        found = conn.execute(sa.select(form.fields["code"].column, form.table.c["_cause"]))
        return [(code, cause) for code, cause in found]


def count(rest: Rest) -> int:
    with rest.installation.db.read() as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(rest.model.form("item").table)) or 0


def rows(ours: Connection) -> int:
    """Return how many rows the child says are done."""
    return int(json.loads(ours.recv_bytes())["rows"]) if ours.poll() else 0


def view(rest: Rest, job: int) -> jobs.JobView:
    with rest.installation.db.read() as conn:
        return jobs.view(conn, job)


def claim(rest: Rest) -> jobs.Job:
    """Take the job, also from a worker whose lease ran out."""
    with rest.installation.db.write() as conn:
        conn.exec_driver_sql("UPDATE weft_job SET leased_until = 0, due = 0")
        found = jobs.claim(conn, ["exchange.import"], rest.clock.now())
    assert found is not None
    return found


def wait(true: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < until
        time.sleep(0.002)


def killed(rest: Rest, enough: Callable[[Connection], bool]) -> None:
    """Start the child process of the job and kill it once it has done enough."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    child = spawn.Process(target=serve, args=(theirs, rest.installation.settings, claim(rest)))
    child.start()
    wait(lambda: enough(ours))
    assert child.is_alive()
    child.kill()
    child.join()
    for each in (ours, theirs):
        each.close()


class Silent:
    """Implements ``Link`` for nobody."""

    def tell(self, rows: int) -> None:
        """Nobody listens."""

    def stopped(self) -> bool:
        """Nobody asks."""
        return False


def finish(rest: Rest) -> None:
    Importer(rest.installation, claim(rest), Silent()).carry_out()


def check_each(rest: Rest, job: int) -> None:
    """Check that every right row is there once, under one cause, and that all of it was told."""
    there = items(rest)
    assert sorted(code for code, _ in there) == sorted(f"i{n}" for n in range(ROWS) if n not in WRONG)
    assert len({cause for _, cause in there}) == 1
    found: Any = view(rest, job)
    report = found.progress["report"]
    assert (found.state, report["created"], report["refused"]) == (State.done, ROWS - 2, 2)
    assert [each["row"] for each in report["issues"]] == [n + 2 for n in WRONG]


def test_an_import_that_was_killed_goes_on_after_what_is_committed(both: Rest) -> None:
    job = ask(both, sheet(), mode="each")

    killed(both, lambda ours: rows(ours) >= 3_000)
    between, told = len(items(both)), view(both, job).progress["done"]
    finish(both)

    assert isinstance(told, dict)
    assert 0 < between == told["created"] < ROWS - 2
    check_each(both, job)


def test_an_import_of_all_that_was_killed_left_nothing_and_is_written_once(both: Rest) -> None:
    job = ask(both, sheet(()))

    killed(both, lambda ours: ours.poll())
    between = items(both)
    finish(both)

    assert between == []
    check_all(both, job)


def check_all(rest: Rest, job: int) -> None:
    """Check that every row is there once, under one cause, and that nothing will be taken back."""
    there = items(rest)
    assert sorted(code for code, _ in there) == sorted(f"i{n}" for n in range(ROWS))
    assert len({cause for _, cause in there}) == 1
    found: Any = view(rest, job)
    assert (found.state, found.progress["report"]["created"]) == (State.done, ROWS)
    assert promises(rest) == 0


def promises(rest: Rest) -> int:
    """Return how many imports are still to be taken back if they are not completed."""
    with rest.installation.db.read() as conn:
        waiting = jobs.listing(conn, State.waiting)
    return len([each for each in waiting if each.kind == promise.KIND])


def killed_writing(rest: Rest) -> int:
    """Kill an import of all or nothing when some of its rows are committed; return its job."""
    job = ask(rest, sheet(()))
    last = [0]

    def enough(ours: Connection) -> bool:
        last[0] = rows(ours) or last[0]
        return last[0] > ROWS // 2 and count(rest) > 0

    killed(rest, enough)
    assert 0 < count(rest) < ROWS
    assert promises(rest) == 1
    return job


def test_an_import_of_all_that_was_killed_while_writing_is_written_once(rest: Rest) -> None:
    job = killed_writing(rest)

    finish(rest)

    check_all(rest, job)


def test_an_import_of_all_that_was_killed_and_then_stopped_leaves_nothing(rest: Rest) -> None:
    job = killed_writing(rest)

    with rest.installation.db.write() as conn:  # as its worker does when it hears of it
        held = jobs.Job(job, KIND, view(rest, job).payload, 1)
        jobs.fail(conn, held, "exit -9", rest.clock.now())
    cancel(rest.installation, job)
    rest.installation.worker.run_due()

    assert (view(rest, job).state, items(rest), promises(rest)) == (State.cancelled, [], 0)


def come_due(rest: Rest) -> None:
    """Let time pass for promises alone."""
    with rest.installation.db.write() as conn:
        conn.execute(
            sa.update(platform.job).where(platform.job.c.kind == promise.KIND).values(due=rest.clock.now())
        )


def test_what_a_dead_import_of_all_has_left_is_taken_back(rest: Rest) -> None:
    job = killed_writing(rest)
    come_due(rest)
    rest.installation.worker.run_due()
    waiting = promises(rest), count(rest) > 0

    with rest.installation.db.write() as conn:
        gave_up = {"state": State.dead, "attempts": jobs.ATTEMPTS}
        conn.execute(sa.update(platform.job).where(platform.job.c.id == job).values(gave_up))
    come_due(rest)
    rest.installation.worker.run_due()

    assert waiting == (1, True)
    assert (items(rest), promises(rest)) == ([], 0)
    with rest.installation.db.read() as conn:
        theirs = platform.token.c.form_uid == rest.model.form("item").uid
        left = conn.execute(sa.select(platform.token).where(theirs)).all()
    assert left == []


def test_a_worker_tries_again_where_a_child_was_killed(rest: Rest) -> None:
    job = ask(rest, sheet(), mode="each")
    worker = rest.installation.worker
    ran = threading.Thread(target=worker.run_due)

    ran.start()
    wait(lambda: count(rest) >= 1_000)
    for each in multiprocessing.active_children():
        if each.name == "weft-import":
            each.kill()
    ran.join()
    between = view(rest, job)
    rest.clock.forward(minutes=1)
    worker.run_due()

    assert (between.state, between.attempts) == (State.waiting, 1)
    check_each(rest, job)


def test_a_child_does_not_outlive_its_server(rest: Rest) -> None:
    job = ask(rest, sheet(), mode="each")
    settings = rest.installation.settings
    code = (
        "import sys, pathlib\n"
        "from runtime.installation import Installation, Settings\n"
        "from tests.fixtures.clock import FakeClock\n"
        "if __name__ == '__main__':\n"
        "    settings = Settings(pathlib.Path(sys.argv[1]), sys.argv[2])\n"
        "    Installation(settings, clock=FakeClock()).worker.run_due()\n"
    )
    server = subprocess.Popen([sys.executable, "-c", code, str(settings.data), settings.database], cwd=ROOT)

    wait(lambda: count(rest) >= 1_000)
    server.kill()
    server.wait()
    time.sleep(0.5)
    between = len(items(rest))
    time.sleep(0.5)

    assert between == len(items(rest)) < ROWS - 2
    finish(rest)
    check_each(rest, job)


def test_closing_an_installation_ends_its_imports_and_keeps_the_job(rest: Rest) -> None:
    job = ask(rest, sheet(), mode="each")
    ran = threading.Thread(target=rest.installation.worker.run_due)
    ran.start()
    wait(lambda: count(rest) >= 1_000)

    rest.installation.imports.close()
    ran.join()

    assert view(rest, job).state is State.waiting
    finish(rest)
    check_each(rest, job)
