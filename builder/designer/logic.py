"""Everything that a form does by itself, on one page: each a sentence that leads to where it is changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from builder.designer.desk import Desk
from builder.designer.elements.around import form_at, surroundings
from builder.designer.elements.summing import note_of
from builder.designer.formulas.book import Book
from builder.designer.formulas.pages import entry_of
from builder.designer.reading import Json
from builder.designer.saying import DraftSay
from builder.drafting.places import Pointer, locate
from engines.form.computed import ComputedType
from engines.rule.cycles import cycles
from frontend.design import Problem
from frontend.logic import LogicCircle, LogicEntry, LogicGroup, LogicPage
from frontend.views import Link
from runtime.screens.shell import page
from runtime.web.call import Answer, Call
from schemas.behaviour import Flow, Rule, flows_of, rules_of
from schemas.elements import FieldOptions
from schemas.formulas import Place
from schemas.problems import pointer as written

# Which conditions and values of fields stand under which heading.
_SHOWN = ("visible_if", "required_if", "read_only_if")
_GIVEN = ("default", "formula", "fill")


def show_logic(call: Call) -> Answer:
    """Answer all logic of a form."""
    desk, key = Desk(call), call.params["form"]
    form = desk.at(locate(desk.draft.document, f"forms/{key}"))
    logic, url = _Logic(desk, key), f"{desk.base}/forms/{key}"
    model = LogicPage(
        desk.texts.t("design.logic.title", name=desk.texts.label(form.get("label"))), desk.bar(), url,
        f"{url}/formulas", tuple(logic.groups()), tuple(logic.circles()), tuple(logic.problems()),
    )  # fmt: skip
    name = desk.texts.label(desk.draft.document.get("label"))
    crumbs = [Link(desk.texts.t("design.title"), "/design"), Link(name, desk.base)]
    crumbs.append(Link(desk.texts.label(form.get("label")), url))
    return page(call, "builder/logic.html", model, crumbs, nav=desk.nav())


@dataclass(eq=False)
class _Logic:
    desk: Desk
    form: str

    @cached_property
    def book(self) -> Book:
        return Book(self.desk)

    @cached_property
    def at(self) -> Pointer:
        return locate(self.desk.draft.document, f"forms/{self.form}")

    @cached_property
    def say(self) -> DraftSay:
        around = surroundings(self.desk.draft.document, self.at, self.desk.texts)
        return DraftSay(self.book, around)

    def groups(self) -> Iterator[LogicGroup]:
        """Yield the kinds of logic that there are."""
        found = [each for each in self.book.of_form(self.form) if each.text is not None]
        own = [each for each in found if each.at[: len(self.at)] == self.at]
        fields = [each for each in own if each.at[2] == "fields"]
        parts = {
            "shown": [*self._said(fields, _SHOWN), *self._said([p for p in own if p.at[2] == "layout"])],
            "checks": list(self._said([p for p in own if p.at[2] == "checks"])),
            "given": [*self._said(fields, _GIVEN), *self._constants(), *self._computed()],
            "offered": list(self._said(fields, without=(*_SHOWN, *_GIVEN))),
            "rules": list(self._rules()),
            "flows": list(self._flows()),
        }
        for key, entries in parts.items():
            if entries:
                yield LogicGroup(key, self.desk.texts.t(f"design.logic.group.{key}"), tuple(entries))

    def _said(
        self, places: list[Place], only: tuple[str, ...] = (), without: tuple[str, ...] = ()
    ) -> Iterator[LogicEntry]:
        for each in places:
            if (not only or each.option in only) and each.option not in without:
                yield self._entry(each)

    def _entry(self, place: Place) -> LogicEntry:
        """Return what a condition or formula decides, as a sentence."""
        entry, texts = entry_of(self.book, place), self.desk.texts
        code = f"design.logic.{place.option}"
        params = {"name": entry.title, "text": self._called(entry.text), "what": entry.what}
        if place.option == "fill":
            inner = form_at(self.desk.draft.document, place.at[:-2])
            params["what"] = self.say.of(inner, str(place.at[-1]))
        said = texts.t(code if texts.has(code) else "design.logic.other", **params)
        whole = written(place.at[:-1])  # a circle is told of the field whose formula is in it
        circle = next((each.text for each, where in self.desk.placed if where == whole), "")
        wrong = entry.problem or (circle if place.option == "formula" else "")
        return LogicEntry(said, entry.url, "function", problem=wrong)

    def _called(self, text: str) -> str:
        """Return a call that stands alone, as ``TODAY()``, by what people call it."""
        code = f"design.logic.call.{text.removesuffix('()').lower()}"
        return self.desk.texts.t(code) if text.endswith("()") and self.desk.texts.has(code) else text

    def _fields(self) -> Iterator[tuple[int, FieldOptions]]:
        return enumerate(self.book.app.forms[int(self.at[1])].fields)

    def _constants(self) -> Iterator[LogicEntry]:
        """Yield what fields begin with that is no formula."""
        for index, each in self._fields():
            if each.default is not None and not isinstance(each.default, dict):
                said = each.default if isinstance(each.default, list) else [each.default]
                text = self.say.joined(self.say.value(each.key, one) for one in said)
                yield self._of_field(index, each, "default", text)

    def _computed(self) -> Iterator[LogicEntry]:
        """Yield what is computed without a formula of its own: looked up, added up."""
        kinds, texts = self.desk.call.installation.grammar.fields, self.desk.texts
        for index, each in self._fields():
            if isinstance(kinds[each.type], ComputedType) and not hasattr(each, "formula"):
                raw: Json = self.desk.at((*self.at, "fields", index))
                label = texts.t(f"field.{each.type}.label")
                note = note_of(raw, type(each), self.say.around, texts, texts.label(each.label))
                text = " · ".join(filter(None, (label, note)))
                yield self._of_field(index, each, "computed", text)

    def _of_field(self, index: int, field: FieldOptions, code: str, text: str) -> LogicEntry:
        said = self.desk.texts.t(f"design.logic.{code}", name=self.desk.texts.label(field.label), text=text)
        url = f"{self.desk.base}/forms/{self.form}?at={field.key}"
        return LogicEntry(said, url, "forms", problem=self._wrong(*self.at, "fields", index))

    def _wrong(self, *at: str | int) -> str:
        here = f"{written(at)}/"
        return next((each.text for each, where in self.desk.placed if f"{where}/".startswith(here)), "")

    def _rules(self) -> Iterator[LogicEntry]:
        """Yield the rules that records of the form set off."""
        for index, each in enumerate(rules_of(self.book.app)):
            if getattr(each.on, "form", None) == self.form:
                url = self.desk.element_url(f"rules/{each.key}")
                yield LogicEntry(
                    self._rule(each), url, "bolt", self.desk.texts.label(each.label), not each.enabled,
                    self._wrong("rules", index),
                )  # fmt: skip

    def _rule(self, rule: Rule) -> str:
        t = self.desk.texts.t
        when = self.say.element("triggers", rule.on.type, rule.on)
        then = t("why.and_then").join(self.say.element("actions", each.type, each) for each in rule.then)
        then = then or t("design.rule.nothing_done")
        if rule.if_ is None:
            return t("why.sentence", when=when, then=then)
        return t("why.sentence_if", when=when, held=self.say.condition(rule.if_), then=then)

    def _flows(self) -> Iterator[LogicEntry]:
        """Yield the flows that run through records of the form."""
        for index, each in enumerate(flows_of(self.book.app)):
            if each.form == self.form:
                url = self.desk.element_url(f"flows/{each.key}")
                yield LogicEntry(
                    self._flow(each), url, "arrows-split-2", self.desk.texts.label(each.label),
                    problem=self._wrong("flows", index),
                )  # fmt: skip

    def _flow(self, flow: Flow) -> str:
        """Return how a flow begins: by itself, by a button, by rules."""
        t = self.desk.texts.t
        if flow.field is not None:
            return t("design.logic.pipeline", name=self.say.of(self.form, flow.field))
        start = next((each for each in flow.nodes if each.type == "start"), None)
        said = "" if start is None else self.say.element("nodes", "start", start)
        starters = [
            self.say.quoted(self.desk.texts.label(each.label))
            for each in rules_of(self.book.app)
            if any(getattr(action, "flow", None) == flow.key for action in each.then)
        ]
        if starters:
            said += t("design.logic.started_by", names=self.say.joined(starters))
        return said[:1].upper() + said[1:]

    def circles(self) -> Iterator[LogicCircle]:
        """Yield rules that may set each other off in a circle in which this form has a part."""
        box = self.desk.call.installation
        for circle in cycles(box.rules.engine.rules(self.book.model)):
            if any(each.form.path == self.form for each in circle):
                links = tuple(
                    Link(self.desk.texts.label(each.label), self.desk.element_url(f"rules/{each.key}"))
                    for each in circle
                )
                yield LogicCircle(self.desk.texts.t("design.logic.circle"), links)

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong in the form, its rules and its flows, gone references among it."""
        rules, flows = enumerate(rules_of(self.book.app)), enumerate(flows_of(self.book.app))
        mine: list[Pointer] = [self.at]
        mine += [("rules", n) for n, each in rules if getattr(each.on, "form", "") == self.form]
        mine += [("flows", n) for n, each in flows if each.form == self.form]
        starts = tuple(f"{written(each)}/" for each in mine)
        return (each for each, where in self.desk.placed if f"{where}/".startswith(starts))
