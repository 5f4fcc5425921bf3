"""Buttons: which of them a person is offered on a record, and what pressing one does."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel, FormModel
from engines.query import Uow
from engines.rule.carrying import carry_out
from engines.rule.deciding import Scene, decide
from engines.rule.engine import RuleEngine
from engines.rule.events import Event, What
from engines.rule.model import RuleModel
from engines.rule.runs import RunState
from engines.rule.triggers.button import Button, ButtonOptions
from schemas.errors import Conflict, NotFound

NOT_NOW = "rule.not_pressed"


def buttons(engine: RuleEngine, app: AppModel, access: Access, form: FormModel) -> Iterator[RuleModel]:
    """Yield the buttons of a form that a person may press on any record, in their order."""
    held = {role.key for role in access.roles(app)}
    for rule in engine.rules(app).of_form(form.path):
        if isinstance(rule.on, ButtonOptions) and rule.rule.enabled:
            wanted = set(rule.on.roles)
            if not wanted or wanted & held or access.unlimited(app):
                yield rule


def offered(engine: RuleEngine, uow: Uow, form: FormModel, record_id: int) -> list[RuleModel]:
    """Return the buttons whose condition holds for a record that the person may see."""
    rules = list(buttons(engine, uow.app, uow.access, form))
    if not rules:
        return []
    scene = Scene(engine.tools, uow)
    row = engine.facts(uow.app, form).load(uow.conn, [record_id], scene.context).get(record_id)
    if row is None:
        return []
    event = Event(What.button, form, record_id, row, scene.context.now, row)
    context = scene.context_of(event)
    return [each for each in rules if each.condition is None or each.condition.holds(row, context)]


def press(
    engine: RuleEngine, uow: Uow, form: FormModel, record_id: int, key: str, version: int | None
) -> None:
    """Press a button. The caller has made sure that the person may see the record, and commits.

    Raises NotFound for a button that is not theirs, and Conflict where it cannot be used (any more).
    """
    rule = next((each for each in buttons(engine, uow.app, uow.access, form) if each.key == key), None)
    if rule is None or not isinstance(rule.kind, Button):
        raise NotFound
    _hold(uow, form, record_id)
    scene = Scene(engine.tools, uow)
    row = engine.facts(uow.app, form).load(uow.conn, [record_id], scene.context).get(record_id)
    if row is None:
        raise NotFound
    if version is not None and row["_version"] != version:
        raise Conflict(NOT_NOW)
    scene.link.forget(form.uid, [record_id])
    decision = decide(scene, rule, Event(What.button, form, record_id, row, scene.context.now, row))
    if decision is None or decision.state is RunState.no_match:
        raise Conflict(NOT_NOW)
    carry_out(scene, [decision])


def _hold(uow: Uow, form: FormModel, record_id: int) -> None:
    """Let two people who press at once come one after the other."""
    if uow.conn.dialect.name == "postgresql":
        key = form.table.c["_id"]
        uow.conn.execute(sa.select(key).where(key == record_id).with_for_update())
