"""What a server costs that somebody works with."""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engines.store import people
from runtime.installation import Installation, Settings
from tests.fixtures.publishing import app, field, form

ROOT = Path(__file__).resolve().parents[2]
SAVES = 1_000
MEGABYTES_AT_MOST = 150
SHOP = app(form("order", field("title", required=True), field("amount", "number", decimals=2)))


@pytest.fixture
def key(tmp_path: Path) -> str:
    """The key of an administrator, in an installation with a shop."""
    installation = Installation(Settings.from_environment({"WEFT_DATA": str(tmp_path)}))
    installation.publisher.apply(SHOP, actor=None)
    with installation.db.write() as conn:
        profile = people.Profile("ann", "Ann", admin=True)
        user_id = people.add_user(conn, installation.ids, installation.clock, profile)
        _, made = people.add_key(conn, installation.ids, user_id, "test", installation.clock.now())
    installation.close()
    return made


@pytest.fixture
def server(tmp_path: Path, key: str) -> Iterator[tuple[int, http.client.HTTPConnection]]:
    """The process of a server, and a connection to it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {"WEFT_DATA": str(tmp_path), "WEFT_PORT": str(port), "DATABASE_URL": ""}
    command = [sys.executable, "-c", "from cli import app; app()", "serve"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            connection.connect()
            break
        except OSError:
            time.sleep(0.05)
    yield process.pid, connection
    connection.close()
    process.terminate()
    assert process.wait(timeout=30) == 0


def resident(process: int) -> int:
    """Return the megabytes of a process and its children."""
    tree = [process]
    for each in tree:
        tree += [int(child) for child in Path(f"/proc/{each}/task/{each}/children").read_text().split()]
    lines = (line for each in tree for line in Path(f"/proc/{each}/status").read_text().splitlines())
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_memory_stays_small_after_a_thousand_saves_with_chinese_titles(
    server: tuple[int, http.client.HTTPConnection], key: str
) -> None:
    process, connection = server
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    for number in range(SAVES):
        record = {"title": f"杭州永利精密机械有限公司第{number}号订单", "amount": "12.50"}
        connection.request("POST", "/api/shop/order", json.dumps(record), headers)
        answer = connection.getresponse()
        assert answer.status == 201, answer.read()
        answer.read()

    assert resident(process) < MEGABYTES_AT_MOST
