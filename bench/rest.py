"""Creates, updates, lists, figures and bulk over HTTP, with an administrator's key and a restricted one."""

import json
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.client import Client
from bench.processor import settle, spent
from bench.servers import Running, deal, ours, servers
from bench.setting import Keys
from bench.timing import Result

ROUNDS = 3
ROWS = 100_000
Send = Callable[[Client, int], Any]


def measure() -> Iterator[Result]:
    """Race the two services, rounds in turn, and yield ratios of medians."""
    with tempfile.TemporaryDirectory() as folder, servers(Path(folder), ROWS) as (hand, own, keys):
        figures: dict[str, tuple[list[_Took], list[_Took]]] = {}
        for _ in range(ROUNDS):
            for name, by_hand, by_us in _work(keys):
                took = figures.setdefault(name, ([], []))
                took[0].append(_timed(hand, by_hand))
                took[1].append(_timed(own, by_us))
                settle(own.pid)
        for name, (theirs, mine) in figures.items():
            hand_rate, our_rate = (statistics.median(each.rate for each in some) for some in (theirs, mine))
            hand_cost, our_cost = (
                statistics.median(each.processor for each in some) for some in (theirs, mine)
            )
            note = f"{our_rate:,.0f}/s against {hand_rate:,.0f}/s"
            if our_cost:
                note += f"; processor time {hand_cost / our_cost:.2f}"
            yield Result(name, our_rate / hand_rate, _BUDGETS[name.partition(",")[0]], note)


@dataclass(frozen=True, slots=True)
class _Took:
    """One round of one server: requests or rows a second, and what they cost its processor."""

    rate: float
    processor: float


def _timed(server: Running, work: Callable[[int], float]) -> _Took:
    before = spent(server.pid)
    rate = work(server.port)
    return _Took(rate, spent(server.pid) - before)


_BUDGETS = {"create": 0.8, "update": 0.8, "list": 0.77, "figures": 0.77, "bulk": 0.7}


def _work(keys: Keys) -> Iterator[tuple[str, Callable[[int], float], Callable[[int], float]]]:
    """Yield name, and what each service does for it: a function from its port to a rate a second."""
    chance = random.Random(7)
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
        _rate(8, 800, "", _change_by_hand),
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


def _change_by_hand(client: Client, number: int) -> None:
    client.send("PATCH", f"/deals/{number + 1}", {"amount": "12.50"})


def _fifty(rows: list[Any]) -> None:
    if len(rows) != 50:
        raise RuntimeError(f"{len(rows)} rows instead of 50")


def _bulk(path: str, rows: list[dict[str, Any]], key: str) -> Callable[[int], float]:
    body: Any = {"action": "create", "records": rows} if key else rows

    def run(port: int) -> float:
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
        for connection in connections:
            connection.close()
        return count / taken

    return run
