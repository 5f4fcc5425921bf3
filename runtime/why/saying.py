"""Rules in sentences: when, if, then; with the names a person gave, as far as the reader may see them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engines.expression import parse
from engines.expression.conditions import to_group
from engines.form import FormModel
from engines.rule.model import ActionModel, RuleModel
from engines.store.saying import VEILED
from frontend.texts import Texts
from runtime.screens.conditions.building import Fields
from runtime.screens.conditions.sentences import sentence
from runtime.screens.conditions.showing import asked_ids
from runtime.screens.shell import texts_of
from runtime.screens.values import Showing, names_for
from runtime.web.call import Call
from runtime.why.naming import Naming


@dataclass(eq=False)
class Say(Naming):
    """Names fields, forms and people of the rules of one form, for the templates of triggers and actions."""

    call: Call
    of_form: FormModel

    @property
    def texts(self) -> Texts:
        return texts_of(self.call)

    @cached_property
    def _showing(self) -> Showing:
        return Showing(self.call, self.of_form, {})

    def form(self, key: str) -> str:
        found = self.call.app.forms.get(key)
        return key if found is None else self.texts.label(found.definition.label)

    def field(self, key: str) -> str:
        found = self.of_form.fields.get(key)
        if found is None or not self.call.access.form(self.call.app, self.of_form).readable(key):
            return VEILED
        return self.quoted(self.texts.label(found.options.label))

    def flow(self, key: str) -> str:
        flows = self.call.app.definition.flows
        return next((self.texts.label(each.label) for each in flows if each.key == key), key)

    def role(self, key: str) -> str:
        roles = self.call.app.definition.roles
        return next((self.texts.label(each.label) for each in roles if each.key == key), key)

    def value(self, key: str, value: Any) -> str:
        found = self.of_form.fields.get(key)
        if value is None:
            return self.texts.t("ui.record.blank")
        if found is None:
            return str(value)
        typed = self.of_form.coercer.one({found.key: value})[0].get(found.key)
        return self._showing.cell(found, typed).text

    def condition(self, text: str) -> str:
        fields = Fields(self.of_form.fields, in_sql=False)
        group = to_group(parse(text), fields.family_of)
        names = names_for(self.call, asked_ids(fields, group))
        return sentence(Showing(self.call, self.of_form, names), fields, group)

    def trigger(self, rule: RuleModel) -> str:
        """Return when a rule fires."""
        return self._sentence("triggers", rule.kind.name, rule.on)

    def action(self, action: ActionModel) -> str:
        """Return what an action does."""
        return self._sentence("actions", action.kind.name, action.options)

    def rule(self, rule: RuleModel) -> str:
        """Return a whole rule."""
        t = self.texts.t
        then = t("why.and_then").join(self.action(each) for each in rule.actions)
        if rule.rule.if_ is None:
            return t("why.sentence", when=self.trigger(rule), then=then)
        held = self.condition(rule.rule.if_)
        return t("why.sentence_if", when=self.trigger(rule), held=held, then=then)

    def _sentence(self, family: str, kind: str, options: Any) -> str:
        box, locale = self.call.installation, self.texts.locale
        return box.renderer.sentence(f"{family}/{kind}.html", locale, options, self)
