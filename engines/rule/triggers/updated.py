"""A record is changed: any field, or one of those named."""

from __future__ import annotations

from typing import Annotated

from engines.rule.events import Event, What
from engines.rule.kinds import TriggerExample, TriggerType, Watch
from schemas.behaviour import TriggerOptions
from schemas.elements import FieldKey, FormKey, Ref
from schemas.kinds import kind


class UpdatedOptions(TriggerOptions):
    """Which form and fields. ``created``: a new record counts as well, if one of the fields is filled."""

    form: Annotated[FormKey, Ref("form")]
    fields: tuple[Annotated[FieldKey, Ref("field")], ...] = ()
    created: bool = False


@kind
class Updated(TriggerType[UpdatedOptions]):
    """Fires where a value is another than before, not where it was merely sent."""

    name, icon = "updated", "edit"
    Options = UpdatedOptions
    examples = (
        TriggerExample(old={"title": "A"}, new={"title": "B"}),
        TriggerExample(
            {"fields": ["amount"]}, {"title": "A", "amount": "1.0"}, {"amount": "1.00"}, fires=False
        ),
        TriggerExample({"fields": ["amount"]}, {"title": "A"}, {"title": "B"}, fires=False),
        TriggerExample({"fields": ["amount"]}, {"title": "A"}, {"amount": "5"}),
        TriggerExample(new={"title": "A"}, fires=False),
        TriggerExample({"fields": ["amount"], "created": True}, new={"title": "A", "amount": "5"}),
        TriggerExample({"fields": ["amount"], "created": True}, new={"title": "A"}, fires=False),
    )

    def watches(self, options: UpdatedOptions) -> Watch:
        return Watch(options.created, True, frozenset(options.fields) or None, filled=bool(options.fields))

    def happened(self, options: UpdatedOptions, event: Event) -> bool:
        if event.what is What.create:
            filled = any(event.row.get(key) not in (None, ()) for key in options.fields)
            return options.created and (not options.fields or filled)
        return event.what is What.update
