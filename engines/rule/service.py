"""The rule engine of one installation: its part in writes, its jobs and alarm, and what follows a publish."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import partial

import sqlalchemy as sa

from engines.form import AppModel
from engines.rule import carrying, firing, switching
from engines.rule.cycles import cycle_lines
from engines.rule.doing import Tools
from engines.rule.engine import RuleEngine
from engines.rule.facts import Facts
from engines.rule.firing import Firer
from engines.rule.following import Apps, Follower
from engines.rule.model import RuleModel
from engines.rule.runs import forget_runs
from engines.rule.switching import follow_rules, plan_rule
from engines.store.database import Database
from engines.store.plan import Line
from engines.store.words import Follow
from engines.store.worker import Handler
from schemas.grammar import Grammar


class RuleService:
    """Binds the parts together. ``apps``: the published versions, as of a transaction."""

    def __init__(self, tools: Tools, grammar: Grammar, apps: Apps) -> None:
        self.engine = RuleEngine(tools, grammar.families["triggers"], grammar.families["actions"])
        self.follower = Follower(tools, apps, self.engine.rules, self._facts)
        self.firer = Firer(self.engine, apps)
        self._apps = apps

    def _facts(self, app: AppModel, rule: RuleModel) -> Facts:
        return self.engine.facts(app, rule.form)

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Return what is done for each kind of job."""
        return {
            carrying.JOB: self.follower.handle,
            firing.JOB: self.firer.handle,
            switching.JOB: partial(plan_rule, self.engine, self._apps),
        }

    def alarm(self, now: datetime) -> None:
        """Ask for a round where a moment has come."""
        self.firer.ask(now)

    def follow(self) -> Follow:
        """Return what a publisher does about rules in its last transaction."""
        store = self.engine.tools.store
        return follow_rules(self.engine, store.queue, store.clock)

    def lines(
        self, _: sa.Connection, __: AppModel | None, after: AppModel, ___: Collection[str]
    ) -> Iterator[Line]:
        """Yield what a designer should know about the rules before they are published."""
        yield from cycle_lines(self.engine.rules(after))

    def forget(self, db: Database, now: datetime) -> int:
        """Remove runs that nobody asks about any more."""
        with db.write() as conn:
            return forget_runs(conn, now)


def all_of(*follows: Follow) -> Follow:
    """Return a follow-up that does several."""

    def follow(conn: sa.Connection, before: AppModel | None, after: AppModel) -> None:
        for each in follows:
            each(conn, before, after)

    return follow
