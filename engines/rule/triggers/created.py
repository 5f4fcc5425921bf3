"""A record is created."""

from __future__ import annotations

from typing import Annotated

from engines.rule.events import Event, What
from engines.rule.kinds import TriggerExample, TriggerType, Watch
from schemas.behaviour import TriggerOptions
from schemas.elements import FormKey, Ref
from schemas.kinds import kind


class CreatedOptions(TriggerOptions):
    """Which form."""

    form: Annotated[FormKey, Ref("form")]


@kind
class Created(TriggerType[CreatedOptions]):
    """Fires for every new record, whichever door it came through."""

    name, icon = "created", "plus"
    Options = CreatedOptions
    examples = (
        TriggerExample(new={"title": "A"}),
        TriggerExample(old={"title": "A"}, new={"title": "B"}, fires=False),
    )

    def watches(self, options: CreatedOptions) -> Watch:
        return Watch(create=True)

    def happened(self, options: CreatedOptions, event: Event) -> bool:
        return event.what is What.create
