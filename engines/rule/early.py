"""Before a save: rules that change the record that is saved, until none has anything to add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engines.query import Draft, Op
from engines.rule.deciding import Decision, Scene, decide
from engines.rule.events import Event, What, differs, filled
from engines.rule.facts import Facts, merged
from engines.rule.model import ActionModel, FormRules, RuleModel
from engines.rule.runs import RunState
from engines.store.derived.computing import compute
from engines.store.writing import write
from engines.store.writing.batch import Batch
from schemas.errors import Invalid, Issue


def wakeful(rules: FormRules, drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts that rules have a say about."""
    wanted = (each for each in drafts if each.change.op in {Op.create, Op.update})
    return [each for each in wanted if _wakes(rules, each)]


def before_save(scene: Scene, rules: FormRules, facts: Facts, woken: Sequence[Draft]) -> None:
    """Let the rules of a form have their say about drafts that wake some; touches nothing else."""
    _compute(scene, rules, woken)
    rows = [merged(each.old, each.values, each.id) for each in woken]
    facts.complete(scene.uow.conn, rows, scene.context)
    for draft, row in zip(woken, rows, strict=True):
        _Early(scene, rules, facts, draft, row).settle()


def _compute(scene: Scene, rules: FormRules, drafts: Sequence[Draft]) -> None:
    """Compute the stored values of some drafts; again, once more of them is known, does no harm."""
    compute(Batch(scene.tools.store, scene.uow, rules.form, drafts, write))


def _wakes(rules: FormRules, draft: Draft) -> bool:
    """Tell whether any rule watches what is sent; computed fields count as soon as anything is."""
    early, old = rules.early, draft.old
    if old is None:
        return not early.asleep(Op.create, draft.values) and bool(
            early.woken(Op.create, filled(draft.values))
        )
    if early.asleep(Op.update, draft.values) and early.asleep(Op.update, rules.computed):
        return False
    changed = {key for key, value in draft.values.items() if differs(value, old.get(key))}
    return bool(changed) and bool(early.woken(Op.update, changed | rules.computed))


@dataclass(slots=True)
class _Early:
    """One draft. ``setters``: for each field the order of the rule that set it: the later in order wins."""

    scene: Scene
    rules: FormRules
    facts: Facts
    draft: Draft
    row: dict[str, Any]
    decided: dict[int, Decision] = field(default_factory=dict)
    setters: dict[str, tuple[int, int]] = field(default_factory=dict)
    _told: Event | None = None

    def settle(self) -> None:
        """Go round until no rule fires; it ends, because each fires at most once."""
        while self._round():
            pass
        found = self.scene.link.decided.setdefault((self.rules.form.uid, self.draft.id), [])
        found.extend(self.decided.values())

    def _round(self) -> bool:
        fired, new = False, self.draft.old is None
        self._told = None
        moved = filled(self.draft.values) if new else self._changed()
        for rule in self.rules.early.woken(Op.create if new else Op.update, moved):
            known = self.decided.get(rule.uid)
            if known is not None and known.state is not RunState.no_match:
                continue
            decision = decide(self.scene, rule, self._event(rule))
            if decision is None:
                continue
            self.decided[rule.uid] = decision
            if decision.fires:
                fired = True
                self._apply(decision)
            if self.draft.issues:
                return False
        return fired

    def _changed(self) -> frozenset[str]:
        old = self.draft.old
        if old is None:
            return frozenset(self.draft.values)
        return frozenset(key for key, value in self.draft.values.items() if differs(value, old.get(key)))

    def _event(self, rule: RuleModel) -> Event:
        """Return what happens; one for all rules, until one of them changes the record."""
        if self._told is None:
            what = What.create if self.draft.old is None else What.update
            old, now = self.draft.old, self.scene.context.now
            self._told = Event(what, self.rules.form, self.draft.id, self.row, now, old, self._changed())
        return replace(self._told, own=True) if rule.uid == self.scene.link.by else self._told

    def _apply(self, decision: Decision) -> None:
        doing = self.scene.doing(decision)
        for action in decision.rule.before:
            try:
                wish = action.kind.wish(action.prepared, doing.at(action.index))
            except Invalid as error:
                self.draft.issues.extend(error.issues)
                return
            if isinstance(wish, Issue):
                self.draft.issues.append(wish)
                return
            decision.done.append(self._set(decision.rule, action, wish))

    def _set(self, rule: RuleModel, action: ActionModel, values: Mapping[str, Any]) -> dict[str, Any]:
        """Put values into the draft, but those a rule of higher priority has set; tell which."""
        form = self.rules.form
        overruled = [key for key in values if self.setters.get(key, rule.order) > rule.order]
        told: dict[str, Any] = {}
        for key in values.keys() - set(overruled):
            if differs(values[key], self.draft.value(key)):
                self.draft.set_by = {**(self.draft.set_by or {}), key: rule.uid}
            told[str(form.fields[key].uid)] = form.fields[key].to_json(values[key])
            self.draft.values[key] = self.row[key] = values[key]
            self.setters[key] = rule.order
        self._told = None
        self._refresh()
        found = {"at": action.index, "type": action.kind.name, "set": told}
        return found | ({"overruled": [form.fields[key].uid for key in overruled]} if overruled else {})

    def _refresh(self) -> None:
        """Compute anew what follows from what was set."""
        context = self.scene.context
        _compute(self.scene, self.rules, [self.draft])
        self.row.update(self.draft.values)
        self.facts.complete(self.scene.uow.conn, [self.row], context)
