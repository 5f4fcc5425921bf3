"""Somebody presses a button on the record's page."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engines.rule.events import Event, What
from engines.rule.kinds import TriggerExample, TriggerType
from schemas.behaviour import TriggerOptions
from schemas.elements import FormKey, Key, Ref, Text
from schemas.kinds import kind


class ButtonOptions(TriggerOptions):
    """Where it stands and who may press it.

    ``roles``: without any, whoever may see the record. ``confirm``: a question that is asked before.
    """

    form: Annotated[FormKey, Ref("form")]
    roles: tuple[Annotated[Key, Ref("role")], ...] = ()
    icon: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9-]+$")] | None = None
    confirm: Text | None = None


@kind
class Button(TriggerType[ButtonOptions]):
    """Is shown where the condition holds; the label of the rule is what it says."""

    name, icon = "button", "click"
    Options = ButtonOptions
    on_save = False
    examples = (
        TriggerExample(old={"title": "A"}, press=True),
        TriggerExample(old={"title": "A"}, new={"title": "B"}, fires=False),
    )

    def happened(self, options: ButtonOptions, event: Event) -> bool:
        return event.what is What.button
