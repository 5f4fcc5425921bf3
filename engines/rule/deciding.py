"""Whether a rule fires for what happened, and everything that can be said about why."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from engines.expression import Context
from engines.query import Uow
from engines.rule.chain import Link, Origin, link_of
from engines.rule.doing import Doing, Tools
from engines.rule.events import Event
from engines.rule.model import RuleModel
from engines.rule.runs import RunState
from engines.store.people.house import House


@dataclass(eq=False)
class Scene:
    """One transaction as rules see it."""

    tools: Tools
    uow: Uow
    _last: Context | None = None

    @cached_property
    def link(self) -> Link:
        """Return where the transaction stands in a chain of rules."""
        return link_of(self.uow)

    @cached_property
    def house(self) -> House:
        """Return the people and departments."""
        return House(self.uow.conn, self.uow.app)

    @cached_property
    def context(self) -> Context:
        """Return the moment; USER() is who began it all, although the platform acts."""
        base = self.tools.store.context(self.uow.app, self.uow.access)
        person = self.link.person
        department = None if person is None else self.house.department(person)
        return replace(base, user_id=person, department_id=department, directory=self.house)

    def context_of(self, event: Event) -> Context:
        """Return the moment with what stood in the record before; one for all rules that are asked."""
        if self._last is None or self._last.old is not event.old:
            self._last = replace(self.context, old=event.old)
        return self._last

    def doing(self, decision: Decision, run: int = 0) -> Doing:
        """Return what an action is given."""
        event = decision.event
        link = replace(self.link, origin=decision.origin)
        context = self.context_of(event)
        return Doing(self.tools, self.uow, decision.rule, event, context, self.house, link, run)


@dataclass(slots=True)
class Decision:
    """What was decided. ``done``: results of actions, with their places in the rule."""

    rule: RuleModel
    event: Event
    origin: Origin
    state: RunState
    reason: str | None = None
    conditions: list[dict[str, Any]] = field(default_factory=list)
    done: list[dict[str, Any]] = field(default_factory=list)

    @property
    def fires(self) -> bool:
        """Tell whether the actions are to be done."""
        return self.state is RunState.waiting

    def detail(self) -> dict[str, Any]:
        """Return what is kept for whoever asks why."""
        found: dict[str, Any] = {"conditions": self.conditions, "actions": self.done}
        if self.event.old is not None:
            found["changes"] = self.event.changes
        return found


def decide(scene: Scene, rule: RuleModel, event: Event) -> Decision | None:
    """Return whether a rule fires; None where what happened is not what it waits for."""
    origin = scene.link.of(event.form.uid, event.id)
    if not rule.kind.happened(rule.on, event):
        return None
    if event.own:
        return Decision(rule, event, origin, RunState.skipped, "own_write")
    conditions: list[dict[str, Any]] = []
    if rule.condition is not None:
        context = scene.context_of(event)
        conditions = rule.condition.explain(event.row, context)
        if not rule.condition.holds(event.row, context):
            return Decision(rule, event, origin, RunState.no_match, None, conditions)
    if not origin.admit(rule.uid, event.id, (*scene.link.path, rule.label)):
        return Decision(rule, event, origin, RunState.skipped, "already_fired", conditions)
    return Decision(rule, event, origin, RunState.waiting, None, conditions)
