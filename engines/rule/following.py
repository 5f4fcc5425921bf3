"""After the commit: actions that may wait, one transaction each; what failed is tried again there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel
from engines.query import Cause
from engines.rule.carrying import JOB, act
from engines.rule.chain import Link, Origin, begin
from engines.rule.deciding import Decision, Scene
from engines.rule.doing import DOOR, Tools
from engines.rule.events import Event, What
from engines.rule.facts import Facts
from engines.rule.kinds import Phase
from engines.rule.model import AppRules, RuleModel
from engines.rule.problems import problems_of
from engines.rule.runs import Run, RunState, fired_in, get_run, keep
from engines.store.jobs import Job
from engines.store.versions import stay
from engines.store.worker import JobContext
from schemas.elements import Translated
from schemas.errors import Failed, Invalid, NotFound, WeftError

Apps = Callable[[sa.Connection], Mapping[str, AppModel]]


@dataclass(frozen=True, slots=True)
class Follower:
    """Carries runs on. ``rules``: those of an app's version; ``facts``: what they read of a form."""

    tools: Tools
    apps: Apps
    rules: Callable[[AppModel], AppRules]
    facts: Callable[[AppModel, RuleModel], Facts]

    def handle(self, job: Job, _: JobContext) -> None:
        """Carry on every run of a job. Raises Failed if one failed, so that the job comes again."""
        ids: Any = job.payload["runs"]
        failed = [each for each in ids if not self.carry_on(int(each))]
        if failed:
            raise Failed("rule.run_failed", count=len(failed))

    def carry_on(self, run_id: int) -> bool:
        """Do what is left of a run; False where an action failed, which is written down."""
        while True:
            try:
                with self.tools.store.db.write() as conn:
                    over, follow = self._step(conn, run_id)
            except NotFound:
                return True
            except Exception as error:  # noqa: BLE001 - whatever it is, it is this run's failure
                self._failed(run_id, error)
                return False
            for each in follow:
                each()
            if over:
                return True

    def _step(self, conn: sa.Connection, run_id: int) -> tuple[bool, list[Callable[[], None]]]:
        """Do the next action; True when that was the last."""
        stay(conn)
        run = get_run(conn, run_id, lock=True)
        if run.state not in {RunState.waiting, RunState.failed}:
            return True, []
        place = _Place.of(self, conn, run)
        if place is None:
            keep(conn, run)
            return True, []
        actions = place.rule.of(Phase.after)
        if run.step < len(actions):
            doing = place.scene.doing(place.decision, run.id)
            run.detail.setdefault("actions", []).append(act(actions[run.step], doing))
            run.step += 1
            run.detail.pop("problems", None)
        over = run.step >= len(actions)
        run.state, run.error = (RunState.done, None) if over else (RunState.waiting, None)
        keep(conn, run)
        return over, place.scene.uow.after_commit

    def _failed(self, run_id: int, error: Exception) -> None:
        with self.tools.store.db.write() as conn:
            run = get_run(conn, run_id, lock=True)
            run.state, run.attempts, run.error = RunState.failed, run.attempts + 1, _told(error)
            run.detail["problems"] = problems_of(error) if isinstance(error, WeftError) else []
            keep(conn, run)


@dataclass(slots=True)
class _Place:
    """Where a run goes on."""

    rule: RuleModel
    scene: Scene
    decision: Decision
    rest: Sequence[int] = field(default_factory=tuple)

    @classmethod
    def of(cls, follower: Follower, conn: sa.Connection, run: Run) -> _Place | None:
        """Find it; None, with the reason in the run, where there is nothing left to do it for."""
        app = follower.apps(conn).get(run.app)
        rule = None if app is None else follower.rules(app).rules.get(run.rule_uid)
        if app is None or rule is None:
            run.state, run.reason = RunState.skipped, "rule_gone"
            return None
        uow = follower.tools.store.uow(conn, app, Access(None), cause_of(run))
        origin = Origin(run.origin, fired_in(conn, run.origin))
        path = tuple(Translated.model_validate(each) for each in run.detail.get("path", ()))
        begin(uow, Link(origin, path, person=run.actor))
        scene = Scene(follower.tools, uow)
        row = follower.facts(app, rule).load(conn, [run.record_id], scene.context).get(run.record_id)
        if row is None:
            run.state, run.reason = RunState.skipped, "record_gone"
            return None
        event = Event(What(run.event), rule.form, run.record_id, row, run.at, _old(run, rule, row))
        return cls(rule, scene, Decision(rule, event, origin, RunState.waiting))


def cause_of(run: Run) -> Cause:
    """Return why something is written after the commit: the rule, for whoever began it all."""
    return Cause(DOOR, None, run.actor, run.cause_id, f"rule:{run.rule_uid}")


def _old(run: Run, rule: RuleModel, row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the record as it was before the change that the run is about."""
    if run.event == What.create:
        return None
    keys = {each.uid: each.key for each in rule.form.fields.values() if each.computed is None}
    raw = {keys[uid]: old for uid, old, _ in run.detail.get("changes", ()) if uid in keys}
    return {**row, **rule.form.coercer.one(raw)[0]}


def _told(error: Exception) -> str:
    """Return what is kept of an error: codes, because nobody knows yet who will read it."""
    if isinstance(error, Invalid):
        return " ".join(dict.fromkeys(each.code for each in error.issues))[:1000]
    return error.reason if isinstance(error, WeftError) else f"{type(error).__name__}: {error}"[:1000]


__all__ = ["JOB", "Apps", "Follower", "cause_of"]
