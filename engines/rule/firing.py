"""When a moment comes: due rows fire, each once, whoever drives them and however late."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel
from engines.query import Cause
from engines.rule import timers
from engines.rule.carrying import carry_out
from engines.rule.deciding import Scene, decide
from engines.rule.doing import Tools
from engines.rule.engine import RuleEngine
from engines.rule.events import Event, What
from engines.rule.following import Apps
from engines.rule.kinds import Due, TimedTrigger
from engines.rule.model import RuleModel
from engines.rule.timers import Timer, TimerState
from engines.store import jobs
from engines.store.jobs import Job
from engines.store.versions import stay
from engines.store.worker import JobContext

JOB = "rule.due"
_AT_ONCE = 200
_ATTEMPTS = 6
_WAIT = timedelta(hours=1)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Firer:
    """Fires what is due."""

    engine: RuleEngine
    apps: Apps

    @property
    def tools(self) -> Tools:
        """Return what rules work with."""
        return self.engine.tools

    def ask(self, now: datetime) -> None:
        """Ask for a round where something is due; an idle look never takes the writer's turn."""
        store = self.tools.store
        with store.db.read() as conn:
            due = bool(timers.due_now(conn, now, 1))
        if due:
            with store.db.write() as conn:
                store.queue.enqueue(conn, JOB, {}, unique=JOB)

    def handle(self, _: Job, context: JobContext) -> None:
        """Fire everything that is due, each row in a transaction of its own."""
        while True:
            now = context.clock.now()
            with context.db.read() as conn:
                due = timers.due_now(conn, now, _AT_ONCE)
            for each in due:
                self.fire(each, now)
            context.progress(fired=len(due))
            if len(due) < _AT_ONCE:
                return

    def fire(self, timer_id: int, now: datetime) -> None:
        """Fire one row. What fails is put off, and after some attempts left to somebody who looks."""
        try:
            with self.tools.store.db.write() as conn:
                stay(conn)
                timer = timers.take(conn, timer_id, now)
                follow = [] if timer is None else self._fire(conn, timer)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other rows do not wait for it
            _log.warning("A rule could not fire.", exc_info=True)
            self._put_off(timer_id, now, error)
        else:
            for each in follow:
                each()

    def _fire(self, conn: sa.Connection, timer: Timer) -> list[Callable[[], None]]:
        app = self.apps(conn).get(timer.app)
        if app is None:  # put away, or of a plug-in that is missing: it may come back
            later = self.tools.store.clock.now() + _WAIT
            timers.put_off(conn, timer.id, {"state": TimerState.waiting, "due": later})
            return []
        rule = self.engine.rules(app).rules.get(timer.rule_uid)
        if rule is None or not rule.rule.enabled:
            timers.drop(conn, timer.id)
            return []
        uow = self.tools.store.uow(conn, app, Access(None), Cause("timer", None, note=f"rule:{rule.uid}"))
        self._decide(Scene(self.tools, uow), app, rule, timer)
        return uow.after_commit

    def _decide(self, scene: Scene, app: AppModel, rule: RuleModel, timer: Timer) -> None:
        conn, kind = scene.uow.conn, rule.kind
        facts = self.engine.facts(app, rule.form)
        row = facts.load(conn, [timer.record_id], scene.context).get(timer.record_id)
        if row is None or not isinstance(kind, TimedTrigger):
            timers.drop(conn, timer.id)
            return
        event = Event(What.time, rule.form, timer.record_id, row, scene.context.now, row)
        planned = kind.plan(rule.on, event, ZoneInfo(app.definition.time_zone))
        if planned is None or (isinstance(planned, Due) and planned.anchor != timer.anchor):
            timers.drop(conn, timer.id)  # the record moved on, and nobody noticed
            return
        decision = decide(scene, rule, event)
        if decision is not None:
            carry_out(scene, [decision])
        if decision is None or not decision.fires:
            timers.drop(conn, timer.id)
            return
        following = kind.again(rule.on, Due(timer.due, timer.anchor), scene.context.now)
        if following is not None:
            timers.add(scene, rule, {timer.record_id: following})

    def _put_off(self, timer_id: int, now: datetime, error: Exception) -> None:
        with self.tools.store.db.write() as conn:
            tried = timers.take(conn, timer_id, now)
            if tried is None:
                return
            attempts = tried.attempts + 1
            state = TimerState.failed if attempts >= _ATTEMPTS else TimerState.waiting
            due = now + jobs.backoff(attempts)
            told = f"{type(error).__name__}: {error}"[:1000]
            timers.put_off(conn, timer_id, {"state": state, "attempts": attempts, "due": due, "error": told})
