"""What somebody did in an app since a moment: read from causes, history, decisions and runs of rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import orjson
import sqlalchemy as sa

from engines.form import AppModel
from engines.query import Op
from engines.rule.runs import FIRED
from engines.store import flows
from engines.store.platform import cause, history
from engines.store.rules import run as rule_run
from schemas.behaviour import flows_of, rules_of

_DOORS = ("screen", "rest")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done to a record. ``own``: the fields that it changed itself, with their values.

    ``key``: of the flow that began, the button that was pressed, or the rule whose button it was.
    """

    kind: Literal["create", "update", "delete", "start", "move", "decide", "press"]
    id: int
    form: str
    record: int
    cause: int
    own: tuple[str, ...] = ()
    key: str = ""
    comment: str = ""
    causes: tuple[int, ...] = ()


def events_of(conn: sa.Connection, app: AppModel, person: int, since: int) -> list[Event]:
    """Return what a person did with records of an app, in its order."""
    wanted = sa.select(cause.c.id).where(
        cause.c.id > since, cause.c.actor == person, cause.c.app == app.key, cause.c.parent.is_(None),
        cause.c.door.in_(_DOORS),
    )  # fmt: skip
    found: list[Event] = []
    for number in conn.scalars(wanted.order_by(cause.c.id)).all():
        found += _of_cause(conn, app, number)
    found += _presses(conn, app, person, since)
    return sorted(found, key=lambda each: each.id)


def caused_by(conn: sa.Connection, number: int) -> tuple[int, ...]:
    """Return a cause and everything that followed from it."""
    found, latest = [number], [number]
    while latest:
        latest = list(conn.scalars(sa.select(cause.c.id).where(cause.c.parent.in_(latest))))
        found += latest
    return tuple(found)


def _of_cause(conn: sa.Connection, app: AppModel, number: int) -> Iterator[Event]:
    causes = caused_by(conn, number)
    pressed = list(_decisions(conn, app, number, causes))
    if pressed:
        yield from pressed
        return
    direct = list(_writes(conn, app, number, causes))
    yield from direct or _starts(conn, app, number, causes)


def _decisions(conn: sa.Connection, app: AppModel, number: int, causes: tuple[int, ...]) -> Iterator[Event]:
    """Yield the buttons of stages and tasks that were pressed."""
    decision = flows.decision
    rows = _about(conn, decision.c.cause == number, decision.c.button.is_not(None))
    for row in rows:
        form = _form(app, row.form_uid)
        if form:
            yield Event(
                "move" if row.act == "move" else "decide", row.id, form, row.record_id, number,
                _changed(conn, app, form, row.record_id, causes), row.button, row.comment or "", causes,
            )  # fmt: skip


def _starts(conn: sa.Connection, app: AppModel, number: int, causes: tuple[int, ...]) -> Iterator[Event]:
    keys = {app.names.uid(f"flow:{each.key}"): each.key for each in flows_of(app.definition)}
    for row in _about(conn, flows.decision.c.cause == number, flows.decision.c.act == "start"):
        form = _form(app, row.form_uid)
        if form and row.flow_uid in keys:
            yield Event("start", row.id, form, row.record_id, number, key=keys[row.flow_uid], causes=causes)


def _about(conn: sa.Connection, *where: sa.ColumnElement[bool]) -> list[Any]:
    decision, instance = flows.decision, flows.instance
    columns = (decision.c.id, decision.c.act, decision.c.button, decision.c.comment,
               instance.c.form_uid, instance.c.record_id, instance.c.flow_uid)  # fmt: skip
    joined = sa.select(*columns).join(instance, instance.c.id == decision.c.instance_id)
    return list(conn.execute(joined.where(*where).order_by(decision.c.id)))


def _writes(conn: sa.Connection, app: AppModel, number: int, causes: tuple[int, ...]) -> Iterator[Event]:
    """Yield what was recorded, changed and deleted directly."""
    for form in app.forms.values():
        if form.parent is not None:
            continue
        made = sa.select(form.table.c["_id"]).where(form.table.c["_cause"] == number)
        for record in conn.scalars(made.order_by(form.table.c["_id"])):
            ruled = _ruled(conn, app, form.uid, record)
            own = tuple(key for key in form.fields if key not in ruled)
            yield Event("create", record, form.key, record, number, own, causes=causes)
    rows = conn.execute(sa.select(history).where(history.c.cause == number).order_by(history.c.record_id))
    for row in rows.mappings():
        key = _form(app, row["form_uid"])
        if key and row["op"] in {Op.update.value, Op.delete.value}:
            own = _fields(app, key, row["old"])
            kind: Any = "update" if row["op"] == Op.update.value else "delete"
            if kind == "delete" or own:
                yield Event(kind, number, key, row["record_id"], number, own, causes=causes)


def _ruled(conn: sa.Connection, app: AppModel, form_uid: int, record: int) -> set[str]:
    """Return the fields of a new record that rules filled in: history does not tell them apart."""
    rules = {app.names.uid(f"rule:{each.key}"): each for each in rules_of(app.definition)}
    fired = sa.select(rule_run.c.rule_uid).where(
        rule_run.c.form_uid == form_uid, rule_run.c.record_id == record, rule_run.c.event == "create",
        rule_run.c.state.in_(FIRED),
    )  # fmt: skip
    found = (rules[uid] for uid in conn.scalars(fired) if uid in rules)
    return {key for rule in found for action in rule.then for key in getattr(action, "set", {})}


def _presses(conn: sa.Connection, app: AppModel, person: int, since: int) -> Iterator[Event]:
    rules = {app.names.uid(f"rule:{each.key}"): each.key for each in rules_of(app.definition)}
    wanted = sa.select(rule_run).where(
        rule_run.c.id > since, rule_run.c.app == app.key, rule_run.c.actor == person,
        rule_run.c.event == "button", rule_run.c.state.in_(FIRED),
    )  # fmt: skip
    for row in conn.execute(wanted.order_by(rule_run.c.id)).mappings():
        form = _form(app, row["form_uid"])
        if form and row["rule_uid"] in rules:
            causes = () if row["cause_id"] is None else caused_by(conn, row["cause_id"])
            yield Event(
                "press", row["id"], form, row["record_id"], row["cause_id"] or 0,
                key=rules[row["rule_uid"]], causes=causes,
            )  # fmt: skip


def _changed(
    conn: sa.Connection, app: AppModel, form: str, record: int, causes: tuple[int, ...]
) -> tuple[str, ...]:
    rows = conn.scalars(
        sa.select(history.c.old).where(history.c.cause.in_(causes), history.c.record_id == record)
    )
    return tuple(dict.fromkeys(key for old in rows for key in _fields(app, form, old)))


def _fields(app: AppModel, form: str, old: str) -> tuple[str, ...]:
    kept = orjson.loads(old)
    ruled = kept.get("rules", {})
    names = {str(each.uid): key for key, each in app.form(form).fields.items()}
    return tuple(names[uid] for uid in kept if uid in names and uid not in ruled)


def _form(app: AppModel, uid: int) -> str:
    return next((each.key for each in app.forms.values() if each.uid == uid and each.parent is None), "")
