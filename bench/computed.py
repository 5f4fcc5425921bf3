"""Computed fields over relations, against SQL written by hand for the same tables, in one process."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.timing import Result
from engines.access import Access
from engines.form import AppModel
from engines.query import Cause, Change, Op, Query, Sort
from engines.store import reading
from engines.store.clock import SystemClock
from engines.store.database import Database
from engines.store.derived.renewing import Renewal, timeless
from engines.store.ids import SnowIds
from engines.store.jobs import JobTable
from engines.store.migrate import migrate
from engines.store.publish import Publisher
from engines.store.store import Store
from engines.store.writing import write
from runtime.grammar import make_grammar

PARENTS, CHILDREN, OF_ONE, ROUNDS = 100_000, 500_000, 500_000, 5
_CHUNK = 50_000
_BILLS = [*range(2, 1002)]
_NONE = 0.0  # measured, and nothing promised: what is compared leaves out most of what we do
FORMS: list[dict[str, Any]] = [
    {"key": "bill", "label": "Bill", "fields": [
        {"key": "name", "type": "text", "label": "Name"},
        {"key": "parts", "type": "related", "label": "Parts", "form": "part", "via": "bill"},
    ]},
    {"key": "part", "label": "Part", "fields": [
        {"key": "bill", "type": "relation", "label": "Bill", "form": "bill"},
        {"key": "amount", "type": "money", "label": "Amount"},
    ]},
]  # fmt: skip
SUM = {"key": "paid", "type": "rollup", "label": "Paid", "of": "parts", "field": "amount"}
VIEW = {"key": "largest", "label": "Largest", "sort": [{"field": "paid", "descending": True}]}


def _definition(*, summed: bool) -> bytes:
    bill = FORMS[0]
    if summed:
        bill = {**bill, "fields": [*bill["fields"], SUM], "views": [VIEW]}
    told = {"weft": 1, "key": "bench", "label": "Bench", "forms": [bill, FORMS[1]]}
    return json.dumps(told).encode()


def measure() -> Iterator[Result]:
    """Yield ratios of medians."""
    with tempfile.TemporaryDirectory() as folder:
        world = _World(Database(f"sqlite:///{Path(folder) / 'weft.db'}"))
        seconds = world.prepare()
        note = f"{seconds:.1f} s for {CHILDREN + OF_ONE:,} rows"
        yield Result("filling a sum of 100,000", 1.0, _NONE, note)
        yield _race("one row of 500,000", 0.83, world.hand_one, world.our_one, ROUNDS)
        yield _race("list by a sum", _NONE, world.hand_list, world.our_list, ROUNDS * 4)
        yield _race("1,000 sums made anew", _NONE, world.hand_sums, world.our_sums, ROUNDS)
        yield _race("bulk, 10,000 rows, with sums", _NONE, world.bulk_alone, world.bulk_summed, ROUNDS)
        world.db.close()


def _race(
    name: str, budget: float, by_hand: Callable[[], object], by_us: Callable[[], object], rounds: int
) -> Result:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for place, work in enumerate((by_hand, by_us)):
            begun = time.perf_counter()
            work()
            times[place].append(time.perf_counter() - begun)
    hand, ours = map(statistics.median, times)
    return Result(name, hand / ours, budget, f"{ours * 1000:.1f} ms against {hand * 1000:.1f} ms")


class _World:
    """The same tables, written by both. What is written by hand keeps no causes, history or change sets."""

    def __init__(self, db: Database) -> None:
        migrate(db)
        clock = SystemClock()
        self.db, self.ids = db, SnowIds(1, clock)
        self.publisher = Publisher(db, make_grammar(), clock, self.ids)
        self.store = Store(db, clock, self.ids, JobTable(self.ids, clock), b"bench")
        self.model: AppModel

    def prepare(self) -> float:
        """Fill the tables and publish the sum; return how long that took."""
        self.model = self.publisher.apply(_definition(summed=False), actor=None)
        parts = ((bill % PARENTS + 2, bill) for bill in range(CHILDREN))
        self._fill("bill", [{"_id": number, "name": f"b{number}"} for number in range(1, PARENTS + 2)])
        self._fill("part", [{"bill": bill, "amount": number % 90} for bill, number in parts])
        self._fill("part", [{"bill": 1, "amount": number % 90} for number in range(OF_ONE)])
        begun = time.perf_counter()
        self.model = self.publisher.apply(_definition(summed=True), actor=None)
        return time.perf_counter() - begun

    def _fill(self, form: str, rows: list[dict[str, Any]]) -> None:
        table = self.model.form(form).table
        for start in range(0, len(rows), _CHUNK):
            some = rows[start : start + _CHUNK]
            ids = iter(self.ids.many(len(some)))
            with self.db.write() as conn:
                conn.execute(sa.insert(table), [{"_id": next(ids), "_version": 1, **row} for row in some])

    def _insert(self, conn: sa.Connection, bills: list[int]) -> None:
        ids = self.ids.many(len(bills))
        rows = [
            {"_id": key, "_version": 1, "bill": bill, "amount": 3}
            for key, bill in zip(ids, bills, strict=True)
        ]
        conn.execute(sa.insert(self.model.form("part").table), rows)

    def _add_up(self, conn: sa.Connection, bills: list[int]) -> None:
        bill, part = self.model.form("bill").table, self.model.form("part").table
        mine = sa.and_(part.c.bill == bill.c["_id"], part.c["_trashed_at"].is_(None))
        total = sa.select(sa.func.coalesce(sa.func.sum(part.c.amount), 0)).where(mine).scalar_subquery()
        conn.execute(sa.update(bill).where(bill.c["_id"].in_(bills)).values(paid=total))

    def hand_one(self) -> None:
        with self.db.write() as conn:
            self._insert(conn, [1])
            self._add_up(conn, [1])

    def our_one(self) -> None:
        self._write([1])

    def hand_sums(self) -> None:
        with self.db.write() as conn:
            conn.execute(
                sa.update(self.model.form("bill").table).where(sa.column("_id").in_(_BILLS)).values(paid=0)
            )
            self._add_up(conn, _BILLS)

    def our_sums(self) -> None:
        bill = self.model.form("bill")
        with self.db.write() as conn:
            conn.execute(sa.update(bill.table).where(bill.table.c["_id"].in_(_BILLS)).values(paid=0))
            Renewal(conn, self.model, bill, bill.formulas, timeless(self.model)).run(_BILLS)

    def bulk_alone(self) -> None:
        """Write what no sum is made of."""
        self._write([None] * 10_000)

    def bulk_summed(self) -> None:
        self._write([_BILLS[number % 1000] for number in range(10_000)])

    def _write(self, bills: Sequence[int | None]) -> None:
        changes = [Change(Op.create, {"bill": bill and str(bill), "amount": "3"}) for bill in bills]
        with self.store.unit(self.model, Access(None), Cause("bench", None)) as uow:
            results = write(self.store, uow, self.model.form("part"), changes)
        if not all(each.ok for each in results):
            raise RuntimeError(results)

    def hand_list(self) -> None:
        bill = self.model.form("bill").table
        statement = sa.select(bill).where(bill.c["_trashed_at"].is_(None))
        with self.db.read() as conn:
            conn.execute(statement.order_by(bill.c.paid.desc(), bill.c["_id"].desc()).limit(50)).all()

    def our_list(self) -> None:
        query = Query("bill", sort=(Sort("paid", descending=True),))
        with self.db.read() as conn:
            reading.read(self.store, conn, self.model, Access(None), query)
