"""A form as its logic has it at this moment: what is hidden, asked for and closed, whoever looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engines.expression import Context
from engines.form import FieldModel, FormModel, Storage
from engines.form.logic import Rule
from engines.form.logic.conditions import State
from engines.store.derived.leaves import Leaves
from runtime.screens.values import Showing
from runtime.web.call import Call as Request

Path = tuple[str, ...]
_WRITTEN = frozenset({Storage.column, Storage.links, Storage.rows})


@dataclass(eq=False)
class Depending:
    """One form being filled in. ``inputs``: what may be typed; ``typed``: what stands in these inputs."""

    showing: Showing
    inputs: AbstractSet[str]
    record_id: int
    typed: Mapping[str, Any]

    @property
    def call(self) -> Request:
        """Return the request."""
        return self.showing.call

    @property
    def form(self) -> FormModel:
        """Return the form."""
        return self.showing.form

    @cached_property
    def context(self) -> Context:
        """Return the moment and person."""
        return self.call.installation.store.context(self.call.app, self.call.access)

    @cached_property
    def stands(self) -> Mapping[str, Any]:
        """Return what stands in the record, whoever asks: conditions are the designer's."""
        if not self.record_id:
            return {}
        kept = {(key,) for key, each in self.form.fields.items() if each.storage in _WRITTEN}
        return Leaves(self.call.conn, self.call.app).of(self.form, [self.record_id], kept)[self.record_id]

    @cached_property
    def row(self) -> Mapping[str, Any]:
        """Return the record as it would be if this were saved, with all that is read of it."""
        values, _ = self.form.coercer.one(dict(self.typed))
        blank = {key: () if each.plural else None for key, each in self.form.fields.items()}
        found = {**blank, **self.stands, **values, "_id": self.record_id or None}
        Leaves(self.call.conn, self.call.app).add(self.form, [found], self.paths)
        for each in self.form.formulas:
            found[each.field.key] = each.value(found, self.context)
        return found

    @cached_property
    def looked_up(self) -> list[FieldModel]:
        """Return the fields that show a field of a related record."""
        return [each for each in self.form.computed if each.storage is Storage.through]

    @property
    def computed(self) -> list[FieldModel]:
        """Return the computed fields, those first that others read."""
        return [*self.looked_up, *(each.field for each in self.form.formulas)]

    @cached_property
    def paths(self) -> frozenset[Path]:
        """Return everything that logic, checks and computed fields read."""
        read = [each.paths for each in self.form.checks] + [each.paths for each in self.form.formulas]
        there = [each.computed.paths | {(each.key,)} for each in self.looked_up if each.computed]
        return self.form.logic.paths.union(*read, *there)

    @cached_property
    def state(self) -> State:
        """Return what is hidden now."""
        return self.form.logic.state(self.row, self.context)

    def absent(self, key: str) -> bool:
        """Tell whether a field is hidden now."""
        return key in self.state.hidden

    def required(self, key: str) -> bool:
        """Tell whether a field is asked for now."""
        logic = self.form.logic.fields.get(key)
        rule = None if logic is None else logic.required
        return self.form.fields[key].options.required or (rule is not None and self.holds(rule))

    def closed(self, key: str) -> bool:
        """Tell whether a field is closed now."""
        logic = self.form.logic.fields.get(key)
        return logic is not None and logic.read_only is not None and self.holds(logic.read_only)

    def holds(self, rule: Rule) -> bool:
        """Tell whether a condition is TRUE now."""
        return rule.holds(self.state.view, self.context)

    @property
    def live(self) -> bool:
        """Tell whether there is anything for a browser to do."""
        form = self.form
        return bool(form.logic or form.checks or form.formulas or form.narrowed or form.fillings)


def hidden_now(call: Request, form: FormModel, record_id: int) -> AbstractSet[str]:
    """Return what is hidden of a record as it stands; nothing is read but what decides about that."""
    if not form.logic.hiding:
        return frozenset()
    paths = {path for each in form.logic.hiding for rule in each.visible for path in rule.paths}
    context = call.installation.store.context(call.app, call.access)
    row = Leaves(call.conn, call.app, context).of(form, [record_id], paths)[record_id]
    return form.logic.state(row, context).hidden
