"""Set fields of the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from engines.form import AppModel, FormModel
from engines.query import Change, Op
from engines.rule.doing import Doing
from engines.rule.kinds import ActionExample, ActionType, Effect, Phase
from engines.rule.values import Setter, formula_of
from engines.rule.verify import Look
from schemas.behaviour import ActionOptions
from schemas.elements import Values
from schemas.errors import Issue
from schemas.kinds import kind


class SetFieldsOptions(ActionOptions):
    """What to set: values as JSON, or ``{"formula": …}`` about the record."""

    set: Annotated[Values, Field(min_length=1)]


@kind
class SetFields(ActionType[SetFieldsOptions, Setter]):
    """Is part of the save where there is one, so that checks see what was set."""

    name, icon = "set_fields", "edit"
    Options = SetFieldsOptions
    phases = (Phase.before, Phase.during)
    examples = (
        ActionExample(
            {"set": {"stage": "done", "amount": {"formula": "amount * 2"}}},
            {"title": "A", "amount": "5"}, {"fields": {"stage": "done", "amount": "10.00"}},
        ),
        ActionExample({"set": {"note": None}}, {"title": "A", "note": "x"}, {"fields": {"note": None}}),
        ActionExample(
            {"set": {"amount": {"formula": "amount / 0"}}}, {"title": "A", "amount": "5"},
            {"refused": "rule.no_result"},
        ),
    )  # fmt: skip

    def prepare(self, options: SetFieldsOptions, app: AppModel, form: FormModel) -> Setter:
        return Setter.of(form, form, options.set)

    def paths(self, prepared: Setter) -> frozenset[tuple[str, ...]]:
        return prepared.paths

    def wish(self, prepared: Setter, doing: Doing) -> Mapping[str, Any]:
        return prepared.typed(doing.event.row, doing.context)

    def run(self, prepared: Setter, doing: Doing) -> Mapping[str, Any]:
        values = prepared.typed(doing.event.row, doing.context)
        doing.write(prepared.form, [Change(Op.update, values, doing.event.id)])
        return _told(prepared, values)

    def foresee(self, prepared: Setter, doing: Doing) -> Mapping[str, Any]:
        return _told(prepared, prepared.typed(doing.event.row, doing.context))

    def effects(self, options: SetFieldsOptions, form: str) -> Iterator[Effect]:
        for key, said in options.set.items():
            yield Effect(form, key, values=None if formula_of(said) is not None else (said,))

    def verify(self, options: SetFieldsOptions, look: Look) -> Iterator[Issue]:
        return look.values(options.set, ("set",))


def _told(prepared: Setter, values: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = prepared.form.fields
    return {"set": {str(fields[key].uid): fields[key].to_json(values[key]) for key in values}}
