"""Moments that rules wait for, as rows: rule, record, when, and what for; never twice for the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.rule.deciding import Scene
from engines.rule.events import Event
from engines.rule.kinds import Due, Keep
from engines.rule.model import RuleModel
from engines.store.encode import chunks
from engines.store.rules import timer as _timer
from engines.store.upsert import upsert


class TimerState(StrEnum):
    """``fired`` rows stay: they are what is not fired for again. ``failed`` ones wait for somebody."""

    waiting = "waiting"
    fired = "fired"
    failed = "failed"


@dataclass(frozen=True, slots=True)
class Timer:
    """One row."""

    id: int
    app: str
    rule_uid: int
    form_uid: int
    record_id: int
    due: datetime
    anchor: str
    state: TimerState
    attempts: int
    error: str | None = None


def plan(scene: Scene, rule: RuleModel, events: Iterable[Event]) -> None:
    """Bring the moments of some records into line with what happened to them.

    What would have been due already is past: nobody is reminded of what was never going to be.
    """
    zone = ZoneInfo(scene.uow.app.definition.time_zone)
    wanted = {event.id: _wanted(scene, rule, event, zone) for event in events}
    known = _known(scene.uow.conn, rule.uid, wanted)
    kept: dict[int, Due] = {}
    for record, due in wanted.items():
        mine = known.get(record, [])
        if isinstance(due, Due):
            _arrange(scene, record, due, mine, kept)
        elif due is None:
            _withdraw(scene.uow.conn, [each.id for each in mine if each.state is TimerState.waiting])
    add(scene, rule, kept)


def _wanted(scene: Scene, rule: RuleModel, event: Event, zone: ZoneInfo) -> Due | Keep | None:
    planned = rule.kind.plan(rule.on, replace(event, own=rule.uid == scene.link.by), zone)  # type: ignore[attr-defined]  # a timed trigger plans
    condition = rule.condition
    if planned is None or condition is None or condition.volatile:
        return planned  # type: ignore[no-any-return]  # as every timed trigger returns it
    holds = condition.holds(event.row, replace(scene.context, old=event.row))
    return planned if holds else None


def _arrange(scene: Scene, record: int, due: Due, known: Sequence[Timer], kept: dict[int, Due]) -> None:
    """Let the row of a record wait for what is due now, and no other."""
    conn = scene.uow.conn
    same = next((each for each in known if each.anchor == due.anchor), None)
    others = [each for each in known if each.state is TimerState.waiting and each is not same]
    future = due.at > scene.context.now
    if same is None and others and future and _move(conn, others[0], due):
        others = others[1:]
    elif same is None and future:
        kept[record] = due
    elif same is not None and same.state is TimerState.waiting and same.due != due.at:
        _move(conn, same, due)
    _withdraw(conn, [each.id for each in others])


def _known(conn: sa.Connection, rule_uid: int, records: Iterable[int]) -> dict[int, list[Timer]]:
    found: dict[int, list[Timer]] = {}
    for some in chunks(records):
        mine = (_timer.c.rule_uid == rule_uid) & _timer.c.record_id.in_(some)
        for row in conn.execute(sa.select(_timer).where(mine)):
            found.setdefault(row.record_id, []).append(of(row))
    return found


def _move(conn: sa.Connection, timer: Timer, due: Due) -> bool:
    """Let a row wait for another moment; False where it fired meanwhile."""
    waiting = (_timer.c.id == timer.id) & (_timer.c.state == TimerState.waiting)
    values = {"due": due.at, "anchor": due.anchor, "attempts": 0, "error": None}
    return bool(conn.execute(sa.update(_timer).where(waiting).values(values)).rowcount)


def _withdraw(conn: sa.Connection, timers: Sequence[int]) -> None:
    if timers:
        waiting = _timer.c.id.in_(timers) & (_timer.c.state == TimerState.waiting)
        conn.execute(sa.delete(_timer).where(waiting))


def add(scene: Scene, rule: RuleModel, dues: Mapping[int, Due]) -> None:
    """Let records wait; where one waits or waited for the same already, nothing is added."""
    rows = [
        {"id": scene.uow.ids.next(), "app": scene.uow.app.key, "rule_uid": rule.uid,
         "form_uid": rule.form.uid, "record_id": record, "due": due.at, "anchor": due.anchor,
         "state": TimerState.waiting, "attempts": 0}
        for record, due in dues.items()
    ]  # fmt: skip
    if rows:
        scene.uow.conn.execute(upsert(scene.uow.conn, _timer).on_conflict_do_nothing(), rows)


def forget_records(conn: sa.Connection, form_uid: int, records: Iterable[int]) -> None:
    """Withdraw what waits for records that are gone."""
    for some in chunks(records):
        gone = (_timer.c.form_uid == form_uid) & _timer.c.record_id.in_(some)
        conn.execute(sa.delete(_timer).where(gone, _timer.c.state != TimerState.fired))


def forget_rules(conn: sa.Connection, rules: Sequence[int]) -> None:
    """Withdraw what rules wait for that are gone or switched off."""
    if rules:
        waiting = _timer.c.state != TimerState.fired
        conn.execute(sa.delete(_timer).where(_timer.c.rule_uid.in_(rules), waiting))


def due_now(conn: sa.Connection, now: datetime, limit: int) -> list[int]:
    """Return the rows that are due, the longest first."""
    # Written as the index's own condition: a bound value would not match its WHERE.
    waiting = sa.literal_column("weft_rule_timer.state") == sa.literal_column("'waiting'")
    wanted = sa.select(_timer.c.id).where(waiting, _timer.c.due <= now).order_by(_timer.c.due, _timer.c.id)
    return [int(each) for each in conn.scalars(wanted.limit(limit))]


def take(conn: sa.Connection, timer_id: int, now: datetime) -> Timer | None:
    """Take a row that is due, so that nobody else fires it; None where somebody did, or it moved."""
    due = (_timer.c.id == timer_id) & (_timer.c.state == TimerState.waiting) & (_timer.c.due <= now)
    if not conn.execute(sa.update(_timer).where(due).values(state=TimerState.fired)).rowcount:
        return None
    return of(conn.execute(sa.select(_timer).where(_timer.c.id == timer_id)).one())


def drop(conn: sa.Connection, timer_id: int) -> None:
    """Forget a row that turned out to be about nothing any more."""
    conn.execute(sa.delete(_timer).where(_timer.c.id == timer_id))


def put_off(conn: sa.Connection, timer_id: int, values: Mapping[str, Any]) -> None:
    """Note that firing failed."""
    conn.execute(sa.update(_timer).where(_timer.c.id == timer_id).values(values))


def timers_of(conn: sa.Connection, form_uid: int, record_id: int) -> list[Timer]:
    """Return what waits for a record, the next first."""
    mine = (_timer.c.form_uid == form_uid) & (_timer.c.record_id == record_id)
    open_ = _timer.c.state != TimerState.fired
    return [of(row) for row in conn.execute(sa.select(_timer).where(mine, open_).order_by(_timer.c.due))]


def timers_of_rule(conn: sa.Connection, rule_uid: int, record_id: int) -> list[Timer]:
    """Return what a rule waits or waited for with a record, the earliest first."""
    mine = (_timer.c.rule_uid == rule_uid) & (_timer.c.record_id == record_id)
    return [of(row) for row in conn.execute(sa.select(_timer).where(mine).order_by(_timer.c.due))]


def of(row: Any) -> Timer:
    """Return a row as a timer."""
    return Timer(**{**row._mapping, "state": TimerState(row.state)})
