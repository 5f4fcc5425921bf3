"""Runs: each time a rule was considered, what it met, what it did, and how far it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any

import orjson
import sqlalchemy as sa

from engines.form.columns import millis
from engines.store.database import insert_cells
from engines.store.encode import chunks
from engines.store.rules import run as _run
from schemas.errors import NotFound

NEGATIVE = timedelta(days=1)  # how long it can be seen why a rule did not fire
LAST = 200  # of each rule, how many that fired stay; failures stay until somebody tries them again
_COLUMNS = tuple(column.name for column in _run.columns)
_AT, _DETAIL = _COLUMNS.index("at"), _COLUMNS.index("detail")
_cells = attrgetter(*_COLUMNS)


class RunState(StrEnum):
    """``waiting``: something is still to be done after the commit. ``failed`` can be tried again."""

    done = "done"
    waiting = "waiting"
    failed = "failed"
    no_match = "no_match"
    skipped = "skipped"


FIRED = (RunState.done, RunState.waiting, RunState.failed)


@dataclass(slots=True)
class Run:
    """One consideration of one rule for one record.

    ``reason``: why it was skipped. ``step``: the place in the rule of the next action. ``detail``: what the
    page "why" shows as JSON: ``changes``, ``conditions``, ``actions``, ``problems``, and ``path``, the chain.
    """

    id: int
    app: str
    rule_uid: int
    form_uid: int
    record_id: int
    event: str
    at: datetime
    state: RunState
    version: int | None = None
    actor: int | None = None
    cause_id: int | None = None
    origin: int = 0
    reason: str | None = None
    step: int = 0
    attempts: int = 0
    error: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)


def add_runs(conn: sa.Connection, runs: Sequence[Run]) -> None:
    """Keep runs, in one statement."""
    rows = []
    for each in runs:
        cells = [*_cells(each)]
        cells[_AT], cells[_DETAIL] = millis(each.at), orjson.dumps(each.detail).decode()
        rows.append(tuple(cells))
    insert_cells(conn, _run, _COLUMNS, rows)


def get_run(conn: sa.Connection, run_id: int, *, lock: bool = False) -> Run:
    """Return one run. Raises NotFound."""
    wanted = sa.select(_run).where(_run.c.id == run_id)
    row = conn.execute(wanted.with_for_update() if lock else wanted).first()
    if row is None:
        raise NotFound
    return run_of(row)


def keep(conn: sa.Connection, run: Run) -> None:
    """Write down how far a run is."""
    values = {
        "state": run.state, "reason": run.reason, "step": run.step, "attempts": run.attempts,
        "error": run.error, "detail": orjson.dumps(run.detail).decode(),
    }  # fmt: skip
    conn.execute(sa.update(_run).where(_run.c.id == run.id).values(values))


def fired_in(conn: sa.Connection, origin: int) -> set[tuple[int, int]]:
    """Return which rules fired for which records because of one change."""
    wanted = sa.select(_run.c.rule_uid, _run.c.record_id)
    rows = conn.execute(wanted.where(_run.c.origin == origin, _run.c.state.in_(FIRED)))
    return {(row.rule_uid, row.record_id) for row in rows}


def runs_of(conn: sa.Connection, form_uid: int, record_id: int, limit: int = 200) -> list[Run]:
    """Return what was considered for a record, newest first."""
    mine = (_run.c.form_uid == form_uid) & (_run.c.record_id == record_id)
    rows = conn.execute(sa.select(_run).where(mine).order_by(_run.c.id.desc()).limit(limit))
    return [run_of(row) for row in rows]


def unfinished(conn: sa.Connection, rule_uid: int, record_id: int) -> list[int]:
    """Return the runs of a rule for a record that are not over."""
    mine = (_run.c.rule_uid == rule_uid) & (_run.c.record_id == record_id)
    open_ = _run.c.state.in_((RunState.waiting, RunState.failed))
    return [int(each) for each in conn.scalars(sa.select(_run.c.id).where(mine, open_))]


def give_up(conn: sa.Connection, runs: Collection[int], reason: str) -> None:
    """End runs that are not over."""
    values = {"state": RunState.skipped, "reason": reason}
    conn.execute(sa.update(_run).where(_run.c.id.in_(runs)).values(values))


def changed_by(conn: sa.Connection, form_uid: int, record_id: int) -> Mapping[int, set[int]]:
    """Return for each version of a record the rules that changed it before it was saved."""
    found: dict[int, set[int]] = {}
    for run in runs_of(conn, form_uid, record_id):
        if run.version is not None and any("set" in each for each in run.detail.get("actions", ())):
            found.setdefault(run.version, set()).add(run.rule_uid)
    return found


def forget_runs(conn: sa.Connection, now: datetime) -> int:
    """Remove what nobody asks about any more: why rules did not fire a day ago, and all but the last runs."""
    old = _run.c.state.in_((RunState.no_match, RunState.skipped)) & (_run.c.at < now - NEGATIVE)
    gone = conn.execute(sa.delete(_run).where(old)).rowcount
    done = _run.c.state == RunState.done
    many = sa.select(_run.c.rule_uid).where(done).group_by(_run.c.rule_uid).having(sa.func.count() > LAST)
    for rule_uid in conn.scalars(many).all():
        mine = sa.select(_run.c.id).where(done, _run.c.rule_uid == rule_uid)
        last = conn.scalar(mine.order_by(_run.c.id.desc()).offset(LAST - 1).limit(1))
        surplus = conn.scalars(mine.where(_run.c.id < last)).all()
        for some in chunks(surplus):
            gone += conn.execute(sa.delete(_run).where(_run.c.id.in_(some))).rowcount
    return gone


def run_of(row: Any) -> Run:
    """Return a row as a run."""
    kept = dict(row._mapping)
    return Run(**{**kept, "state": RunState(kept["state"]), "detail": orjson.loads(kept["detail"])})
