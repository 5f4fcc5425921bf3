"""Cold start to the first healthy answer, and the memory of a process tree at rest after a thousand saves."""

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench.client import Client
from bench.servers import (
    DEFINITION,
    WEFT,
    by_hand,
    deal,
    free_port,
    hand_environment,
    ours,
    server,
    weft_environment,
)
from bench.setting import prepare
from bench.timing import Result

ROUNDS = 3
SAVES = 1_000
SECONDS, MEGABYTES = 2.0, 150.0


def measure() -> Iterator[Result]:
    """Yield how both start, and what they hold in memory."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keys = prepare(weft_environment(folder), DEFINITION, [])
        hand: list[float] = []
        own: list[float] = []
        for _ in range(ROUNDS):
            port = free_port()
            hand.append(_start(by_hand(port), port, hand_environment(folder)))
            port = free_port()
            own.append(_start(WEFT, port, weft_environment(folder) | {"WEFT_PORT": str(port)}))
        ours_, theirs = statistics.median(own), statistics.median(hand)
        note = f"{ours_:.2f} s against {theirs:.2f} s; budget {SECONDS:.0f} s"
        yield Result("cold start, hand-written/ours", theirs / ours_, theirs / SECONDS, note)
        held = _memory(folder, keys.chief)
        note = f"{held:.0f} MB after {SAVES:,} saves with Chinese titles; budget {MEGABYTES:.0f} MB"
        yield Result("memory, budget/ours", MEGABYTES / held, 1.0, note)


def _start(command: list[str], port: int, environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    with server(command, port, environment):
        return time.perf_counter() - begun


def _memory(folder: Path, key: str) -> float:
    """Return the resident megabytes of the server and its children, at rest."""
    port, chance = free_port(), random.Random(3)
    with server(WEFT, port, weft_environment(folder) | {"WEFT_PORT": str(port)}) as process:
        client = Client(port, key)
        for number in range(SAVES):
            row = ours(deal(number, chance)) | {"account": f"上海第{number}精密仪器有限公司"}
            client.send("POST", "/api/bench/deal", row)
        time.sleep(3)
        found = psutil.Process(process.pid)
        tree = [found, *found.children(recursive=True)]
        return float(sum(each.memory_info().rss for each in tree)) / 1_048_576
