"""What one person is told of runs and trials: fields, people and records that are out of sight stay so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from engines.form import AppModel, FormModel
from engines.rule.model import ActionModel, AppRules, RuleModel
from engines.rule.runs import Run, RunState
from engines.rule.trying import Trial
from engines.store import reading
from engines.store.reading.labels import named, titles
from engines.store.saying import VEILED, Teller, fields_by_uid
from engines.store.wording import uids_of
from runtime.web.answers import texts_of
from runtime.web.call import Call
from runtime.web.errors import text_of
from runtime.why.account import Account, Did, Made, Part, Value
from schemas.elements import Action, Translated


@dataclass(eq=False)
class Accounts:
    """Tells one person about the rules of one form."""

    call: Call
    form: FormModel
    _seen: dict[int, frozenset[str]] = field(default_factory=dict)

    @property
    def app(self) -> AppModel:
        """Return the app."""
        return self.call.app

    @cached_property
    def teller(self) -> Teller:
        """Return what knows the reader's rights and language."""
        call = self.call
        return Teller(call.installation.store, call.conn, self.app, call.access, texts_of(call).locale)

    @cached_property
    def all_rules(self) -> AppRules:
        """Return every rule of the app."""
        return self.call.installation.rules.engine.rules(self.app)

    @cached_property
    def designs(self) -> bool:
        """Tell whether the reader may know every rule, though not every value."""
        return self.call.access.may_design(self.app)

    def rules(self, record_id: int | None = None) -> list[RuleModel]:
        """Return the rules of the form that the reader may be told of."""
        return [each for each in self.all_rules.of_form(self.form.path) if self.may(each, record_id)]

    def may(self, rule: RuleModel, record_id: int | None) -> bool:
        """Tell whether the reader may know whether a rule fired for a record."""
        return self.designs or self.teller.may(rule.reads, self.form, record_id)

    # ------------------------------------------------------------------ runs and trials

    def of_run(self, run: Run) -> Account | None:
        """Return what the reader is told of a run, None for nothing."""
        rule = self.all_rules.rules.get(run.rule_uid)
        if (rule is None and not self.designs) or (rule is not None and not self.may(rule, run.record_id)):
            return None
        detail, record = run.detail, run.record_id
        known = self._visible(record)
        return Account(
            str(run.id), "" if rule is None else rule.key, self._label(rule), run.state.value,
            run.reason or "", run.event, run.at if self._knows("_updated_at", known) else None,
            self._actor(run.actor, known), self._record(self.form, record), tuple(self._path(detail)),
            tuple(self._changes(detail.get("changes", ()), record)),
            tuple(self._parts(detail.get("conditions", ()), record)),
            tuple(self._actions(rule, detail.get("actions", ()), record)),
            self._problems(detail.get("problems", ()), run), run.attempts, run.step,
        )  # fmt: skip

    def of_trial(self, trial: Trial, record_id: int) -> Account:
        """Return what the reader is told of a trial; the caller has looked whether it may be told at all."""
        known, last = self._visible(record_id), trial.last
        at = None if last is None or not self._knows("_updated_at", known) else last.at
        return Account(
            "", trial.rule.key, self._label(trial.rule), "" if trial.hurdles else "would",
            "", "" if last is None else last.op.value, at,
            self._actor(None if last is None else last.actor, known), self._record(self.form, record_id), (),
            tuple(self._changes(trial.changes, record_id)), tuple(self._parts(trial.conditions, record_id)),
            tuple(self._actions(trial.rule, trial.actions, record_id)),
        )  # fmt: skip

    # ------------------------------------------------------------------ parts of them

    def _label(self, rule: RuleModel | None) -> str:
        texts = texts_of(self.call)
        return texts.t("why.gone") if rule is None else texts.label(rule.label)

    def _path(self, detail: Mapping[str, Any]) -> Iterator[str]:
        """Yield the rules that led here, those out of sight without their names."""
        texts = texts_of(self.call)
        for each in detail.get("path", ()):
            label = texts.label(each)
            known = [rule for rule in self.all_rules.rules.values() if texts.label(rule.label) == label]
            told = self.designs or (known and all(self.teller.may(rule.reads, None, None) for rule in known))
            yield label if told else VEILED

    def _changes(self, changes: Iterable[Any], record_id: int) -> Iterator[tuple[Value, Value]]:
        for uid, old, new in changes:
            if self.teller.may((uid,), self.form, record_id):
                yield self._value(uid, old), self._value(uid, new)

    def _parts(self, conditions: Iterable[Mapping[str, Any]], record_id: int) -> Iterator[Part]:
        for each in conditions:
            if not self.teller.may(each["reads"], self.form, record_id):
                yield Part(each["text"], None, (), hidden=True)
                continue
            values = tuple(
                self._value(uid, value) if uid is not None else self._other(path, value)
                for path, uid, value in each["values"]
            )
            yield Part(each["text"], each["result"], values)

    def _other(self, path: str, value: Any) -> Value:
        text = "" if value is None else str(value)
        return Value(path, path, value, text)

    def _value(self, uid: int, raw: Any) -> Value:
        found = self.app.kept("fields", fields_by_uid).get(uid)
        if found is None:
            return Value("", texts_of(self.call).t("why.gone_field"))
        form, each = found
        text = "" if raw is None else self.teller.value(each, form, raw)
        return Value(each.key, texts_of(self.call).label(each.options.label), raw, text)

    def _actions(
        self, rule: RuleModel | None, actions: Iterable[Mapping[str, Any]], record_id: int
    ) -> Iterator[Did]:
        models = {} if rule is None else {each.index: each for each in rule.actions}
        for each in actions:
            model = models.get(each["at"])
            if model is not None and model.kind.name == each["type"]:
                yield self._did(model, each, record_id)
            else:  # the rule has other actions by now, so nobody can say what this one read
                yield Did(each["at"], each["type"], hidden=True)

    def _did(self, model: ActionModel, told: Mapping[str, Any], record_id: int) -> Did:
        reads = uids_of(self.app, self.form, model.kind.paths(model.prepared))
        index, kind = model.index, model.kind.name
        written = [int(uid) for uid in told.get("set", {})]
        if not self.teller.may({*reads, *written}, self.form, record_id):
            return Did(index, kind, hidden=True)
        values = tuple(self._value(int(uid), raw) for uid, raw in told.get("set", {}).items())
        return Did(
            index, kind, values, self._people(told, "people"), self._people(told, "copies"),
            self._roles(told), tuple(told.get("todos", ())), self._made(told), bool(told.get("already")),
            self._flow(told), str(told.get("instance", "")), self._texts(told.get("problems", ())),
        )  # fmt: skip

    def _people(self, told: Mapping[str, Any], name: str) -> tuple[str, ...]:
        ids = [int(each) for each in told.get(name, ())]
        names = named(self.call.conn, "user", set(ids)) if ids else {}
        return tuple(names.get(each, VEILED) for each in ids)

    def _roles(self, told: Mapping[str, Any]) -> tuple[str, ...]:
        roles = self.app.role_by_uid
        return tuple(
            texts_of(self.call).label(roles[uid].label) for uid in told.get("roles", ()) if uid in roles
        )

    def _flow(self, told: Mapping[str, Any]) -> str:
        flows = (each for each in self.app.definition.flows if each.key == told.get("flow"))
        return next((texts_of(self.call).label(each.label) for each in flows), "")

    def _made(self, told: Mapping[str, Any]) -> Made | None:
        form = next((each for each in self.app.forms.values() if each.uid == told.get("form")), None)
        if form is None:
            return None
        return self._record(form, int(told["record"])) if "record" in told else Made(self._form(form), "")

    def _record(self, form: FormModel, record_id: int) -> Made:
        call = self.call
        found = titles(call.installation.store, call.conn, self.app, call.access, form, {record_id})
        return Made(self._form(form), str(record_id) if record_id in found else "", found.get(record_id, ""))

    def _form(self, form: FormModel) -> str:
        seen = self.call.access.form(self.app, form).may(Action.view)
        return form.key if seen else ""

    def _problems(self, kept: Iterable[Mapping[str, Any]], run: Run) -> tuple[tuple[str, str], ...]:
        """Return why it failed: what is wrong in detail is for whoever can put it right."""
        if run.state is not RunState.failed:
            return ()
        if not self.designs:
            return (("rule.failed", texts_of(self.call).t("why.failed")),)
        return self._texts(kept) or (("failed", run.error or ""),)

    def _texts(self, kept: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
        texts = texts_of(self.call)
        return tuple((each["code"], text_of(texts, each["code"], _params(each["params"]))) for each in kept)

    def _actor(self, actor: int | None, known: frozenset[str] | None) -> str:
        if actor is None:
            return texts_of(self.call).t("screen.history.system")
        if not self._knows("_updated_by", known):
            return texts_of(self.call).t("screen.history.somebody")
        return named(self.call.conn, "user", {actor}).get(actor, VEILED)

    def _visible(self, record_id: int) -> frozenset[str] | None:
        """Return the fields and system keys the reader may read of a record; None for everything."""
        call = self.call
        if call.access.unlimited(self.app):
            return None
        if record_id not in self._seen:
            store = call.installation.store
            self._seen[record_id] = reading.visible_fields(
                store, call.conn, self.app, call.access, self.form, record_id
            )
        return self._seen[record_id]

    @staticmethod
    def _knows(key: str, known: frozenset[str] | None) -> bool:
        return known is None or key in known


def _params(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: Translated.model_construct(zh=value.get("zh-CN"), en=value.get("en"))
        if isinstance(value, Mapping) else value
        for name, value in kept.items()
    }  # fmt: skip
