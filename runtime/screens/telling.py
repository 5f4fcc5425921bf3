"""What depends on what in a form, told to the browser of one person: only what she may read leaves here.

A condition that reads anything else, or that browsers cannot work out, goes as its verdict of now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from engines.expression import FUNCTIONS, Call, Node, references, to_json
from engines.expression.tree import walk
from engines.form import FieldModel, FormModel, Storage
from engines.form.logic import FieldLogic, Rule
from engines.store.reading.brought import Brought
from runtime.cells import cell, digits, offset
from runtime.screens.depending import Depending, Path
from runtime.web.call import Call as Request

Json = dict[str, Any]
_PEOPLE = frozenset({"ROLE", "MANAGER", "HEAD", "MEMBERS"})


@dataclass(frozen=True, slots=True, eq=False)
class Telling:
    """The logic of one form for one person. ``depending``: how things stand."""

    depending: Depending

    @property
    def form(self) -> FormModel:
        """Return the form."""
        return self.depending.form

    def config(self) -> Json:
        """Return all of it, for JSON."""
        context, form = self.depending.context, self.form
        return {
            "user": digits(context.user_id),
            "department": digits(context.department_id),
            "today": cell(context.today),
            "now": cell(context.now),
            "zone": self.depending.showing.zone,
            "offset": offset(context),
            "old": self._old(),
            "fields": {key: self._field(each) for key, each in form.fields.items() if self._mine(key)},
            "order": [each.field.key for each in form.logic.hiding if self._mine(each.field.key)],
            "formulas": [each.key for each in self.depending.computed if self._computable(each)],
            "checks": list(self._checks()),
            "fixed": {name: cell(value) for name, value in self._fixed().items()},
            "stands": {each.field.key: self._stands(each.field) for each in form.logic.hiding},
            "follows": dict(self._follows()),
            "narrowed": {self._place(each.field, each.outer): sorted(each.keys) for each in form.narrowed
                         if each.range is not None},
            "fill": {self._place(each.field, each.outer): [*each.paths] for each in form.fillings},
            "leads": self.leads(),
            "fill_url": f"/a/{form.app}/{form.key}/fill",
        }  # fmt: skip

    def _mine(self, key: str) -> bool:
        return key in self.depending.inputs or self._seen(self.form, (key,))

    def _field(self, each: FieldModel) -> Json:
        logic = self.form.logic.fields.get(each.key)
        found: Json = {"type": each.kind.value_type.value} | self._rules(logic, each)
        if each.rows is not None:
            inner = {} if logic is None or logic.rows is None else logic.rows.fields
            found["fields"] = {
                key: {"type": one.kind.value_type.value} | self._rules(inner.get(key), one, each.rows)
                for key, one in each.rows.fields.items()
            }
            for one in each.rows.formulas:
                if self._portable(one.field.computed.node, each.rows):  # type: ignore[union-attr]  # a formula has one
                    formula = {"formula": to_json(one.field.computed.node), "look": self._look(one.field)}  # type: ignore[union-attr]
                    found["fields"][one.field.key] |= formula
            found["formulas"] = [
                one.field.key for one in each.rows.formulas if "formula" in found["fields"][one.field.key]
            ]
            found["order"] = [key for key, one in inner.items() if "visible" in found["fields"][key]]
        if each.computed is not None and self._computable(each):
            found |= {"formula": to_json(each.computed.node), "look": self._look(each)}
        return found

    def _rules(self, logic: FieldLogic | None, field: FieldModel, rows: FormModel | None = None) -> Json:
        """Return the rules of a field; of one in ``rows`` only those that the browser can decide."""
        found: Json = {"always": True} if field.options.required else {}
        if logic is None:
            return found
        visible = [made for rule in logic.visible if (made := self._rule(rule, rows)) is not None]
        found |= {"visible": visible} if visible else {}
        for name, rule in (("required", logic.required), ("closed", logic.read_only)):
            made = None if rule is None else self._rule(rule, rows)
            found |= {} if made is None else {name: made}
        return found

    def _rule(self, rule: Rule, rows: FormModel | None) -> Json | bool | None:
        if self._portable(rule.node, rows):
            return to_json(rule.node)
        return self.depending.holds(rule) if rows is None else None

    def _portable(self, node: Node, rows: FormModel | None = None) -> bool:
        """Tell whether a browser can work it out from what its reader may see."""
        calls = (each for each, _ in walk(node) if isinstance(each, Call))
        if any(FUNCTIONS[each.name].javascript is None or _asks_about_people(each) for each in calls):
            return False
        return all(
            len(path) == 1 and self._of_rows(rows, path[0])
            if rows is not None and path[0] in rows.fields
            else self._known(path)
            for path in references(node)
        )

    def _known(self, path: Path) -> bool:
        """Tell whether the browser has, or may be told, what stands at the end of a path."""
        key, field = path[0], self.form.fields.get(path[0])
        if field is None:
            return path == ("_id",)
        if key not in self.depending.inputs and not self._seen(self.form, (key,)):
            return False
        if field.computed is not None and not self._computable(field):
            # Made of nothing that is typed here, it stays what it is.
            return len(path) == 1 and self.depending.inputs.isdisjoint(
                each[0] for each in field.computed.paths
            )
        if len(path) == 1:
            return field.storage is not Storage.none
        if field.rows is not None:
            return len(path) == 2 and path[1] in field.rows.fields and self._of_rows(field.rows, path[1])
        return not field.plural and field.storage is Storage.column and self._seen(self.form, path)

    def _of_rows(self, rows: FormModel, key: str) -> bool:
        """Tell whether the browser has what stands in a field of rows."""
        computed = rows.fields[key].computed
        return computed is None or self._portable(computed.node, rows)

    def _seen(self, form: FormModel, path: Path) -> bool:
        """Tell whether the reader may read every field on a way over relations to one record."""
        rights = self.depending.call.access.form(self.depending.call.app, form)
        field = form.fields.get(path[0])
        if field is None or not rights.usable(path[0]) or path[0] in rights.outline:
            return False
        if len(path) == 1 or field.rows is not None:
            return True
        leads = field.kind.target == "form" and not field.plural
        return leads and self._seen(self.depending.call.app.form(str(field.target)), path[1:])

    def _computable(self, field: FieldModel) -> bool:
        """Tell whether the browser computes a field as it is typed."""
        computed = field.computed
        made = computed is not None and field.storage in {Storage.column, Storage.through}
        return made and self._seen(self.form, (field.key,)) and self._portable(computed.node)  # type: ignore[union-attr]  # made

    def _look(self, each: FieldModel) -> Json:
        options = each.options
        currency = getattr(options, "currency", None)
        found = {"decimals": getattr(options, "decimals", 0), "currency": currency, "kind": each.kind.name}
        return {name: value for name, value in found.items() if value is not None}

    def _checks(self) -> Iterator[Json]:
        for said, each in zip(self.form.definition.checks, self.form.checks, strict=True):
            if each.field in self.depending.inputs and self._portable(each.node):
                message = self.depending.showing.texts.label(said.message)
                yield {"that": to_json(each.node), "message": message, "field": each.field}

    def _fixed(self) -> dict[str, Any]:
        """Return what is read and not typed: closed fields, and what relations lead to for this reader."""
        found: dict[str, Any] = {"_id": self.depending.record_id or None}
        for key, each in self.form.fields.items():
            if key not in self.depending.inputs and each.rows is None and self._seen(self.form, (key,)):
                found[key] = self.depending.row.get(key)
        for key, names in self.leads().items():
            found |= led_to(self.depending.call, self.form, key, self.depending.row.get(key), names)
        return found

    def leads(self) -> dict[str, list[str]]:
        """Return the paths over relations that the browser is told about, by the relation."""
        found: dict[str, set[str]] = {}
        for path in self.depending.paths:
            field = self.form.fields.get(path[0])
            if len(path) > 1 and field is not None and field.rows is None and self._known(path):
                found.setdefault(path[0], set()).add(".".join(path))
        return {key: sorted(names) for key, names in sorted(found.items())}

    def _old(self) -> Json | None:
        """Return what stands in the inputs, for formulas about changes; None in a new record."""
        if not self.depending.record_id:
            return None
        plain = (key for key in self.depending.inputs if self.form.fields[key].rows is None)
        return {key: cell(self.depending.stands.get(key)) for key in plain if self._seen(self.form, (key,))}

    def _stands(self, each: FieldModel) -> Any:
        """Return what a hidden field keeps, if the reader may see it."""
        value = self.depending.stands.get(each.key) if self._seen(self.form, (each.key,)) else None
        if each.rows is None:
            return cell(value)
        keys = each.rows.fields
        return [{key: cell(row.get(key)) for key in keys} for row in value or ()]

    def _follows(self) -> Iterator[tuple[str, Json]]:
        for each in self.form.narrowed:
            if each.range is None:
                under = {one.key: list(one.under) for one in each.field.options.options if one.under}  # type: ignore[attr-defined]  # a select has options
                yield self._place(each.field, each.outer), {"field": next(iter(each.keys)), "under": under}

    @staticmethod
    def _place(field: FieldModel, outer: FieldModel | None) -> str:
        return field.key if outer is None else f"{outer.key}.{field.key}"


def led_to(
    call: Request, form: FormModel, key: str, number: int | None, names: Collection[str]
) -> dict[str, Any]:
    """Return what the record that a relation names holds at the end of some paths, for this reader."""
    paths = {name: tuple(name.split("."))[1:] for name in names}
    target = call.app.form(str(form.fields[key].target))
    brought = Brought(call.installation.store, call.conn, call.app, call.access)
    there = {} if number is None else brought.of(target, [number], paths.values()).get(number, {})
    return {name: there.get(path) for name, path in paths.items()}


def _asks_about_people(call: Call) -> bool:
    """Tell whether a function needs the directory, which stays here."""
    return call.name in _PEOPLE or (call.name == "DEPARTMENT" and bool(call.args))
