"""Creates, updates, lists, figures and bulk over HTTP, with an administrator's key and a restricted one."""

import importlib.util
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.client import Client
from bench.setting import Keys, prepare
from bench.timing import Result

ROUNDS = 3
ROWS = 100_000
STAGES = ("Prospecting", "Engaging", "Engaging", "Won", "Won", "Won", "Won", "Lost", "Lost", "Lost")
_HERE = Path(__file__).parent
Send = Callable[[Client, int], Any]


def deal(number: int, chance: random.Random) -> dict[str, Any]:
    """Return one row as the hand-written service takes it."""
    stage = chance.choice(STAGES)
    return {
        "account": f"Account {chance.randrange(2000)}", "product": f"Product {chance.randrange(40)}",
        "agent": f"Agent {chance.randrange(35)}", "stage": stage, "engage_date": f"2026-0{1 + number % 9}-1{number % 9}",
        "close_date": f"2026-1{number % 3}-2{number % 8}", "amount": f"{chance.randrange(1, 3_000_000) / 100:.2f}",
        "notes": f"note {number} " + "lorem ipsum dolor sit amet consetetur sadipscing " * 1 + "x" * 20,
    }  # fmt: skip


def ours(row: dict[str, Any]) -> dict[str, Any]:
    """Return the same row as the platform takes it: options are keys."""
    return row | {"stage": row["stage"].lower()}


def measure() -> Iterator[Result]:
    """Race the two services, rounds in turn, and yield ratios of medians."""
    with tempfile.TemporaryDirectory() as folder, _servers(Path(folder)) as (hand, own, keys):
        figures: dict[str, tuple[list[float], list[float]]] = {}
        for _ in range(ROUNDS):
            for name, by_hand, by_us in _work(keys):
                rates = figures.setdefault(name, ([], []))
                rates[0].append(by_hand(hand))
                rates[1].append(by_us(own))
        for name, (by_hand_rates, our_rates) in figures.items():
            ratio = statistics.median(our_rates) / statistics.median(by_hand_rates)
            yield Result(name, ratio, _BUDGETS[name.partition(",")[0]])


_BUDGETS = {"create": 0.8, "update": 0.8, "list": 0.77, "figures": 0.77, "bulk": 0.7}


def _work(keys: Keys) -> Iterator[tuple[str, Callable[[int], float], Callable[[int], float]]]:
    """Yield name, and what each service does for it: a function from its port to a rate a second."""
    chance = random.Random(7)  # noqa: S311 - the same rows in every run
    rows = [deal(number, chance) for number in range(2000)]
    mine = [ours(row) for row in rows]
    base = "/api/bench/deal"
    yield "bulk, 10,000 rows", _bulk("/deals/bulk", rows * 5, ""), _bulk(base + "/bulk", mine * 5, keys.chief)
    for clients, count in ((1, 500), (8, 1000)):
        yield (
            f"create, {clients} client{'s' * (clients > 1)}",
            _rate(clients, count, "", lambda client, number: client.send("POST", "/deals", rows[number])),
            _rate(clients, count, keys.chief, lambda client, number: client.send("POST", base, mine[number])),
        )
    yield (
        "update, 8 clients",
        _rate(8, 800, "", lambda client, number: client.send("PATCH", f"/deals/{number + 1}", {"amount": "12.50"})),
        _rate(8, 800, keys.chief, lambda client, number: client.send(
            "PATCH", f"{base}/{keys.ids[number]}", {"amount": f"{number}.50"})),
    )  # fmt: skip
    hand_list = "/deals?stage=Won&order=-amount&limit=50"
    our_list = base + "?filter=stage%20%3D%20%22won%22&sort=-amount&limit=50"
    for clients, count in ((1, 60), (8, 120)):
        for reader, key in (("all rights", keys.chief), ("restricted", keys.clerk)):
            yield (
                f"list, {clients} client{'s' * (clients > 1)}, {reader}",
                _rate(clients, count, "", lambda client, _: _fifty(client.send("GET", hand_list))),
                _rate(clients, count, key, lambda client, _: _fifty(client.send("GET", our_list)["data"])),
            )
    yield (
        "figures, by stage",
        _rate(1, 20, "", lambda client, _: client.send("GET", "/deals/by_stage")),
        _rate(1, 20, keys.chief, lambda client, _: client.send(
            "GET", base + "/aggregate?group=stage&measure=count,sum:amount")),
    )  # fmt: skip


def _fifty(rows: list[Any]) -> None:
    if len(rows) != 50:  # noqa: PLR2004 - what was asked for
        raise RuntimeError(f"{len(rows)} rows instead of 50")


def _bulk(path: str, rows: list[dict[str, Any]], key: str) -> Callable[[int], float]:
    body: Any = {"action": "create", "records": rows} if key else rows

    def run(port: int) -> float:
        import json  # noqa: PLC0415 - made once, outside the clock

        data = json.dumps(body).encode()
        client = Client(port, key)
        start = time.perf_counter()
        client.send("POST", path, data)
        return len(rows) / (time.perf_counter() - start)

    return run


def _rate(clients: int, count: int, key: str, send: Send) -> Callable[[int], float]:
    """Return a function from a port to requests a second, ``count`` of them over ``clients`` connections."""

    def run(port: int) -> float:
        connections = [Client(port, key) for _ in range(clients)]
        failures: list[BaseException] = []

        def work(place: int) -> None:
            try:
                for number in range(place, count, clients):
                    send(connections[place], number)
            except BaseException as error:  # noqa: BLE001 - reported by the main thread
                failures.append(error)

        threads = [threading.Thread(target=work, args=(place,)) for place in range(clients)]
        start = time.perf_counter()
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        taken = time.perf_counter() - start
        if failures:
            raise failures[0]
        for each in connections:
            each.close()
        return count / taken

    return run


@contextmanager
def _servers(folder: Path) -> Iterator[tuple[int, int, Keys]]:
    """Start both services on filled databases of the same kind."""
    chance = random.Random(11)  # noqa: S311 - the same rows in every run
    rows = [deal(number, chance) for number in range(ROWS)]
    hand, own = _free_port(), _free_port()
    database = os.environ.get("BENCH_DATABASE", f"sqlite:///{folder / 'hand.db'}")
    with _server([sys.executable, "-m", "uvicorn", "bench.handwritten:app", "--port", str(hand), "--log-level",
                  "error"], hand, {"BENCH_DATABASE": database}):  # fmt: skip
        client = Client(hand)
        for start in range(0, ROWS, 10_000):
            client.send("POST", "/deals/bulk", rows[start : start + 10_000])
        environment = {"WEFT_DATA": str(folder / "weft"), "WEFT_PORT": str(own)}
        if "BENCH_WEFT_DATABASE" in os.environ:
            environment["DATABASE_URL"] = os.environ["BENCH_WEFT_DATABASE"]
        keys = prepare(environment, (_HERE / "deals.json").read_bytes(), [ours(row) for row in rows])
        with _server([sys.executable, "-m", "cli", "serve"], own, environment):
            yield hand, own, keys


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def _server(command: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    """Run a server until the block ends; its first healthy answer starts the block."""
    process = subprocess.Popen(command, env=os.environ | environment, stdout=subprocess.DEVNULL)  # noqa: S603 - ours
    try:
        for _ in range(200):
            try:
                Client(port).send("GET", "/health")
                break
            except OSError:
                time.sleep(0.05)
        else:
            raise RuntimeError(f"{command} did not start")
        yield
    finally:
        process.terminate()
        process.wait()


if importlib.util.find_spec("fastapi") is None:
    raise RuntimeError("the hand-written service needs fastapi: pip install -e '.[dev]'")
