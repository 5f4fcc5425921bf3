"""A field that had a value is empty now."""

from __future__ import annotations

from typing import Annotated

from engines.rule.events import Event
from engines.rule.kinds import TriggerExample, TriggerType, Watch
from schemas.behaviour import TriggerOptions
from schemas.elements import FieldKey, FormKey, Ref
from schemas.kinds import kind


class EmptiedOptions(TriggerOptions):
    """Which field of which form."""

    form: Annotated[FormKey, Ref("form")]
    field: Annotated[FieldKey, Ref("field")]


@kind
class Emptied(TriggerType[EmptiedOptions]):
    """Fires when somebody takes a value away."""

    name, icon = "emptied", "x"
    Options = EmptiedOptions
    examples = (
        TriggerExample({"field": "note"}, {"title": "A", "note": "x"}, {"note": None}),
        TriggerExample({"field": "note"}, {"title": "A", "note": "x"}, {"note": "y"}, fires=False),
    )

    def watches(self, options: EmptiedOptions) -> Watch:
        return Watch(update=True, fields=frozenset({options.field}))

    def happened(self, options: EmptiedOptions, event: Event) -> bool:
        return event.row.get(options.field) in (None, ())
