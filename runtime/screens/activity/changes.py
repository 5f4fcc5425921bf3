"""A record's history in sentences: who did what when, and what stood there before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engines.form import FieldModel, FormModel
from engines.query import Op
from engines.store import reading
from engines.store.history import Entry, as_seen, entries
from engines.store.reading.labels import named
from frontend.views import Event, Person
from runtime.screens.activity.places import NEVER, Happened, Place
from runtime.screens.shell import texts_of
from runtime.screens.values import Labels, Showing, ids_in, names_for
from runtime.web.call import Call
from schemas.behaviour import rules_of

_FIRST = 50  # some of which the reader may not see
_DEEPEST = 500  # what a change led to is told by the next one, so a deep page reads from the top
_LOOKS = {
    Op.create: ("plus", "green"), Op.update: ("edit", "blue"), Op.delete: ("trash", "red"),
    Op.restore: ("restore", "teal"),
}  # fmt: skip
_SCREEN, _RULE = "screen", "rule"


@dataclass(eq=False)
class Changes:
    """The changes of a record as a source; fields the reader may not see did not change."""

    call: Call
    form: FormModel
    record: Mapping[str, Any]
    number: int = 0
    key: str = "changes"
    icon: str = "history"

    @property
    def label(self) -> str:
        """Return what changes are called."""
        return texts_of(self.call).t("activity.changes")

    def before(self, place: Place | None, limit: int) -> Iterator[Happened]:
        """Yield the latest changes before a place."""
        call, form, record = self.call, self.form, self.record
        visible = reading.visible_fields(
            call.installation.store, call.conn, call.app, call.access, form, int(record["_id"])
        )
        visible -= {key for key, each in form.fields.items() if each.options.hidden}
        most = _DEEPEST if place else max(limit, _FIRST)
        found = entries(call.conn, call.app, form, int(record["_id"]), most)
        known = [as_seen(_known(each, record), visible) for each in found]
        chosen = [
            (at, index)
            for index, at in enumerate(_place(each, self.number) for each in known)
            if place is None or at.order < place.order
        ]
        steps = {index: _step(form, record, known, index, visible) for _, index in chosen}
        shown = [(at, index) for at, index in chosen if known[index].op is not Op.update or steps[index]]
        shown = shown[:limit]
        people = named(call.conn, "user", {actor for _, index in shown if (actor := known[index].actor)})
        showing = Showing(call, form, _labels(call, form, [steps[index] for _, index in shown]))
        for at, index in shown:
            name = _name(showing, known[index], people, visible)
            yield Happened(at, _event(showing, form, known[index], steps[index], name))


def _place(entry: Entry, source: int) -> Place:
    return Place(NEVER if entry.at is None else entry.at, source, entry.version)


def _known(entry: Entry, record: Mapping[str, Any]) -> Entry:
    """Return a creation as the record tells it: one that was brought in says who first wrote it, and when."""
    if entry.op is not Op.create or record.get("_created_at") is None:
        return entry
    return replace(entry, at=record["_created_at"], actor=record.get("_created_by"))


Step = dict[str, tuple[Any, Any]]


def _step(
    form: FormModel, record: Mapping[str, Any], found: Sequence[Entry], index: int, visible: Collection[str]
) -> Step:
    """Return what an entry changed: what stood there, and what the next change of the field found."""
    changed: Step = {}
    for key, old in found[index].old.items():
        if key in visible:
            later = next((each.old[key] for each in reversed(found[:index]) if key in each.old), ...)
            new = record.get(key) if later is ... else typed(form.fields[key], later, form)
            changed[key] = (typed(form.fields[key], old, form), new)
    return changed


def typed(field: FieldModel, raw: Any, form: FormModel) -> Any:
    """Return a JSON value of history as the field reads it today; what it no longer takes becomes blank."""
    values, _ = form.coercer.one({field.key: raw})
    return values.get(field.key)


def _labels(call: Call, form: FormModel, steps: Sequence[Step]) -> Labels:
    wanted: dict[str, tuple[FieldModel, set[int]]] = {}
    for step in steps:
        for key, values in step.items():
            for value in values:
                for path, field, ids in ids_in(form.fields[key], value):
                    wanted.setdefault(path, (field, set()))[1].update(ids)
    return names_for(call, ((path, field, ids) for path, (field, ids) in wanted.items()))


def _name(showing: Showing, entry: Entry, people: Mapping[int, str], visible: Collection[str]) -> str:
    known = ("_created_by" if entry.op is Op.create else "_updated_by") in visible
    nobody = showing.texts.t("screen.history.system" if known else "screen.history.somebody")
    return people.get(entry.actor or 0) or nobody


def _event(showing: Showing, form: FormModel, entry: Entry, step: Step, name: str) -> Event:
    t = showing.texts.t
    changes = []
    for key, (old, new) in step.items():
        field = form.fields[key]
        before, after = showing.cell(field, old).text, showing.cell(field, new).text
        changes.append((showing.texts.label(field.options.label), before, after))
    texts = {
        Op.create: t("ui.record.created"), Op.delete: t("screen.history.deleted"),
        Op.restore: t("screen.history.restored"), Op.update: t("ui.record.changed", count=len(changes)),
    }  # fmt: skip
    icon, color = _LOOKS.get(entry.op, _LOOKS[Op.update])
    door = (
        ""
        if entry.door == _SCREEN
        else t(f"screen.door.{entry.door}")
        if showing.texts.has(f"screen.door.{entry.door}")
        else entry.door
    )
    told = (door, entry.note or "") if entry.door != _RULE else (_rule_told(showing, entry.note or ""),)
    said = (*told, *_by_rules(showing, form, entry, step))
    note = t("ui.common.separator").join(each for each in said if each)
    return Event(
        Person(str(entry.actor or 0), name),
        texts[entry.op],
        None if entry.at is None else showing.moment(entry.at),
        icon,
        color,
        tuple(changes),
        note,
    )


def _rule_names(showing: Showing) -> Mapping[int, str]:
    app, label = showing.call.app, showing.texts.label
    return {app.names.uid(f"rule:{each.key}"): label(each.label) for each in rules_of(app.definition)}


def _rule_told(showing: Showing, note: str) -> str:
    """Return which rule wrote by itself, from the note of its cause: ``rule:12``."""
    uid = note.partition(":")[2]
    name = _rule_names(showing).get(int(uid)) if uid.isdecimal() else None
    return showing.texts.t("screen.history.wrote", rule=name or showing.texts.t("screen.history.former_rule"))


def _by_rules(showing: Showing, form: FormModel, entry: Entry, step: Step) -> Iterator[str]:
    """Yield which rule set which of the changed fields; one that is gone by now has no name any more."""
    label = showing.texts.label
    set_by: dict[int, list[str]] = {}
    for key in step:
        if key in entry.rules:
            set_by.setdefault(entry.rules[key], []).append(label(form.fields[key].options.label))
    names = _rule_names(showing)
    for uid, fields in set_by.items():
        fields_told = showing.texts.t("ui.common.separator").join(fields)
        name = names.get(uid) or showing.texts.t("screen.history.former_rule")
        yield showing.texts.t("screen.history.by_rule", rule=name, fields=fields_told)
