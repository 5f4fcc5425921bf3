"""Rules through REST: why they fired or did not, and the buttons they put on records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.form import FormModel
from engines.form.columns import iso
from engines.query import Cause, Query, Uow
from engines.rule.model import RuleModel
from engines.rule.pressing import buttons, offered, press
from engines.rule.run_lists import RunsAsked, list_runs
from engines.rule.runs import RunState
from engines.rule.timers import timers_of
from engines.rule.triggers.button import ButtonOptions
from engines.rule.trying import try_rule
from engines.store import reading
from runtime.api.answering import if_match, writing
from runtime.api.parameters import known, number
from runtime.api.shapes import keys_of, record_json
from runtime.web.answers import texts_of
from runtime.web.call import Answer, Call, id_in, json_answer
from runtime.web.routing import Permission, Routes
from runtime.why.account import Account, Did, Made, Part, Value
from runtime.why.accounts import Accounts
from schemas.errors import Invalid, Issue, NotFound

_RECORD = "/api/{app}/{form}/{id}"
_MOST = 200


def add_rule_routes(routes: Routes) -> None:
    """Register the routes of rules."""
    person = Permission.person
    routes.add("GET", "/api/{app}/rule-runs", Permission.designer)(rule_runs)
    routes.add("GET", _RECORD + "/rules", person)(record_rules)
    routes.add("GET", _RECORD + "/rules/{rule}", person)(ask_rule)
    routes.add("GET", _RECORD + "/rule-runs", person)(record_runs)
    routes.add("GET", _RECORD + "/buttons", person)(record_buttons)
    routes.add("POST", _RECORD + "/press", person, in_unit=True)(press_button)


def rule_runs(call: Call) -> Answer:
    """Answer what became of one rule, for whoever designs the app; records out of sight have no title."""
    known(call, "rule", "state", "limit", "after")
    engine = call.installation.rules.engine
    wanted = call.query.get("rule", "")
    rule = next((each for each in engine.rules(call.app).rules.values() if each.key == wanted), None)
    if rule is None:
        raise Invalid([Issue("rule", "query.not_allowed", {"value": wanted[:40]})], "query.invalid")
    return _page(call, Accounts(call, rule.form), rule, None)


def record_rules(call: Call) -> Answer:
    """Answer the rules about a record that the caller may know of, and when the next moments come."""
    known(call)
    _see(call)
    texts, record_id = texts_of(call), call.record_id
    due = {each.rule_uid: each for each in timers_of(call.conn, call.form.uid, record_id)}
    data = [
        {
            "rule": each.key, "label": texts.label(each.label), "enabled": each.rule.enabled,
            "trigger": each.kind.name, "due": iso(due[each.uid].due) if each.uid in due else None,
        }
        for each in Accounts(call, call.form).rules(record_id)
    ]  # fmt: skip
    return json_answer({"data": data})


def ask_rule(call: Call) -> Answer:
    """Answer what a rule makes of the record as it is now; nothing is done."""
    known(call)
    _see(call)
    accounts, record_id, texts = Accounts(call, call.form), call.record_id, texts_of(call)
    rule = _named(accounts, record_id, call.params["rule"])
    trial = try_rule(call.installation.rules.engine, reading_unit(call), rule, record_id)
    told = account_json(accounts.of_trial(trial, record_id))
    body = {key: told[key] for key in ("rule", "label", "conditions", "actions", "changes")}
    due = _moment(trial.due)
    hurdles = [
        {"code": each, "text": texts.t(f"why.hurdle.{each}", when=due or "")} for each in trial.hurdles
    ]
    last = {key: told[key] for key in ("event", "at", "actor")} if trial.last else None
    return json_answer({**body, "fires": not trial.hurdles, "hurdles": hurdles, "last": last, "due": due})


def record_runs(call: Call) -> Answer:
    """Answer every consideration of the rules about a record, newest first."""
    known(call, "rule", "state", "limit", "after")
    _see(call)
    accounts, wanted = Accounts(call, call.form), call.query.get("rule")
    rule = None if wanted is None else _named(accounts, call.record_id, wanted)
    return _page(call, accounts, rule, call.record_id)


def record_buttons(call: Call) -> Answer:
    """Answer the buttons that the caller may press on a record now."""
    known(call)
    _see(call)
    texts, engine = texts_of(call), call.installation.rules.engine
    if next(buttons(engine, call.app, call.access, call.form), None) is None:
        return json_answer({"data": []})
    data = [
        {
            "button": each.key, "label": texts.label(each.label),
            "confirm": texts.label(each.on.confirm) if isinstance(each.on, ButtonOptions) else "",
        }
        for each in offered(engine, reading_unit(call), call.form, call.record_id)
    ]  # fmt: skip
    return json_answer({"data": data})


def press_button(call: Call) -> Answer:
    """Press a button, and answer with the record."""
    _ = call.form  # whoever may not see the form is told nothing about the body
    body, record_id, version = call.json_object, call.record_id, if_match(call)
    if set(body) != {"button"} or not isinstance(body["button"], str):
        raise Invalid([Issue("button", "field.required")], "request.invalid")

    def work(uow: Uow, form: FormModel) -> Answer:
        store = call.installation.store
        reading.get(store, uow.conn, uow.app, uow.access, Query(form.path, ()), record_id)
        press(call.installation.rules.engine, uow, form, record_id, body["button"], version)
        page = reading.get(store, uow.conn, uow.app, uow.access, Query(form.path), record_id)
        found = record_json(form, page.records[0])
        return json_answer(found, ETag=f'"{found["_version"]}"')

    return writing(call, work)


def reading_unit(call: Call) -> Uow:
    """Return a unit of work that nothing is written with."""
    cause = Cause(call.door, call.actor)
    return call.installation.store.uow(call.conn, call.app, call.access, cause)


def _see(call: Call) -> None:
    """Let nobody ask about a record that is out of sight. Raises NotFound."""
    store = call.installation.store
    reading.get(store, call.conn, call.app, call.access, Query(call.form.path, ()), call.record_id)


def _named(accounts: Accounts, record_id: int, key: str) -> RuleModel:
    found = next((each for each in accounts.rules(record_id) if each.key == key), None)
    if found is None:
        raise NotFound
    return found


def _page(call: Call, accounts: Accounts, rule: RuleModel | None, record_id: int | None) -> Answer:
    after = call.query.get("after")
    before = id_in(after) if after else None
    if after and before is None:
        raise Invalid([Issue("after", "query.bad_cursor")], "query.invalid")
    asked = RunsAsked(
        None if record_id is None else call.form.uid, record_id, None if rule is None else rule.uid,
        _states(call), before, min(max(number(call, "limit", 50), 1), _MOST),
    )  # fmt: skip
    found = list_runs(call.conn, asked)
    told = (accounts.of_run(each) for each in found.runs)
    data = [account_json(each) for each in told if each is not None]
    return json_answer({"data": data, "next": None if found.next is None else str(found.next)})


def _states(call: Call) -> tuple[RunState, ...]:
    wanted = keys_of(call.query.get("state")) or tuple(RunState)
    for each in wanted:
        if each not in set(RunState):
            raise Invalid([Issue("state", "query.not_allowed", {"value": each[:40]})], "query.invalid")
    return tuple(RunState(each) for each in wanted)


# -------------------------------------------------------------------- as JSON


def account_json(told: Account) -> dict[str, Any]:
    """Return a run as JSON; what is hidden is missing."""
    return {
        "id": told.id, "rule": told.rule, "label": told.label, "state": told.state,
        "reason": told.reason or None, "event": told.event, "at": _moment(told.at), "actor": told.actor,
        "record": _made(told.record), "path": list(told.path), "attempts": told.attempts,
        "changes": [
            {"field": old.path, "label": old.label, "old": old.value, "new": new.value}
            for old, new in told.changes
        ],
        "conditions": [_part(each) for each in told.parts],
        "actions": [_did(each) for each in told.actions],
        "problems": [{"code": code, "text": text} for code, text in told.problems],
    }  # fmt: skip


def _part(part: Part) -> dict[str, Any]:
    if part.hidden:
        return {"text": part.text, "hidden": True}
    return {"text": part.text, "result": part.result, "values": [_value(each) for each in part.values]}


def _value(value: Value) -> dict[str, Any]:
    return {"field": value.path, "label": value.label, "value": value.value}


def _did(did: Did) -> dict[str, Any]:
    if did.hidden:
        return {"type": did.type, "hidden": True}
    found: Mapping[str, Any] = {
        "set": {each.path: each.value for each in did.set}, "people": list(did.people),
        "copies": list(did.copies), "roles": list(did.roles), "todos": list(did.todos),
        "record": None if did.record is None else _made(did.record), "already": did.already,
        "flow": did.flow, "instance": did.instance,
        "problems": [{"code": code, "text": text} for code, text in did.problems],
    }  # fmt: skip
    return {"type": did.type, **{key: value for key, value in found.items() if value}}


def _made(record: Made) -> dict[str, Any]:
    return {"form": record.form or None, "id": record.id or None, "title": record.title or None}


def _moment(value: Any) -> str | None:
    return None if value is None else iso(value)
