"""Clear fields: a rule empties some fields of the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from engines.form import AppModel, FormModel
from engines.query import Change, Op
from engines.rule.doing import Doing
from engines.rule.kinds import ActionExample, ActionType, Effect, Phase
from engines.rule.values import Setter
from engines.rule.verify import Look
from schemas.behaviour import ActionOptions
from schemas.elements import FieldKey, Ref
from schemas.errors import Issue
from schemas.kinds import kind


class ClearFieldsOptions(ActionOptions):
    """Which fields."""

    fields: Annotated[tuple[Annotated[FieldKey, Ref("field")], ...], Field(min_length=1)]


@kind
class ClearFields(ActionType[ClearFieldsOptions, Setter]):
    """Part of the save, so that checks see the empty fields."""

    name, icon = "clear_fields", "x"
    Options = ClearFieldsOptions
    phases = (Phase.before, Phase.during)
    examples = (ActionExample({"fields": ["note"]}, {"title": "A", "note": "x"}, {"fields": {"note": None}}),)

    def prepare(self, options: ClearFieldsOptions, app: AppModel, form: FormModel) -> Setter:
        return Setter.of(form, form, _values(options))

    def wish(self, prepared: Setter, doing: Doing) -> Mapping[str, Any]:
        return prepared.typed(doing.event.row, doing.context)

    def run(self, prepared: Setter, doing: Doing) -> Mapping[str, Any]:
        values = prepared.typed(doing.event.row, doing.context)
        doing.write(prepared.form, [Change(Op.update, values, doing.event.id)])
        return {}

    def effects(self, options: ClearFieldsOptions, form: str) -> Iterator[Effect]:
        yield from (Effect(form, key, values=(None,)) for key in options.fields)

    def verify(self, options: ClearFieldsOptions, look: Look) -> Iterator[Issue]:
        return look.values(_values(options), ("fields",))


def _values(options: ClearFieldsOptions) -> dict[str, None]:
    return dict.fromkeys(options.fields)
