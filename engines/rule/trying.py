"""Why not: what a rule makes of the last thing that happened to a record, with nothing done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.form import FormModel
from engines.query import Op, Uow
from engines.rule import timers
from engines.rule.chain import Link, begin
from engines.rule.deciding import Decision, Scene
from engines.rule.engine import RuleEngine
from engines.rule.events import Event, What
from engines.rule.facts import Row
from engines.rule.kinds import Due, TimedTrigger
from engines.rule.model import FormRules, RuleModel
from engines.rule.problems import problems_of
from engines.rule.runs import RunState
from engines.rule.timers import Timer, TimerState
from engines.rule.triggers.button import Button
from engines.store.history import Entry, entries
from engines.store.rules import state as _state
from schemas.errors import NotFound, WeftError

_LOOKED_AT = 20  # steps of a record's history, of which the last may be deletions and restorations
_WHAT = {Op.create: What.create, Op.update: What.update}


@dataclass(frozen=True, slots=True)
class Trial:
    """What would become of a rule for a record as it is now.

    ``hurdles``: codes of what keeps it from firing, the first first; none means that it would fire.
    ``last``: the change it was asked about, None for moments and buttons. ``due``: when its moment comes.
    ``since``: from when on the rule says what it says now. The rest is as in the ``detail`` of a run.
    """

    rule: RuleModel
    hurdles: tuple[str, ...]
    conditions: list[dict[str, Any]]
    actions: list[dict[str, Any]]
    changes: list[list[Any]]
    last: Entry | None = None
    due: datetime | None = None
    since: datetime | None = None


def try_rule(engine: RuleEngine, uow: Uow, rule: RuleModel, record_id: int) -> Trial:
    """Ask a rule about a record. Raises NotFound where the record is gone; nothing is written."""
    last = _last(uow, rule.form, record_id)
    begin(uow, Link(person=None if last is None else last.actor))
    scene = Scene(engine.tools, uow)
    facts = engine.facts(uow.app, rule.form)
    if last is not None:
        facts = replace(facts, paths=facts.paths | {(key,) for key in last.old})
    row = facts.load(uow.conn, [record_id], scene.context).get(record_id)
    if row is None:
        raise NotFound
    return _Trying(scene, rule, row, last).outcome()


@dataclass(slots=True)
class _Trying:
    scene: Scene
    rule: RuleModel
    row: Row
    last: Entry | None
    due: datetime | None = None

    def outcome(self) -> Trial:
        """Go through everything that may stand in the way."""
        rule, event = self.rule, self._event()
        context = self.scene.context_of(event)
        since = self._since()
        hurdles = [] if rule.rule.enabled else ["disabled"]
        hurdles += self._not_begun(event, since)
        conditions = [] if rule.condition is None else rule.condition.explain(event.row, context)
        holds = rule.condition is None or rule.condition.holds(event.row, context)
        hurdles += [] if holds else ["no_match"]
        actions = list(self._foreseen(event)) if holds else []
        on_save = event.what in {What.create, What.update}
        changes = event.changes if event.old is not None and on_save else []
        last = self.last if on_save else None
        return Trial(rule, tuple(hurdles), conditions, actions, changes, last, self.due, since)

    def _event(self) -> Event:
        """Return the last change again, or for moments and buttons that theirs has come."""
        form, now, row, last = self.rule.form, self.scene.context.now, self.row, self.last
        record = int(row["_id"])
        if isinstance(self.rule.kind, Button):
            return Event(What.button, form, record, row, now, row)
        if isinstance(self.rule.kind, TimedTrigger) or last is None:
            return Event(What.time, form, record, row, now, row)
        if last.op is Op.create:
            return Event(What.create, form, record, row, now, None, frozenset(form.fields))
        raw = {key: old for key, old in last.old.items() if form.fields[key].computed is None}
        old = {**row, **form.coercer.one(raw)[0]}
        return Event(What.update, form, record, row, now, old, frozenset(last.old))

    def _not_begun(self, event: Event, since: datetime | None) -> Iterator[str]:
        """Yield why what the rule waits for did not happen."""
        rule = self.rule
        if isinstance(rule.kind, TimedTrigger):
            yield from self._not_due(rule.kind, event)
            return
        if isinstance(rule.kind, Button):
            yield "not_pressed"
            return
        if not _watched(rule, event):
            yield "not_watched" if rule.kind.watches(rule.on).update else "only_created"
        elif not rule.kind.happened(rule.on, event):
            yield "not_awaited"
        if self.last is not None and self.last.at is not None and since is not None and self.last.at < since:
            yield "newer"

    def _not_due(self, kind: TimedTrigger[Any], event: Event) -> Iterator[str]:
        known = _timers(self.scene, self.rule, event.id)
        waiting = next((each for each in known if each.state is not TimerState.fired), None)
        if waiting is not None:
            self.due = waiting.due
            yield "stuck" if waiting.state is TimerState.failed else "not_yet"
            return
        began = Event(What.create, event.form, event.id, event.row, event.row["_updated_at"])
        planned = kind.plan(self.rule.on, began, ZoneInfo(self.scene.uow.app.definition.time_zone))
        if not isinstance(planned, Due):
            yield "no_moment"
        elif known:
            self.due = known[-1].due
            yield "fired_for_it"
        elif planned.at <= self.scene.context.now:
            self.due = planned.at
            yield "moment_over"

    def _foreseen(self, event: Event) -> Iterator[dict[str, Any]]:
        decision = Decision(self.rule, event, self.scene.link.of(event.form.uid, event.id), RunState.waiting)
        doing = self.scene.doing(decision)
        for action in self.rule.actions:
            said = {"at": action.index, "type": action.kind.name}
            try:
                found = action.kind.foresee(action.prepared, doing.at(action.index))
            except WeftError as error:
                found = {"problems": problems_of(error)}
            yield {**said, **found}

    def _since(self) -> datetime | None:
        wanted = sa.select(_state.c.since).where(_state.c.rule_uid == self.rule.uid)
        found: datetime | None = self.scene.uow.conn.scalar(wanted)
        return found


def _last(uow: Uow, form: FormModel, record_id: int) -> Entry | None:
    """Return the last change of a record, or its creation."""
    steps = entries(uow.conn, uow.app, form, record_id, _LOOKED_AT)
    return next((each for each in steps if each.op in _WHAT), None)


def _watched(rule: RuleModel, event: Event) -> bool:
    watching = FormRules(rule.form)
    watching.add(rule)
    op = Op.create if event.what is What.create else Op.update
    return bool(watching.saves.woken(op, event.changed))


def _timers(scene: Scene, rule: RuleModel, record_id: int) -> list[Timer]:
    found = timers.timers_of_rule(scene.uow.conn, rule.uid, record_id)
    return sorted(found, key=lambda each: each.due)
