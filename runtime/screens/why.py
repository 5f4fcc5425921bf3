"""The page of a record about its rules: what happens by itself, what did, and why something did not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from engines.form import FormModel
from engines.query import Cause, Query, Uow
from engines.rule.model import RuleModel
from engines.rule.run_lists import RunsAsked, list_runs
from engines.rule.timers import TimerState, timers_of
from engines.rule.trying import try_rule
from engines.store import reading
from frontend.rules import RuleRow, TrialView, WhyPage
from frontend.views import Action, Link
from runtime.screens.people.frame import moments
from runtime.screens.shell import form_url, page, texts_of
from runtime.screens.values import record_title
from runtime.web.call import Answer, Call, id_in
from runtime.why.accounts import Accounts
from runtime.why.showing import Showing
from schemas.errors import NotFound

_SHOWN = 20


def rules_action(call: Call, form: FormModel, record: Mapping[str, Any]) -> Iterator[Action]:
    """Yield the way to the page, where there is anything to be told."""
    record_id = int(record["_id"])
    if Accounts(call, form).rules(record_id):
        yield Action(texts_of(call).t("why.open"), f"{form_url(form)}/{record_id}/rules", icon="bolt")


def show_rules(call: Call) -> Answer:
    """Answer the page; with ``rule`` also why that one did or did not fire."""
    form, record_id, texts = call.form, call.record_id, texts_of(call)
    store = call.installation.store
    seen = reading.get(store, call.conn, call.app, call.access, Query(form.path), record_id)
    title = record_title(form, seen.records[0])
    accounts = Accounts(call, form)
    rules = accounts.rules(record_id)
    chosen = _chosen(call, rules)
    showing, url = Showing(accounts), call.path
    found = list_runs(
        call.conn,
        RunsAsked(
            form.uid, record_id, None if chosen is None else chosen.uid,
            before=id_in(call.query.get("after", "")), limit=_SHOWN,
        ),
    )  # fmt: skip
    asked = {} if chosen is None else {"rule": chosen.key}
    model = WhyPage(
        texts.t("why.title", title=title),
        tuple(_rows(call, showing, rules, chosen)),
        tuple(showing.runs(found.runs)),
        texts.t("why.history")
        if chosen is None
        else texts.t("why.history_of", name=texts.label(chosen.label)),
        None if chosen is None else _trial(call, showing, chosen),
        "" if chosen is None else url,
        f"{url}?{urlencode({**asked, 'after': found.next})}" if found.next else "",
    )
    crumbs = [
        Link(texts.label(form.definition.label), form_url(form)),
        Link(title, f"{form_url(form)}/{record_id}"),
    ]
    return page(call, "runtime/why.html", model, crumbs)


def _chosen(call: Call, rules: list[RuleModel]) -> RuleModel | None:
    """Return the rule that is asked about. Raises NotFound for one the person may not know of."""
    key = call.query.get("rule")
    if not key:
        return None
    found = next((each for each in rules if each.key == key), None)
    if found is None:
        raise NotFound
    return found


def _rows(
    call: Call, showing: Showing, rules: list[RuleModel], chosen: RuleModel | None
) -> Iterator[RuleRow]:
    waiting = timers_of(call.conn, call.form.uid, call.record_id)
    due = {each.rule_uid: each.due for each in waiting if each.state is TimerState.waiting}
    ask = texts_of(call).t("why.ask")
    for each in rules:
        yield RuleRow(
            showing.texts.label(each.label), showing.say.rule(each), each.kind.icon,
            f"{call.path}?rule={each.key}#answer", ask, not each.rule.enabled, each is chosen,
            moments(call)(due[each.uid]) if each.uid in due else None,
        )  # fmt: skip


def _trial(call: Call, showing: Showing, rule: RuleModel) -> TrialView:
    cause = Cause(call.door, call.actor)
    uow: Uow = call.installation.store.uow(call.conn, call.app, call.access, cause)
    trial = try_rule(call.installation.rules.engine, uow, rule, call.record_id)
    return showing.trial(trial, call.record_id)
