"""Events turned into a scenario: who takes part, what was there before, steps, and what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from builder.designer.keys import propose_key
from builder.recording.events import Event
from builder.recording.past import Past, given_by_people
from engines.access import Access
from engines.expression import ValueType
from engines.form import AppModel, FieldModel, FormModel
from engines.store import people
from engines.store.platform import department, role_member, user
from schemas.behaviour import flows_of

Json = dict[str, Any]
_GIVEN = 30  # records that were there before; what those refer to beyond is left blank
_LONGEST = 40
_BLANK: tuple[Any, ...] = (None, "", [])


@dataclass(slots=True)
class Script:
    """Writes one scenario. ``person``: whose deeds it tells; ``since``: what was there before is older."""

    conn: sa.Connection
    app: AppModel
    past: Past
    access: Access
    person: int
    since: int
    _people: dict[int, str] = field(default_factory=dict)
    _records: dict[tuple[str, int], str] = field(default_factory=dict)
    _given: list[Json] = field(default_factory=list)

    def write(self, events: Sequence[Event], key: str, label: str, at: str) -> Json:
        """Return the scenario."""
        self._called(self.person)
        created = {(each.form, each.record) for each in events if each.kind == "create"}
        steps = [step for event in events for step in self._step(event, created)]
        actors = [self._actor(number, name) for number, name in self._people.items()]
        said: Json = {"key": key, "label": label, "at": at, "people": actors}
        return said | ({"given": self._given} if self._given else {}) | {"steps": steps}

    def _step(self, event: Event, created: set[tuple[str, int]]) -> Iterator[Json]:
        form = self.app.form(event.form)
        if event.kind != "create" and (form.key, event.record) not in created:
            self._prepare(form, event.record)
        step: Json = {"type": event.kind, "form": form.key}
        values = self._own(form, event)
        step["record"] = self._named(form, event.record)
        if event.kind in {"move", "decide", "press"}:
            step["move" if event.kind == "move" else "button"] = event.key
        if event.kind == "start":
            step["flow"] = event.key
        if event.comment:
            step["comment"] = event.comment
        if values and event.kind in {"create", "update", "move", "decide"}:
            step["set"] = values
        expected = [] if event.kind == "delete" else list(self._expected(form, event, step["record"]))
        yield step | ({"then": expected} if expected else {})

    def _own(self, form: FormModel, event: Event) -> Json:
        """Return what the person filled in: what people may fill, as far as this one may."""
        rights = self.access.form(self.app, form)
        may = rights.fill if event.kind == "create" else rights.edit.keys()
        fields = [form.fields[key] for key in event.own if key in may]
        if event.kind in {"move", "decide"}:
            fields = [each for each in fields if each.key not in self._stages(form)]
        values = {
            each.key: self._said(each, self._after(form, event, each.key))
            for each in fields if given_by_people(each) and not each.options.read_only
        }  # fmt: skip
        if event.kind != "create":
            return values
        return {key: value for key, value in values.items() if value not in _BLANK}

    def _stages(self, form: FormModel) -> set[str]:
        flows = flows_of(self.app.definition)
        return {each.field for each in flows if each.form == form.key and each.field is not None}

    def _after(self, form: FormModel, event: Event, key: str) -> Any:
        causes = event.causes or (event.cause,)
        return self.past.value(form, event.record, key, causes, self.since)

    def _expected(self, form: FormModel, event: Event, name: str) -> Iterator[Json]:
        """Yield an expectation for each field that can be told; what does not hold when played goes."""
        fresh = form.fields if event.kind == "create" else event.own
        changed = (*fresh, *self.past.changed(form, event.record, event.causes))
        computed = [key for key, each in form.fields.items() if each.computed is not None]
        for key in dict.fromkeys((*changed, *computed)):
            each = form.fields[key]
            if each.kind.write_once or each.target == "file" or each.rows is not None:
                continue
            if each.kind.value_type is ValueType.datetime:
                continue
            value = self._said(each, self._after(form, event, key))
            if value not in _BLANK or event.kind != "create":
                yield {"type": "record", "form": form.key, "record": name, "is": {key: value}}

    # ---------------------------------------------------------------- names

    def _prepare(self, form: FormModel, record: int) -> str | None:
        """Let a record be there from the beginning, with what it refers to; None for one too many."""
        if (form.key, record) in self._records:
            return self._records[form.key, record]
        if len(self._given) >= _GIVEN or self.past.now(form, record) is None:
            return None
        name = self._named(form, record)
        values = {
            key: self._said(each, self.past.value(form, record, key, (), self.since))
            for key, each in form.fields.items() if given_by_people(each)
        }  # fmt: skip
        told = {key: value for key, value in values.items() if value not in _BLANK}
        self._given.append({"form": form.key, "record": name, "set": told})
        return name

    def _said(self, each: FieldModel, value: Any) -> Any:
        """Return a value with names where ids stand; without what nobody here is called."""
        if each.rows is not None:
            return [
                {key: self._said(each.rows.fields[key], one) for key, one in row.items()
                 if key in each.rows.fields and given_by_people(each.rows.fields[key])}
                for row in value or ()
            ]  # fmt: skip
        if each.target is None or value is None:
            return value
        if isinstance(value, list):
            return [name for name in (self._name(each, one) for one in value) if name]
        return self._name(each, value)

    def _name(self, each: FieldModel, value: Any) -> str | None:
        number = int(value)
        if each.target == "user":
            return self._called(number)
        if each.target == "department":
            return self._department(number)
        return self._prepare(self.app.form(str(each.target)), number)

    def _named(self, form: FormModel, record: int) -> str:
        at = (form.key, record)
        if at not in self._records:
            taken = set(self._records.values())
            self._records[at] = propose_key(form.key, taken, _LONGEST, "record")
        return self._records[at]

    def _called(self, number: int) -> str:
        if number not in self._people:
            login = self.conn.scalar(sa.select(user.c.login).where(user.c.id == number))
            self._people[number] = propose_key(str(login), set(self._people.values()), _LONGEST, "person")
        return self._people[number]

    def _actor(self, number: int, key: str) -> Json:
        profile = people.get_profile(self.conn, number)
        held = set(
            self.conn.scalars(sa.select(role_member.c.role_uid).where(role_member.c.user_id == number))
        )
        roles = [role.key for uid, role in self.app.role_by_uid.items() if uid in held]
        if not roles and profile.admin:
            roles = [each.key for each in self.app.definition.roles if each.admin][:1]
        said: Json = {"key": key, "name": profile.name}
        if roles:
            said["roles"] = roles
        if profile.department_id is not None:
            said["department"] = self._department(profile.department_id)
        return said | ({"account": profile.login} if profile.login != key else {})

    def _department(self, number: int) -> str | None:
        found = self.conn.scalar(sa.select(department.c.name).where(department.c.id == number))
        return None if found is None else str(found)
