"""A rule is switched on, changed or dropped: from now on only, and what is to come is planned at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel, FormModel
from engines.ports import Clock, JobQueue
from engines.query import Cause
from engines.rule import timers
from engines.rule.deciding import Scene
from engines.rule.engine import RuleEngine
from engines.rule.events import Event, What
from engines.rule.following import Apps
from engines.rule.kinds import TimedTrigger
from engines.rule.model import RuleModel
from engines.store.jobs import Job
from engines.store.rules import state as _state
from engines.store.upsert import upsert
from engines.store.versions import stay
from engines.store.words import Follow
from engines.store.worker import JobContext

JOB = "rule.plan"
_CHUNK = 500


def follow_rules(engine: RuleEngine, queue: JobQueue, clock: Clock) -> Follow:
    """Return what a publisher does in its last transaction about rules that are not what they were."""

    def follow(conn: sa.Connection, _: AppModel | None, after: AppModel) -> None:
        rules = engine.rules(after).rules
        known = _known(conn, after.key)
        timers.forget_rules(conn, [uid for uid in known if uid not in rules or not rules[uid].rule.enabled])
        for uid, rule in rules.items():
            if known.get(uid) == rule.digest:
                continue
            _remember(conn, after.key, rule, clock.now())
            if rule.rule.enabled and isinstance(rule.kind, TimedTrigger):
                payload = {"app": after.key, "rule": str(uid), "digest": rule.digest}
                queue.enqueue(conn, JOB, payload, unique=f"{JOB}:{uid}:{rule.digest}")
        _forget(conn, after.key, rules)

    return follow


def plan_rule(engine: RuleEngine, apps: Apps, job: Job, context: JobContext) -> None:
    """Plan the moments of every record there is, a short transaction a chunk; safe to repeat."""
    last, done = 0, 0
    while True:
        with context.db.write() as conn:
            stay(conn)
            app = apps(conn).get(str(job.payload["app"]))
            rule = None if app is None else engine.rules(app).rules.get(int(str(job.payload["rule"])))
            if app is None or rule is None or rule.digest != job.payload["digest"]:
                return  # it changed again, and another job is about what it says now
            ids = _next(conn, rule.form, last)
            if ids:
                uow = engine.tools.store.uow(conn, app, Access(None), Cause(JOB, None))
                _plan(Scene(engine.tools, uow), engine, rule, ids)
        if not ids:
            return
        last, done = ids[-1], done + len(ids)
        context.progress(done=done)


def _plan(scene: Scene, engine: RuleEngine, rule: RuleModel, ids: list[int]) -> None:
    """Plan as if each record had come into its state when it was last touched, or something beside it."""
    app, conn = scene.uow.app, scene.uow.conn
    assert isinstance(rule.kind, TimedTrigger)  # noqa: S101 - only these are planned
    rows = engine.facts(app, rule.form).load(conn, ids, scene.context)
    acted = _acted(conn, app, rule.kind.counts(rule.on), ids)
    events = []
    for key, row in rows.items():
        since = max(each for each in (row["_updated_at"], acted.get(key)) if each is not None)
        events.append(Event(What.create, rule.form, key, row, since))
    timers.plan(scene, rule, events)


def _acted(
    conn: sa.Connection, app: AppModel, counts: Mapping[str, str], ids: list[int]
) -> dict[int, datetime]:
    """Return when something that counts as activity last happened beside each record."""
    found: dict[int, datetime] = {}
    for path, via in counts.items():
        form = app.form(path)
        field, table = form.fields[via], form.table
        named: Any = field.column
        latest = sa.select(named, sa.func.max(table.c["_updated_at"]))
        if field.link is not None:
            latest = latest.join_from(table, field.link, field.link.c["_record_id"] == table.c["_id"])
        living = latest.where(named.in_(ids), table.c["_trashed_at"].is_(None)).group_by(named)
        for record, at in conn.execute(living):
            found[record] = max(found.get(record, at), at)
    return found


def _next(conn: sa.Connection, form: FormModel, last: int) -> list[int]:
    key = form.table.c["_id"]
    living = sa.select(key).where(key > last, form.table.c["_trashed_at"].is_(None))
    return [int(each) for each in conn.scalars(living.order_by(key).limit(_CHUNK))]


def _known(conn: sa.Connection, app: str) -> dict[int, str]:
    wanted = sa.select(_state.c.rule_uid, _state.c.digest).where(_state.c.app == app)
    return {row.rule_uid: row.digest for row in conn.execute(wanted)}


def _remember(conn: sa.Connection, app: str, rule: RuleModel, now: datetime) -> None:
    values = {"digest": rule.digest, "since": now, "app": app}
    statement = upsert(conn, _state).values(rule_uid=rule.uid, **values)
    conn.execute(statement.on_conflict_do_update(index_elements=["rule_uid"], set_=values))


def _forget(conn: sa.Connection, app: str, rules: Iterable[int]) -> None:
    gone = (_state.c.app == app) & _state.c.rule_uid.not_in(list(rules))
    conn.execute(sa.delete(_state).where(gone))
