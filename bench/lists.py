"""Lists over a million records, for an administrator and a restricted role, against SQL written by hand."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from bench.servers import DEFINITION
from bench.timing import ROUNDS, Result, race
from bench.widgets import ROWS, fill
from engines.access import Access
from engines.expression import parse
from engines.form import AppModel, FormModel
from engines.query import Order, Page, Query, Sort, Total
from engines.report.asking import Asker
from engines.report.outline import Level, Outline
from engines.report.outline import Total as Figure
from engines.store import reading
from engines.store.database import insert_cells
from engines.store.platform import token
from engines.store.search import token_rows
from runtime.installation import Installation, Settings

BUDGET = 1 / 1.2  # of figures; a page by an index costs so little that its ratio says what Python costs
_CHUNK = 50_000
_WORD = "777"
_FIRST = Query("deal", ("account", "product", "stage", "amount"), limit=50, total=Total.none)
_COLUMNS = "_id, _version, account, product, stage, amount"
_CAPPED = "SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {living} LIMIT 10001)"
_TOTALS = (Figure("amount", "sum"), Figure("amount", "filled"))


@dataclass(frozen=True, slots=True)
class Clerk:
    """Somebody with one role and nothing else."""

    role_uids: frozenset[int]
    id: int = 1
    department_id: int | None = None
    departments_below: tuple[int, ...] = ()
    admin: bool = False
    designs: frozenset[str] = frozenset()
    shared: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Race:
    """One reader at one list; ``living``: which records exist for the reader, by hand."""

    installation: Installation
    app: AppModel
    conn: sa.Connection
    access: Access
    living: str

    @property
    def form(self) -> FormModel:
        """Return the form."""
        return self.app.form("deal")

    def page(self, query: Query) -> Page:
        """Read one page."""
        return reading.read(self.installation.store, self.conn, self.app, self.access, query)

    def by_hand(self, text: str) -> Callable[[], object]:
        """Return what runs a statement."""
        filled = text.format(
            table=self.form.table.name, living=self.living, columns=_COLUMNS, half=ROWS // 2, won=self.won,
            form=self.form.uid, word=_WORD,
        )  # fmt: skip
        return lambda: self.conn.execute(sa.text(filled)).mappings().all()

    @property
    def won(self) -> int:
        """Return what stands for a stage in the table."""
        return int(self.form.fields["stage"].column.type.uids.by_key["won"])  # type: ignore[attr-defined]

    def outline(self, *levels: Level) -> Outline:
        """Return the list in groups."""
        asker = Asker(self.installation.store, self.conn, self.app, self.access)
        return Outline(asker, self.form, replace(_FIRST, fields=()), levels, _TOTALS)

    def races(self) -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
        """Yield name, ours and theirs of each way to look at the list."""
        plain = "SELECT {columns} FROM {table} WHERE {living}"
        newest = self.page(_FIRST)
        big = replace(_FIRST, sort=(Sort("amount", descending=True),), where=parse('stage = "won"'))
        middle = replace(_FIRST, where=parse("amount >= 10"), sort=(Sort("_id"),))
        yield "first page", lambda: self.page(_FIRST), self.by_hand(f"{plain} ORDER BY _id DESC LIMIT 51")
        after = replace(_FIRST, after=newest.next)
        place = str(newest.records[-1]["_id"])
        yield (
            "next page",
            lambda: self.page(after),
            self.by_hand(f"{plain} AND _id < {place} ORDER BY _id DESC LIMIT 51"),
        )
        yield (
            "last page",
            lambda: self.page(replace(_FIRST, before="")),
            self.by_hand(f"{plain} ORDER BY _id ASC LIMIT 51"),
        )
        yield (
            "count up to 10,000",
            lambda: self.page(replace(_FIRST, total=Total.capped)),
            lambda: (
                self.by_hand(f"{plain} ORDER BY _id DESC LIMIT 51")(),
                self.by_hand(_CAPPED + ("" if self.conn.dialect.name == "sqlite" else " AS some"))(),
            ),
        )
        yield (
            "filtered and sorted by an index",
            lambda: self.page(big),
            self.by_hand(f"{plain} AND stage = {{won}} ORDER BY amount DESC, _id DESC LIMIT 51"),
        )
        yield (
            "filtered by any field",
            lambda: self.page(middle),
            self.by_hand(f"{plain} AND amount >= 1000 ORDER BY _id ASC LIMIT 51"),
        )
        words = "form_uid = {form} AND token >= '{word}' AND token < '{word}z'"
        found = f"SELECT record_id FROM weft_token WHERE {words}"
        yield (
            "search",
            lambda: self.page(replace(_FIRST, search=_WORD)),
            self.by_hand(f"{plain} AND _id IN ({found}) ORDER BY _id DESC LIMIT 51"),
        )
        yield from self.grouped()

    def grouped(self) -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
        """Yield the same for groups and figures."""
        figures = "count(*), sum(amount), count(amount)"
        month = (
            "substr(close_date, 1, 7)"
            if self.conn.dialect.name == "sqlite"
            else "date_trunc('month', close_date)"
        )
        kept = "FROM {table} WHERE {living}"
        stage, months = self.outline(Level("stage")), self.outline(Level("close_date", "month", Order.last))
        both = self.outline(Level("stage"), Level("close_date", "month"))
        yield (
            "groups by option with subtotals",
            lambda: stage.level(0, None, 201),
            self.by_hand(f"SELECT stage, {figures} {kept} GROUP BY 1 ORDER BY 1"),
        )
        yield (
            "groups by month with subtotals",
            lambda: months.level(0, None, 201),
            self.by_hand(f"SELECT {month}, {figures} {kept} GROUP BY 1 ORDER BY 1 DESC"),
        )
        opened = [both.named(("won",), 0)]
        yield (
            "groups inside one that is open",
            lambda: both.level(1, opened, 500),
            self.by_hand(f"SELECT stage, {month}, {figures} {kept} AND stage = {{won}} GROUP BY 1, 2"),
        )
        yield "figures of all", stage.whole, self.by_hand(f"SELECT {figures} {kept}")


def measure() -> Iterator[Result]:
    """Fill a table, then race each way to look at its list."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = os.environ.get("BENCH_WEFT_DATABASE", f"sqlite:///{folder / 'weft.db'}")
        installation = Installation(Settings(folder, url))
        app = installation.publisher.apply(_definition(), actor=None)
        fill(installation, app.form("deal"))
        _words(installation, app.form("deal"))
        for who, access, living in _readers(app):
            with installation.db.read() as conn:
                for title, ours, theirs in _Race(installation, app, conn, access, living).races():
                    figures = title.startswith(("groups", "figures"))
                    found = race(f"list, {who}: {title}", ours, theirs, BUDGET if figures else 0)
                    yield replace(
                        found, note=f"{_milliseconds(ours):.1f} ms against {_milliseconds(theirs):.1f}"
                    )
        installation.close()


def _milliseconds(work: Callable[[], object]) -> float:
    """Return the quickest of some rounds: what work costs that nobody disturbs."""
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found) * 1000


def _definition() -> bytes:
    """Return the form of deals, its accounts searched."""
    found = json.loads(DEFINITION)
    found["forms"][0]["fields"][0]["searchable"] = True
    return json.dumps(found).encode()


def _readers(app: AppModel) -> Iterator[tuple[str, Access, str]]:
    options = app.form("deal").fields["stage"].column.type.uids.by_key  # type: ignore[attr-defined]
    living = "_trashed_at IS NULL"
    yield "admin", Access(None), living
    clerk = Clerk(frozenset({app.roles["clerk"]}))
    yield "restricted", Access(clerk), f"{living} AND stage <> {options['lost']}"


def _words(installation: Installation, form: FormModel) -> None:
    """Make the words of every account, as the jobs do that follow a bulk."""
    table, field = form.table, form.fields["account"]
    columns = [each.name for each in token.columns]
    for start in range(0, ROWS, _CHUNK):
        with installation.db.read() as conn:
            some = sa.select(table.c["_id"], field.column).where(
                table.c["_id"].between(start + 1, start + _CHUNK)
            )
            found = [
                row for number, text in conn.execute(some) for row in token_rows(form, field, number, text)
            ]
        with installation.db.write() as conn:
            insert_cells(conn, token, columns, sorted(found))
    if installation.db.sqlite:
        installation.db.settle()
