"""The rules of a published app: what they say, when they fired, and why not."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from builder.designer.desk import Desk
from engines.form import FormModel
from engines.rule.model import AppRules, RuleModel
from engines.rule.run_lists import RunsAsked, last_fired, list_runs
from engines.rule.runs import FIRED, RunState
from frontend.formats import Moment
from frontend.rules import RulePage, RuleRow, RulesPage
from frontend.views import Link
from runtime.screens.people.frame import moments
from runtime.screens.shell import page
from runtime.web.call import Answer, Call, id_in
from runtime.why.accounts import Accounts
from runtime.why.saying import Say
from runtime.why.showing import Showing
from schemas.errors import NotFound

_SHOWN = 30
_STATES = {
    "all": tuple(RunState), "fired": FIRED, "failed": (RunState.failed,),
    "not": (RunState.no_match, RunState.skipped),
}  # fmt: skip


def show_rules(call: Call) -> Answer:
    """Answer every rule of the published app, by form."""
    desk, known = Desk(call), _rules(call)
    name = desk.texts.label(call.app.definition.label)
    groups = tuple(
        (desk.texts.label(form.definition.label), rows)
        for form in call.app.forms.values()
        if (rows := tuple(_rows(desk, form, known)))
    )
    model = RulesPage(desk.texts.t("why.design.title", name=name), groups)
    return page(call, "builder/rules.html", model, _crumbs(desk), nav=desk.nav())


def show_rule(call: Call) -> Answer:
    """Answer the runs of one rule, newest first."""
    desk, known, wanted = Desk(call), _rules(call), call.params["rule"]
    rule = next((each for each in known.rules.values() if each.key == wanted), None)
    if rule is None:
        raise NotFound
    show = call.query.get("show", "all")
    states = _STATES.get(show, _STATES["all"])
    before = id_in(call.query.get("after", ""))
    found = list_runs(call.conn, RunsAsked(rule_uid=rule.uid, states=states, before=before, limit=_SHOWN))
    showing = Showing(Accounts(call, rule.form), about=False)
    url = f"{desk.base}/rules/{rule.key}"
    t = desk.texts.t
    tabs = tuple(
        Link(t(f"why.design.state_{name}"), f"{url}?show={name}", "", name == show) for name in _STATES
    )
    following = urlencode({"show": show, "after": found.next})
    model = RulePage(
        t("why.design.runs", name=desk.texts.label(rule.label)), _row(desk, showing.say, rule, ""), tabs,
        tuple(showing.runs(found.runs)), f"{url}?{following}" if found.next else "",
    )  # fmt: skip
    crumbs = [*_crumbs(desk), Link(t("why.design.rules"), f"{desk.base}/rules")]
    return page(call, "builder/rule.html", model, crumbs, nav=desk.nav())


def _rules(call: Call) -> AppRules:
    return call.installation.rules.engine.rules(call.app)


def _rows(desk: Desk, form: FormModel, known: AppRules) -> Iterator[RuleRow]:
    rules, say = known.of_form(form.path), Say(desk.call, form)
    last = last_fired(desk.call.conn, [each.uid for each in rules])
    moment = moments(desk.call)
    for each in rules:
        run = last.get(each.uid)
        when = None if run is None else moment(run.at)
        yield _row(desk, say, each, desk.texts.t("why.runs"), when)


def _row(desk: Desk, say: Say, rule: RuleModel, ask: str, last: Moment | None = None) -> RuleRow:
    return RuleRow(
        desk.texts.label(rule.label), say.rule(rule), rule.kind.icon, f"{desk.base}/rules/{rule.key}", ask,
        not rule.rule.enabled, last=last,
    )  # fmt: skip


def _crumbs(desk: Desk) -> list[Link]:
    name = desk.texts.label(desk.draft.document.get("label"))
    return [Link(desk.texts.t("design.title"), "/design"), Link(name, desk.base)]
