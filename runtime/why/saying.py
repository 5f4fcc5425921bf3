"""Rules in sentences: when, if, then; with the names a person gave, as far as the reader may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engines.expression import parse
from engines.expression.conditions import to_group
from engines.form import FieldModel, FormModel
from engines.rule.model import ActionModel, RuleModel
from engines.store.saying import VEILED
from runtime.screens.conditions.building import Fields
from runtime.screens.conditions.sentences import sentence
from runtime.screens.conditions.showing import asked_ids
from runtime.screens.shell import texts_of
from runtime.screens.values import Showing, names_for
from runtime.web.call import Call


@dataclass(eq=False)
class Say:
    """Names fields, forms and people of the rules of one form, for the templates of triggers and actions."""

    call: Call
    of_form: FormModel

    @cached_property
    def _showing(self) -> Showing:
        return Showing(self.call, self.of_form, {})

    def form(self, key: str) -> str:
        """Return what a form is called."""
        found = self.call.app.forms.get(key)
        return key if found is None else texts_of(self.call).label(found.definition.label)

    def field(self, key: str) -> str:
        """Return what a field is called, in quotes."""
        found = self.of_form.fields.get(key)
        if found is None or not self.call.access.form(self.call.app, self.of_form).readable(key):
            return VEILED
        return self._quoted(texts_of(self.call).label(found.options.label))

    def fields(self, keys: Iterable[str]) -> str:
        """Return what several fields are called."""
        return self._joined(self.field(key) for key in keys)

    def values(self, key: str, values: Iterable[Any]) -> str:
        """Return values of a field as a person reads them."""
        found = self.of_form.fields.get(key)
        return self._joined(self._quoted(self._value(found, each)) for each in values)

    def flow(self, key: str) -> str:
        """Return what a flow is called."""
        flows = self.call.app.definition.flows
        return next((texts_of(self.call).label(each.label) for each in flows if each.key == key), key)

    def who(self, people: Iterable[Any]) -> str:
        """Return who is meant."""
        return self._joined(self._person(each) for each in people)

    def role(self, key: str) -> str:
        """Return what a role is called."""
        roles = self.call.app.definition.roles
        return next((texts_of(self.call).label(each.label) for each in roles if each.key == key), key)

    def _person(self, who: Any) -> str:
        t = texts_of(self.call).t
        named = getattr(who, "field", None)
        place = self.field(named) if named else ""
        up = getattr(who, "up", 0)
        match who.type:
            case "member":
                return str(who.account)
            case "role":
                return t("why.who.role", role=self.role(who.role))
            case "field":
                return place
            case "manager":
                code = "why.who.manager" if place else "why.who.own_manager"
            case "head" if who.department:
                code, place = "why.who.head", self._quoted(who.department)
            case "head":
                code = "why.who.head" if place else "why.who.own_head"
            case _:
                return t(f"why.who.{who.type}")
        return t(code, of=place) + (t("why.who.levels", count=up) if up > 1 else "")

    def _value(self, found: FieldModel | None, value: Any) -> str:
        if value is None:
            return texts_of(self.call).t("ui.record.blank")
        if found is None:
            return str(value)
        typed = self.of_form.coercer.one({found.key: value})[0].get(found.key)
        return self._showing.cell(found, typed).text

    def _quoted(self, text: str) -> str:
        return texts_of(self.call).t("why.quoted", text=text)

    def _joined(self, texts: Iterable[str]) -> str:
        return texts_of(self.call).t("ui.common.separator").join(texts)

    def condition(self, text: str) -> str:
        """Return a condition as one reads it aloud."""
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
        t = texts_of(self.call).t
        then = t("why.and_then").join(self.action(each) for each in rule.actions)
        if rule.rule.if_ is None:
            return t("why.sentence", when=self.trigger(rule), then=then)
        held = self.condition(rule.rule.if_)
        return t("why.sentence_if", when=self.trigger(rule), held=held, then=then)

    def _sentence(self, family: str, kind: str, options: Any) -> str:
        box, locale = self.call.installation, texts_of(self.call).locale
        return box.renderer.sentence(f"{family}/{kind}.html", locale, options, self)
