"""The engine's part in every write: rules before it, within it, and what waits for a moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from engines.form import AppModel, FormModel
from engines.query import ChangeSet, Draft, Op, Touched, Uow
from engines.rule import timers
from engines.rule.carrying import after_save
from engines.rule.chain import fresh, hushed, link_of
from engines.rule.deciding import Scene
from engines.rule.doing import Tools
from engines.rule.early import before_save, wakeful
from engines.rule.events import Event, What
from engines.rule.facts import Facts
from engines.rule.kinds import TimedTrigger
from engines.rule.model import Actions, AppRules, FormRules, RuleModel, Triggers
from engines.store import todos

_GONE = frozenset({Op.delete, Op.purge})
_WHAT = {Op.create: What.create, Op.update: What.update, Op.restore: What.restore}
_ALWAYS = frozenset({("_version",), ("_updated_at",)})
CANCELLED = "record_deleted"  # what is said of a to-do whose record went


@dataclass(eq=False)
class RuleEngine:
    """Implements ``WriteHook``."""

    tools: Tools
    triggers: Triggers
    actions: Actions

    def rules(self, app: AppModel) -> AppRules:
        """Return the rules of a version, compiled once."""
        return app.kept("rules", lambda model: AppRules.of(model, self.triggers, self.actions))

    def facts(self, app: AppModel, form: FormModel) -> Facts:
        """Return what the rules about a form read of its records."""

        def read(model: AppModel) -> Facts:
            paths = {path for rule in self.rules(model).of_form(form.path) for path in _paths(rule)}
            return Facts.of(model, form, paths | _ALWAYS)

        return app.kept(f"rules.facts.{form.path}", read)

    def before(self, uow: Uow, form: str, drafts: Sequence[Draft]) -> None:
        """Let rules change or refuse what is about to be saved."""
        rules = self.rules(uow.app).forms.get(form)
        if rules is None or hushed(uow):
            return
        if not fresh(uow) and (link := link_of(uow)).origin is None:
            link.forget(rules.form.uid, [each.id for each in drafts])
        woken = wakeful(rules, drafts)
        if woken:
            before_save(Scene(self.tools, uow), rules, self.facts(uow.app, rules.form), woken)

    def after(self, uow: Uow, changes: ChangeSet) -> None:
        """Follow a write: decide, act, plan."""
        gone = [each.id for each in changes.touched if each.op in _GONE]
        if gone:
            self._forget(uow, uow.app.form(changes.form), gone)
        rules = self.rules(uow.app).forms.get(changes.form)
        if rules is None or hushed(uow):
            return
        scene = Scene(self.tools, uow)
        after_save(scene, rules, partial(self.facts, uow.app, rules.form), changes)
        self._plan(scene, rules, changes)
        self._count(scene, rules, changes)

    def _forget(self, uow: Uow, form: FormModel, gone: Sequence[int]) -> None:
        """Withdraw what is waited for and to be done about records that are gone."""
        timers.forget_records(uow.conn, form.uid, gone)
        todos.cancel_about(uow.conn, uow.clock, CANCELLED, form.uid, gone)

    def _plan(self, scene: Scene, rules: FormRules, changes: ChangeSet) -> None:
        """Move the moments that the changed records wait for."""
        if not rules.timed:
            return
        fields = rules.timed_fields
        moved = [
            each for each in changes.touched
            if each.op not in _GONE
            and (each.op is not Op.update or fields is None or not fields.isdisjoint(each.new))
        ]  # fmt: skip
        if not moved:
            return
        facts = self.facts(scene.uow.app, rules.form)
        rows = facts.load(scene.uow.conn, [each.id for each in moved], scene.context)
        events = [_event(scene, rules.form, each, rows[each.id]) for each in moved if each.id in rows]
        for rule in rules.timed:
            timers.plan(scene, rule, events)

    def _count(self, scene: Scene, rules: FormRules, changes: ChangeSet) -> None:
        """Let records of this form count as activity of those they belong to."""
        for rule, via in rules.related:
            ids = _named(scene, rules.form, via, changes.touched)
            if not ids:
                continue
            facts = self.facts(scene.uow.app, rule.form)
            rows = facts.load(scene.uow.conn, ids, scene.context)
            now = scene.context.now
            timers.plan(
                scene,
                rule,
                [Event(What.activity, rule.form, key, row, now, row) for key, row in rows.items()],
            )


def _event(scene: Scene, form: FormModel, touched: Touched, row: Any) -> Event:
    old = {**row, **touched.old} if touched.op is Op.update else None
    return Event(_WHAT[touched.op], form, touched.id, row, scene.context.now, old, frozenset(touched.new))


def _named(scene: Scene, form: FormModel, via: str, touched: Iterable[Touched]) -> set[int]:
    """Return the records that written ones belong to, or belonged to before."""
    written = [each for each in touched if each.op in {Op.create, Op.update}]
    facts = Facts(scene.uow.app, form, frozenset({(via,)}))
    rows = facts.load(scene.uow.conn, [each.id for each in written], scene.context) if written else {}
    values = [row.get(via) for row in rows.values()] + [each.old.get(via) for each in written]
    found: set[int] = set()
    for value in values:
        found.update(value if isinstance(value, tuple) else () if value is None else (value,))
    return found


def _paths(rule: RuleModel) -> Iterable[tuple[str, ...]]:
    """Yield what a rule reads of its record."""
    yield from ((key,) for key in rule.kind.fields(rule.on))
    if isinstance(rule.kind, TimedTrigger):
        yield from ((key,) for key in rule.kind.watches(rule.on).fields or ())
    if rule.condition is not None:
        yield from rule.condition.paths
    for action in rule.actions:
        yield from action.kind.paths(action.prepared)
