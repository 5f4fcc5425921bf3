"""Runs of a record or of a rule, newest first, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engines.rule.runs import FIRED, Run, RunState, run_of
from engines.store.rules import run as _run


@dataclass(frozen=True, slots=True)
class RunsAsked:
    """Which runs. ``form_uid`` and ``record_id``: of one record; ``rule_uid``: of one rule; or both.

    ``before``: the last run of the page before.
    """

    form_uid: int | None = None
    record_id: int | None = None
    rule_uid: int | None = None
    states: Sequence[RunState] = tuple(RunState)
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class RunPage:
    """One page. ``next``: what to ask for as ``before``, None at the end."""

    runs: Sequence[Run]
    next: int | None = None


def list_runs(conn: sa.Connection, asked: RunsAsked) -> RunPage:
    """Return a page of runs, newest first."""
    wanted = sa.select(_run)
    if asked.before is not None:
        wanted = wanted.where(_run.c.id < asked.before)
    if asked.record_id is not None:
        wanted = wanted.where(_run.c.form_uid == asked.form_uid, _run.c.record_id == asked.record_id)
        if asked.rule_uid is not None:
            wanted = wanted.where(_run.c.rule_uid == asked.rule_uid)
        rows = _newest(conn, wanted.where(_run.c.state.in_(asked.states)), asked.limit)
    else:
        # A question for each state is a walk along the index; one for several would sort all of them.
        of_rule = wanted.where(_run.c.rule_uid == asked.rule_uid)
        rows = [
            row
            for state in asked.states
            for row in _newest(conn, of_rule.where(_run.c.state == state), asked.limit)
        ]
        rows.sort(key=lambda row: -int(row.id))
    found = [run_of(row) for row in rows[: asked.limit]]
    return RunPage(found, found[-1].id if len(rows) > asked.limit else None)


def _newest(
    conn: sa.Connection, wanted: sa.Select[tuple[object, ...]], limit: int
) -> list[sa.Row[tuple[object, ...]]]:
    return list(conn.execute(wanted.order_by(_run.c.id.desc()).limit(limit + 1)))


def last_fired(conn: sa.Connection, rules: Sequence[int]) -> dict[int, Run]:
    """Return the latest run of each rule that fired."""
    found: dict[int, Run] = {}
    for uid in rules:
        runs = list_runs(conn, RunsAsked(rule_uid=uid, states=FIRED, limit=1)).runs
        if runs:
            found[uid] = runs[0]
    return found
