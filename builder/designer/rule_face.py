"""A rule as a sentence: when this happens and that holds, then do these; each part leads to its panel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ValidationError

from builder.designer.desk import Desk
from builder.designer.elements.around import surroundings
from builder.designer.elements.pages import ElementDrawing, crumbs, ways_of
from builder.designer.formulas.book import Book
from builder.designer.reading import Json
from builder.designer.saying import DraftSay
from builder.drafting.places import Pointer, locate, value_at
from frontend.design import ElementPage
from frontend.rule_sentence import RuleClause, RuleDesignPage
from frontend.views import Item, Link
from runtime.screens.shell import page
from runtime.web.call import Answer
from schemas.behaviour import Rule
from schemas.problems import pointer as written

_MOST = 6


@dataclass(eq=False)
class RuleUnderWay:
    """``place``: where it stands, ``rules/stalled``."""

    desk: Desk
    place: str
    rule: Rule
    at: Pointer

    @classmethod
    def of(cls, desk: Desk, place: str) -> RuleUnderWay | None:
        """Return the rule that a place is in; None where none is, or none that can be read."""
        parts = place.split("/")
        if len(parts) < 2 or parts[0] != "rules":
            return None
        at = locate(desk.draft.document, "/".join(parts[:2]))
        element, raw = desk.call.installation.grammar.element("rules"), value_at(desk.draft.document, at)
        try:
            rule = element.model_validate(raw, by_alias=True, by_name=False)
        except ValidationError:
            return None
        return cls(desk, "/".join(parts[:2]), rule, at) if isinstance(rule, Rule) else None

    @cached_property
    def say(self) -> DraftSay:
        """Return what words its sentence uses."""
        around = surroundings(self.desk.draft.document, (*self.at, "then"), self.desk.texts)
        return DraftSay(Book(self.desk), around)


def rule_page(rule: RuleUnderWay, place: str) -> Answer:
    """Answer the page of a rule on which one of its parts is chosen."""
    desk, chosen = rule.desk, place != rule.place
    part = _part(rule, place)
    model = RuleDesignPage(
        desk.texts.label(rule.rule.label), rule.place, desk.element_url(place), desk.bar(),
        _when(rule, place), _held(rule), tuple(_actions(rule, place)), tuple(_kinds(rule)), part,
        tuple(_way(rule, place)) if chosen else (), chosen, not rule.rule.enabled,
        ElementDrawing(desk, rule.place).model().problems, _runs(rule),
    )  # fmt: skip
    return page(desk.call, "builder/rule_design.html", model, crumbs(desk, rule.place), nav=desk.nav())


def _part(rule: RuleUnderWay, place: str) -> ElementPage:
    """Return what is shown beside the sentence: the trigger has its kinds, the rule not what stands in it."""
    own, trigger = ElementDrawing(rule.desk, place).model(), f"{rule.place}/on"
    if place == rule.place:
        panels = tuple(each for each in own.panels if each.place == place)
        return replace(own, panels=panels, lists=())
    if place == trigger:
        panels = tuple(
            each for each in ElementDrawing(rule.desk, rule.place).model().panels if each.place == trigger
        )
        return replace(own, panels=tuple(replace(each, more_url="") for each in panels))
    return own


def _way(rule: RuleUnderWay, place: str) -> Iterator[Link]:
    """Yield what the chosen part stands in, the lists of actions apart, because all of the page is that."""
    then = rule.desk.element_url(f"{rule.place}/then")
    return (each for each in crumbs(rule.desk, place)[3:] if each.url != then)


def _when(rule: RuleUnderWay, chosen: str) -> RuleClause:
    on, place, texts = rule.rule.on, f"{rule.place}/on", rule.desk.texts
    families = rule.desk.call.installation.grammar.families
    return RuleClause(
        place, rule.desk.element_url(place), rule.say.element("triggers", on.type, on),
        families["triggers"][on.type].icon, texts.t(f"trigger.{on.type}.label"),
        chosen=f"{chosen}/".startswith(f"{place}/"), problem=_wrong(rule, "on"),
    )  # fmt: skip


def _held(rule: RuleUnderWay) -> RuleClause:
    said, texts = rule.rule.if_, rule.desk.texts
    url = f"{rule.desk.base}/formula?at={quote(written((*rule.at, 'if')))}"
    text = texts.t("design.rule.no_condition") if said is None else rule.say.condition(said)
    return RuleClause(f"{rule.place}/if", url, text, "filter", blank=said is None, problem=_wrong(rule, "if"))


def _actions(rule: RuleUnderWay, chosen: str) -> Iterator[RuleClause]:
    actions, families = rule.rule.then, rule.desk.call.installation.grammar.families
    names = [str(number) for number in range(len(actions))]
    for index, each in enumerate(actions):
        place = f"{rule.place}/then/{index}"
        said = rule.say.element("actions", each.type, each)
        up, down = ways_of(names, index, keyed=False)
        yield RuleClause(
            place, rule.desk.element_url(place), said[:1].upper() + said[1:],
            families["actions"][each.type].icon, rule.desk.texts.t(f"action.{each.type}.label"),
            tuple(_facts(rule.say, each))[:_MOST], f"{chosen}/".startswith(f"{place}/"),
            problem=_wrong(rule, "then", index), up=up, down=down,
        )  # fmt: skip


def _facts(say: DraftSay, options: BaseModel) -> Iterator[str]:
    """Yield what an action writes and says, in words."""
    form = str(getattr(options, "form", "") or say.around.form)
    said: Mapping[str, Any] = getattr(options, "set", {})
    for key, value in said.items():
        yield say.texts.t("design.rule.fact", name=say.of(form, key), value=_value(say, form, key, value))
    for name in ("title", "message"):
        if getattr(options, name, None):
            yield say.text(getattr(options, name))


def _value(say: DraftSay, form: str, key: str, value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"formula"}:
        return say.formula(str(value["formula"]))
    return replace(say, around=replace(say.around, form=form)).value(key, value)


def _wrong(rule: RuleUnderWay, *inside: str | int) -> str:
    here = f"{written((*rule.at, *inside))}/"
    return next((each.text for each, where in rule.desk.placed if f"{where}/".startswith(here)), "")


def _kinds(rule: RuleUnderWay) -> Iterator[Item]:
    t = rule.desk.texts.t
    for name, kind in rule.desk.call.installation.grammar.families["actions"].items():
        yield Item(name, t(f"action.{name}.label"), icon=kind.icon, note=t(f"action.{name}.help"))


def _runs(rule: RuleUnderWay) -> Link | None:
    """Return the way to what the published rule did; one that was never published did nothing."""
    said: Json = value_at(rule.desk.draft.document, rule.at)
    known = {str(getattr(each, "key", "")) for each in rule.desk.call.app.definition.rules}
    if said.get("key") not in known:
        return None
    return Link(rule.desk.texts.t("why.runs"), f"{rule.desk.base}/rules/{said['key']}", "history")
