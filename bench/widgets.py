"""Widgets over a million records against SQL written by hand with the same predicate, on the same tables."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.servers import DEFINITION, deal, ours
from bench.timing import Result, race
from engines.access import Access
from engines.form import AppModel, FormModel
from engines.report.answer import Answer
from engines.report.asking import Asker
from engines.store.database import insert_cells
from engines.store.encode import RowEncoder
from runtime.installation import Installation, Settings

ROWS = 1_000_000
BUDGET = 1 / 1.2
_CHUNK = 50_000
_DIFFERENT = 20_000
_DAY = 86_400_000
_START = 1_767_225_600_000  # the first of January 2026, in milliseconds
_SYSTEM = ("_id", "_version", "_created_at")
_LIVING = "FROM {table} WHERE _trashed_at IS NULL"
_BY_HAND: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "number, sum where won": (
        {"type": "number", "where": 'stage = "won"', "measure": {"function": "sum", "field": "amount"}},
        (f"SELECT sum(amount) {_LIVING} AND stage = {{won}}",),
    ),
    "pie, by stage": (
        {"type": "pie", "group": {"field": "stage"}},
        (f"SELECT stage, count(*) {_LIVING} GROUP BY stage ORDER BY 2 DESC",),
    ),
    "line, sum by month": (
        {"type": "line", "group": {"field": "close_date", "bucket": "month"},
         "measure": {"function": "sum", "field": "amount"}},
        (f"SELECT {{month}}, sum(amount) {_LIVING} GROUP BY 1 ORDER BY 1",),
    ),
    "column, instants by week": (
        {"type": "column", "group": {"field": "_created_at", "bucket": "week"}},
        (f"SELECT {{week}}, count(*) {_LIVING} GROUP BY 1 ORDER BY 1",),
    ),
    "leaderboard, 10 of 35 and the rest": (
        {"type": "leaderboard", "group": {"field": "agent"},
         "measures": [{"function": "sum", "field": "amount"}]},
        (
            f"SELECT agent, sum(amount) {_LIVING} GROUP BY agent ORDER BY 2 DESC LIMIT 11",
            f"SELECT CASE WHEN agent IN ({{agents}}) THEN agent END, sum(amount) {_LIVING} GROUP BY 1",
        ),
    ),
}  # fmt: skip


def measure() -> Iterator[Result]:
    """Fill a table, then race each widget, without what puts it into words."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = os.environ.get("BENCH_WEFT_DATABASE", f"sqlite:///{folder / 'weft.db'}")
        installation = Installation(Settings(folder, url))
        app = installation.publisher.apply(DEFINITION, actor=None)
        fill(installation, app.form("deal"))
        with installation.db.read() as conn:
            for title, (said, texts) in _BY_HAND.items():
                ask = _asked(installation, app, conn, said)
                yield race(f"widget: {title}", ask, _by_hand(conn, app.form("deal"), texts), BUDGET)
        installation.close()


def fill(installation: Installation, form: FormModel) -> None:
    """Insert the records, spread over a year; what stands in them repeats after some thousands."""
    chance = random.Random(5)
    encoder = RowEncoder.of(form, installation.db.dialect)
    columns = [each.name for each in form.table.columns if each.name in {*_SYSTEM, *encoder.columns}]
    places = [(*_SYSTEM, *encoder.columns).index(each) for each in columns]
    values, _ = form.coercer.many([ours(deal(number, chance)) for number in range(_DIFFERENT)])
    known = list(encoder.cells(values))
    for start in range(0, ROWS, _CHUNK):
        rows = []
        for number in range(start, start + _CHUNK):
            cells = (number + 1, 1, _START + number * 365 * _DAY // ROWS, *known[number % _DIFFERENT])
            rows.append(tuple(cells[place] for place in places))
        with installation.db.write() as conn:
            insert_cells(conn, form.table, columns, rows)
    if installation.db.sqlite:
        installation.db.settle()


def _asked(
    installation: Installation, app: AppModel, conn: sa.Connection, said: dict[str, Any]
) -> Callable[[], Answer]:
    kind = installation.widgets[said["type"]]
    options = kind.Options.model_validate({"key": "w", "label": "W", "form": "deal", **said})
    return lambda: kind.ask(options, Asker(installation.store, conn, app, Access(None)))


def _by_hand(conn: sa.Connection, form: FormModel, texts: tuple[str, ...]) -> Callable[[], object]:
    sqlite = conn.dialect.name == "sqlite"
    options = form.fields["stage"].column.type.uids.by_key  # type: ignore[attr-defined]  # a select
    local = f"_created_at + {8 * 3_600_000}"
    found = {
        "table": form.table.name,
        "won": options["won"],
        "agents": ", ".join(f"'Agent {number}'" for number in range(10)),
        "month": "strftime('%Y-%m', close_date)" if sqlite else "date_trunc('month', close_date)",
        "week": f"date(({local}) / 1000, 'unixepoch', '-6 days', 'weekday 1')" if sqlite
        else f"date_trunc('week', to_timestamp(({local}) / 1000) AT TIME ZONE 'UTC')",
    }  # fmt: skip
    statements = [each.format(**found) for each in texts]
    return lambda: [conn.exec_driver_sql(each).all() for each in statements]
