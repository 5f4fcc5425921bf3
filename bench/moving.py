"""Records taken from stage to stage over HTTP, by a flow and by a route written for it."""

import json
import random
import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.client import Client
from bench.processor import settle, spent
from bench.rest import _rate
from bench.servers import DEFINITION, Running, deal, servers
from bench.setting import Keys
from bench.timing import Result

ROUNDS, ROWS, LONG = 3, 200, 40
BUDGET = 0.7


def measure() -> Iterator[Result]:
    """Yield the moves a second of both, of records without a history and with a long one."""
    chance = random.Random(11)
    rows = [deal(number, chance) | {"stage": "Prospecting"} for number in range(ROWS)]
    with (
        tempfile.TemporaryDirectory() as folder,
        servers(Path(folder), ROWS, _definition(), rows) as (hand, own, keys),
    ):
        for clients in (1, 8):
            yield _race(f"move, {clients} client{'s' * (clients > 1)}", hand, own, _moves(keys, clients))
        for turn in range(LONG):
            _moves(keys, 1, count=20, way=turn)[1](own.port)
        settle(own.pid)
        yield _race(f"move, {LONG} moves before", hand, own, _moves(keys, 1, count=20))


def _definition() -> bytes:
    told = json.loads(DEFINITION)
    ways = (("prospecting", "on", "engaging"), ("engaging", "back", "prospecting"))
    nodes: list[dict[str, Any]] = [{"key": "start", "type": "start", "next": "prospecting"}]
    nodes += [
        {"key": stage, "type": "stage", "moves": [{"key": key, "label": key, "to": to}]}
        for stage, key, to in ways
    ]
    nodes += [{"key": stage, "type": "stage"} for stage in ("won", "lost")]
    line = {"key": "line", "label": "Line", "form": "deal", "field": "stage", "nodes": nodes}
    return json.dumps({**told, "flows": [line]}).encode()


Work = Callable[[int], float]


def _moves(keys: Keys, clients: int, *, count: int = ROWS, way: int = 0) -> tuple[Work, Work, Work, Work]:
    """Return functions from a port to moves a second: by hand and ours, to the next stage and back."""
    names = ("on", "back") if way % 2 == 0 else ("back", "on")

    def by_hand(name: str) -> Work:
        return _rate(clients, count, "", lambda client, number: _by_hand(client, number, name))

    def by_us(name: str) -> Work:
        path = "/api/bench/deal/{}/move"
        return _rate(clients, count, keys.chief, lambda client, number: client.send(
            "POST", path.format(keys.ids[number]), {"move": name}))  # fmt: skip

    return by_hand(names[0]), by_us(names[0]), by_hand(names[1]), by_us(names[1])


def _by_hand(client: Client, number: int, name: str) -> None:
    client.send("POST", f"/deals/{number + 1}/move", {"move": name})


def _race(name: str, hand: Running, own: Running, works: tuple[Work, Work, Work, Work]) -> Result:
    rates: tuple[list[float], list[float]] = ([], [])
    costs = [0.0, 0.0]
    for _ in range(ROUNDS):
        for place, work in enumerate(works):
            server = (hand, own)[place % 2]
            before = spent(server.pid)
            rates[place % 2].append(work(server.port))
            costs[place % 2] += spent(server.pid) - before
    theirs, ours = (statistics.median(each) for each in rates)
    note = f"{ours:,.0f}/s against {theirs:,.0f}/s; processor time {costs[0] / costs[1]:.2f}"
    return Result(name, ours / theirs, BUDGET, note)
