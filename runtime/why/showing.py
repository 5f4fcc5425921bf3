"""Accounts as pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from engines.rule.model import ActionModel, RuleModel
from engines.rule.runs import Run
from engines.rule.trying import Trial
from frontend.rules import DidView, PartView, RunView, TrialView
from frontend.texts import Texts
from frontend.views import Event, Link, Person
from runtime.screens.people.frame import moments
from runtime.screens.shell import form_url, texts_of
from runtime.why.account import Account, Did, Made, Part, Value
from runtime.why.accounts import Accounts
from runtime.why.saying import Say

_LOOKS = {
    "done": ("green", "circle-check"), "waiting": ("blue", "clock"), "failed": ("red", "alert-circle"),
    "no_match": ("gray", "filter"), "skipped": ("gray", "chevrons-right"),
}  # fmt: skip
_EVENTS = {"create": "plus", "update": "edit", "button": "click", "time": "clock"}


@dataclass(eq=False)
class Showing:
    """Shows runs and trials of the rules of one form. ``about``: the page is about one record."""

    accounts: Accounts
    about: bool = True

    @cached_property
    def texts(self) -> Texts:
        """Return the texts in the reader's language."""
        return texts_of(self.accounts.call)

    @cached_property
    def say(self) -> Say:
        """Return what tells rules in sentences."""
        return Say(self.accounts.call, self.accounts.form)

    def runs(self, runs: Iterable[Run]) -> Iterator[RunView]:
        """Yield the runs that the reader may be told of."""
        for run in runs:
            told = self.accounts.of_run(run)
            if told is not None:
                yield self._run(told, self.accounts.all_rules.rules.get(run.rule_uid))

    def trial(self, trial: Trial, record_id: int) -> TrialView:
        """Return the answer to why not."""
        t, moment = self.texts.t, moments(self.accounts.call)
        told = self.accounts.of_trial(trial, record_id)
        due = "" if trial.due is None else moment(trial.due).text
        waits = trial.hurdles == ("not_yet",)
        verdict = "would_at" if waits else "would_not" if trial.hurdles else "would"
        return TrialView(
            t("why.answer", name=told.label), self.say.rule(trial.rule), t(f"why.{verdict}", when=due),
            waits or not trial.hurdles,
            () if waits else tuple(t(f"why.hurdle.{each}", when=due) for each in trial.hurdles),
            tuple(self._part(each) for each in told.parts),
            tuple(self._did(trial.rule, each) for each in told.actions),
            self._event(told) if trial.last else None,
            t("why.since", when=moment(trial.since).text) if "newer" in trial.hurdles and trial.since else "",
        )  # fmt: skip

    def _run(self, told: Account, rule: RuleModel | None) -> RunView:
        t, state = self.texts.t, told.state
        color, icon = _LOOKS[state]
        path = t("why.arrow").join((*told.path, told.label))
        reasons = (t(f"why.reason.{told.reason}"),) if told.reason else ()
        problems = [text for _, text in told.problems]
        if told.problems:
            problems.append(t("why.tried", count=told.attempts))
        url = self._url(told.record)
        return RunView(
            told.label, t(f"why.state.{state}"), color, icon, self._event(told),
            f"{url}/rules?rule={told.rule}#answer" if url and rule is not None else "",
            None if self.about else self._link(told.record),
            t("why.because", path=path) if told.path else "", reasons,
            tuple(self._part(each) for each in told.parts),
            tuple(self._did(rule, each) for each in told.actions), tuple(problems), open=state == "failed",
        )  # fmt: skip

    def _event(self, told: Account) -> Event:
        t = self.texts.t
        when = None if told.at is None else moments(self.accounts.call)(told.at)
        by_itself = told.event == "time"
        who = None if by_itself else Person("", told.actor)
        changes = tuple((old.label, old.text, new.text) for old, new in told.changes)
        return Event(
            who, t(f"why.event.{told.event}"), when, _EVENTS.get(told.event, "edit"), "gray", changes
        )

    def _part(self, part: Part) -> PartView:
        t = self.texts.t
        said = self.say.condition(part.text)
        if part.hidden:
            return PartView(said, (), t("why.part_hidden"))
        match part.result:
            case bool():
                verdict = t("why.holds" if part.result else "why.holds_not")
            case None:
                verdict = t("why.holds_blank")
            case _:
                verdict = t("why.holds_error", value=part.result)
        values = tuple((each.label, t("why.saw", value=self._text(each))) for each in part.values)
        return PartView(said, values, verdict, part.result is True)

    def _text(self, value: Value) -> str:
        return value.text or self.texts.t("why.blank")

    def _did(self, rule: RuleModel | None, did: Did) -> DidView:
        model = self._action(rule, did)
        if did.hidden or model is None:
            return DidView(self.texts.t(f"action.{did.type}.label"), "dots", (self.texts.t("why.hidden"),))
        text = self.say.action(model)
        return DidView(
            text, model.kind.icon, tuple(self._facts(did)), tuple(self._links(did)),
            tuple(said for _, said in did.problems),
        )  # fmt: skip

    @staticmethod
    def _action(rule: RuleModel | None, did: Did) -> ActionModel | None:
        found = () if rule is None else rule.actions
        return next((each for each in found if each.index == did.index), None)

    def _facts(self, did: Did) -> Iterator[str]:
        t, joint = self.texts.t, self.texts.t("ui.common.separator")
        for each in did.set:
            yield t("why.did.set", field=each.label, value=self._text(each))
        for name in ("people", "roles", "copies"):
            if names := getattr(did, name):
                yield t(f"why.did.{name}", names=joint.join(names))
        if did.type in {"create_todo", "notify"} and not (did.people or did.roles or did.copies):
            yield t("why.did.nobody")
        if did.type == "assign" and not did.set:
            yield t("why.did.nothing")
        if did.already:
            yield t("why.did.already")

    def _links(self, did: Did) -> Iterator[Link]:
        if did.record is not None and did.record.id:
            yield Link(did.record.title, self._url(did.record), "file")

    def _link(self, record: Made) -> Link:
        url = self._url(record)
        return Link(record.title or self.texts.t("why.record_seen"), f"{url}/rules" if url else "")

    def _url(self, record: Made) -> str:
        form = self.accounts.app.forms.get(record.form)
        return f"{form_url(form)}/{record.id}" if form is not None and record.id else ""
