"""Both services on this machine, filled with the same rows."""

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.client import Client
from bench.processor import settle
from bench.setting import Keys, prepare

STAGES = ("Prospecting", "Engaging", "Engaging", "Won", "Won", "Won", "Won", "Lost", "Lost", "Lost")
DEFINITION = (Path(__file__).parent / "deals.json").read_bytes()
WEFT = [sys.executable, "-c", "import cli; cli.app()", "serve"]


@dataclass(frozen=True, slots=True)
class Running:
    """A server that runs."""

    port: int
    pid: int


def deal(number: int, chance: random.Random) -> dict[str, Any]:
    """Return one row as the hand-written service takes it."""
    return {
        "account": f"Account {chance.randrange(2000)}", "product": f"Product {chance.randrange(40)}",
        "agent": f"Agent {chance.randrange(35)}", "stage": chance.choice(STAGES),
        "engage_date": f"2026-0{1 + number % 9}-1{number % 9}",
        "close_date": f"2026-1{number % 3}-2{number % 8}",
        "amount": f"{chance.randrange(1, 3_000_000) / 100:.2f}",
        "notes": f"note {number} lorem ipsum dolor sit amet consetetur sadipscing elitr sed diam",
    }  # fmt: skip


def ours(row: dict[str, Any]) -> dict[str, Any]:
    """Return the same row as the platform takes it: options are keys."""
    return row | {"stage": row["stage"].lower()}


@contextmanager
def servers(
    folder: Path, count: int, definition: bytes = DEFINITION, rows: Sequence[dict[str, Any]] = ()
) -> Iterator[tuple[Running, Running, Keys]]:
    """Start both on ``count`` rows each and yield them; databases as ``BENCH_…`` says, else SQLite."""
    chance = random.Random(11)
    rows = rows or [deal(number, chance) for number in range(count)]
    environment = weft_environment(folder)
    keys = prepare(environment, definition, [ours(row) for row in rows])
    hand = free_port()
    with server(by_hand(hand), hand, hand_environment(folder)) as their_process:
        client = Client(hand)
        for start in range(0, count, 10_000):
            client.send("POST", "/deals/bulk", rows[start : start + 10_000])
        own = free_port()
        with server(WEFT, own, environment | {"WEFT_PORT": str(own)}) as our_process:
            settle(our_process.pid)
            yield Running(hand, their_process.pid), Running(own, our_process.pid), keys


def by_hand(port: int) -> list[str]:
    """Return the command of the hand-written service."""
    return [
        sys.executable,
        "-m",
        "uvicorn",
        "bench.handwritten:app",
        "--port",
        str(port),
        "--log-level",
        "error",
    ]


def hand_environment(folder: Path) -> dict[str, str]:
    """Return where the hand-written service keeps its rows."""
    return {"BENCH_DATABASE": os.environ.get("BENCH_DATABASE", f"sqlite:///{folder / 'hand.db'}")}


def weft_environment(folder: Path) -> dict[str, str]:
    """Return where the platform keeps its records."""
    found = {"WEFT_DATA": str(folder / "weft")}
    if "BENCH_WEFT_DATABASE" in os.environ:
        found["DATABASE_URL"] = os.environ["BENCH_WEFT_DATABASE"]
    return found


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def server(command: list[str], port: int, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; its first healthy answer starts the block."""
    # A second start finds what the first compiled, as it does for whoever runs it.
    around = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, env=around | environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(1000):
            try:
                Client(port).send("GET", "/health")
                break
            except OSError:
                time.sleep(0.02)
        else:
            raise RuntimeError(f"{command} did not start")
        yield process
    finally:
        process.terminate()
        process.wait()
