"""The rules of one published version, compiled and indexed by what they watch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from engines.form import AppModel, FormModel, Storage
from engines.query import Op
from engines.rule.conditions import ConditionModel
from engines.rule.kinds import ActionType, Phase, TimedTrigger, TriggerType
from schemas.behaviour import ActionOptions, Rule, TriggerOptions, rules_of
from schemas.dumper import plain
from schemas.elements import Text
from schemas.grammar import references
from schemas.kinds import Registry

Triggers = Registry[TriggerType[Any]]
Actions = Registry[ActionType[Any, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class ActionModel:
    """One action of a rule. ``index``: its place in the rule."""

    index: int
    kind: ActionType[Any, Any]
    options: ActionOptions
    prepared: Any
    phase: Phase


@dataclass(frozen=True, eq=False)
class RuleModel:
    """One rule, compiled. ``order``: by priority, then by place in the definition."""

    uid: int
    key: str
    label: Text
    form: FormModel
    rule: Rule
    kind: TriggerType[Any]
    condition: ConditionModel | None
    actions: tuple[ActionModel, ...]
    order: tuple[int, int]

    @property
    def on(self) -> TriggerOptions:
        """Return what the trigger says."""
        return self.rule.on

    def of(self, phase: Phase) -> tuple[ActionModel, ...]:
        """Return the actions of one phase, in their order."""
        return tuple(each for each in self.actions if each.phase is phase)

    @cached_property
    def before(self) -> tuple[ActionModel, ...]:
        """Return what is done to the record that is about to be saved."""
        return self.of(Phase.before)

    @cached_property
    def reads(self) -> tuple[int, ...]:
        """Return the uids of the fields that decide whether it fires: what only who may read them is told."""
        fields = (self.form.fields.get(key) for key in self.kind.fields(self.on))
        found = {each.uid for each in fields if each is not None}
        return tuple(sorted(found | set(self.condition.reads if self.condition else ())))

    @cached_property
    def digest(self) -> str:
        """Return what changes when the rule begins to wait for something else."""
        told = [plain(self.on), self.rule.if_, self.rule.enabled]
        return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


@dataclass(eq=False)
class Watching:
    """Rules about the records of one form, by what wakes them."""

    form: FormModel
    created: list[RuleModel] = field(default_factory=list)
    filled: dict[str, list[RuleModel]] = field(default_factory=dict)
    any_update: list[RuleModel] = field(default_factory=list)
    by_field: dict[str, list[RuleModel]] = field(default_factory=dict)

    def add(self, rule: RuleModel) -> None:
        """Note a rule under what it watches."""
        watch = rule.kind.watches(rule.on)
        if watch.create and watch.filled and all(map(self._written, watch.fields or ())):
            for key in watch.fields or ():
                self.filled.setdefault(key, []).append(rule)
        elif watch.create:
            self.created.append(rule)
        if watch.update and watch.fields is None:
            self.any_update.append(rule)
        elif watch.update:
            for key in watch.fields or ():
                self.by_field.setdefault(key, []).append(rule)

    def _written(self, key: str) -> bool:
        """Tell whether a field holds what is written into it: of others nobody knows in time."""
        found = self.form.fields[key]
        return found.computed is None and found.storage in {Storage.column, Storage.links}

    def asleep(self, op: Op, sent: Iterable[str]) -> bool:
        """Tell, at hardly any cost, that no rule is woken by some fields, whatever they hold."""
        watching, always = self._of(op)
        return not always and watching.keys().isdisjoint(sent)

    def woken(self, op: Op, changed: Iterable[str]) -> list[RuleModel]:
        """Return the rules to be considered, each once, in their order.

        ``changed``: the fields that differ, of a new record those that are filled in.
        """
        watching, always = self._of(op)
        found = {id(rule): rule for key in changed for rule in watching.get(key, ())}
        if not found:
            return always
        found |= {id(rule): rule for rule in always}
        return sorted(found.values(), key=lambda rule: rule.order)

    def _of(self, op: Op) -> tuple[dict[str, list[RuleModel]], list[RuleModel]]:
        return (self.filled, self.created) if op is Op.create else (self.by_field, self.any_update)


@dataclass(eq=False)
class FormRules:
    """The rules about the records of one form that are switched on.

    ``saves``: those that wait for a save; ``early``: of these the ones that act before it.
    """

    form: FormModel
    rules: list[RuleModel] = field(default_factory=list)
    timed: list[RuleModel] = field(default_factory=list)
    related: list[tuple[RuleModel, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin without rules."""
        self.saves, self.early = Watching(self.form), Watching(self.form)

    def add(self, rule: RuleModel) -> None:
        """Note a rule."""
        self.rules.append(rule)
        if isinstance(rule.kind, TimedTrigger):
            self.timed.append(rule)
            return
        self.saves.add(rule)
        if rule.before:
            self.early.add(rule)

    @cached_property
    def computed(self) -> frozenset[str]:
        """Return the fields that may change although nobody sends them."""
        return frozenset(each.field.key for each in self.form.formulas)

    @cached_property
    def timed_fields(self) -> frozenset[str] | None:
        """Return the fields whose change moves or ends a planned moment; None where every change may."""
        found: set[str] = set()
        for rule in self.timed:
            watched = rule.kind.watches(rule.on).fields
            if watched is None:
                return None
            found |= watched | (rule.condition.keys if rule.condition else frozenset())
        return frozenset(found)


@dataclass(frozen=True, eq=False)
class AppRules:
    """Every rule of an app. ``forms``: those switched on, by form."""

    app: AppModel
    rules: Mapping[int, RuleModel]
    forms: Mapping[str, FormRules]

    @classmethod
    def of(cls, app: AppModel, triggers: Triggers, actions: Actions) -> AppRules:
        """Compile the rules of a published version."""
        rules = sorted(_compiled(app, triggers, actions), key=lambda rule: rule.order)
        forms: dict[str, FormRules] = {}
        for rule in rules:
            if not rule.rule.enabled:
                continue
            forms.setdefault(rule.form.path, FormRules(rule.form)).add(rule)
            if isinstance(rule.kind, TimedTrigger):
                for path, via in rule.kind.counts(rule.on).items():
                    forms.setdefault(path, FormRules(app.form(path))).related.append((rule, via))
        return cls(app, {rule.uid: rule for rule in rules}, forms)

    def of_form(self, path: str) -> list[RuleModel]:
        """Return the rules about the records of a form, switched on or not, in the definition's order."""
        found = (rule for rule in self.rules.values() if rule.form.path == path)
        return sorted(found, key=lambda rule: rule.order[1])


def _touches(rule: Rule, forms: frozenset[str]) -> bool:
    """Tell whether a rule speaks of one of the forms: of a module that is off nothing runs."""
    return bool(forms) and any(what == "form" and key in forms for _, what, key, _ in references(rule))


def _compiled(app: AppModel, triggers: Triggers, actions: Actions) -> Iterator[RuleModel]:
    off = app.definition.off
    for place, said in enumerate(rules_of(app.definition)):
        rule = said.model_copy(update={"enabled": False}) if _touches(said, off) else said
        kind = triggers[rule.on.type]
        form = app.form(kind.form(rule.on))
        made = tuple(
            _action(index, options, rule, kind, actions[options.type], app, form)
            for index, options in enumerate(rule.then)
        )
        condition = None if rule.if_ is None else ConditionModel.of(app, form, rule.if_)
        uid = app.names.uid(f"rule:{rule.key}")
        yield RuleModel(uid, rule.key, rule.label, form, rule, kind, condition, made, (rule.priority, place))


def _action(  # noqa: PLR0913, PLR0917 - everything an action is compiled from
    index: int, options: ActionOptions, rule: Rule, trigger: TriggerType[Any], kind: ActionType[Any, Any],
    app: AppModel, form: FormModel,
) -> ActionModel:  # fmt: skip
    allowed = [each for each in kind.phases if each is not Phase.before or trigger.on_save]
    wanted = Phase(rule.phase) if rule.phase else None
    phase = wanted if wanted in allowed and Phase.before not in allowed else allowed[0]
    return ActionModel(index, kind, options, kind.prepare(options, app, form), phase)
