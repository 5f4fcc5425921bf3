"""A server that is killed while it begins begins again, and loses nothing that it had said was there."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engines.store.clock import SystemClock
from examples import crm_demo
from runtime.installation import Installation, Settings

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60

Start = Callable[[], "Server"]


class Server:
    """``weft serve`` as a process of its own."""

    def __init__(self, data: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        environment = os.environ | {
            "WEFT_DATA": str(data), "WEFT_PORT": str(self.port), "DATABASE_URL": "", "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from cli import app; app()", "serve", "--demo", "crm"],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def ready(self) -> bool:
        """Tell whether it serves."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=SECONDS) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait_until(self, true: Callable[[], bool]) -> None:
        """Wait, as long as the process lives."""
        until = time.monotonic() + SECONDS
        while not true():
            assert self.process.poll() is None, self.process.communicate()[0]
            assert time.monotonic() < until
            time.sleep(0.02)

    def stop(self, how: signal.Signals) -> tuple[int, str]:
        """End it; returns exit status and what it said."""
        self.process.send_signal(how)
        said, _ = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, said


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Server] = []

    def begin() -> Server:
        started.append(Server(tmp_path))
        return started[-1]

    yield begin
    for each in started:
        each.process.kill()
        each.process.communicate()


def count(data: Path, table: str) -> int:
    """Count the rows of a table, 0 while it does not exist."""
    try:
        with sqlite3.connect(f"file:{data / 'weft.db'}?mode=ro", uri=True) as conn:
            return int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def expected() -> int:
    today = SystemClock().now().date()
    return sum(len(records) for form, records in crm_demo.records(today) if form == "customer")


@pytest.mark.parametrize("table", ["weft_setting", "weft_version"], ids=["while publishing", "while loading"])
def test_a_demo_that_was_killed_is_loaded_whole_by_the_next_start(
    start: Start, tmp_path: Path, table: str
) -> None:
    first = start()
    first.wait_until(lambda: count(tmp_path, table) > 0)
    first.stop(signal.SIGKILL)
    assert count(tmp_path, "crm__customer") == 0

    second = start()
    second.wait_until(second.ready)

    assert count(tmp_path, "crm__customer") == expected()
    status, said = second.stop(signal.SIGTERM)
    assert status == 0, said


def test_a_server_that_was_killed_while_serving_keeps_its_data(start: Start, tmp_path: Path) -> None:
    first = start()
    first.wait_until(first.ready)
    first.stop(signal.SIGKILL)

    second = start()
    second.wait_until(second.ready)

    assert count(tmp_path, "crm__customer") == expected()
    second.stop(signal.SIGTERM)
    installation = Installation(Settings.from_environment({"WEFT_DATA": str(tmp_path)}))
    with installation.db.read() as conn:
        assert installation.publisher.check(conn) == []
    installation.close()
