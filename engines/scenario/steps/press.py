"""Press: somebody presses a button that a rule put on the page of a record."""

from __future__ import annotations

from collections.abc import Iterator

from engines.query import Query
from engines.rule.pressing import press
from engines.scenario.kinds import Example, StepType
from engines.scenario.options import Recorded
from engines.scenario.verify import Look
from engines.scenario.world import World
from engines.store import reading
from schemas.behaviour import rules_of
from schemas.elements import Key
from schemas.errors import Issue
from schemas.kinds import kind
from schemas.scenarios import StepOptions


class PressOptions(Recorded, StepOptions):
    """``button``: the key of the rule."""

    button: Key


@kind
class Press(StepType[PressOptions]):
    """A button of a record."""

    name, icon = "press", "click"
    Options = PressOptions
    examples = (
        Example(({"type": "press", "form": "order", "record": "old", "button": "flag"},)),
        Example(
            ({"type": "press", "form": "order", "record": "old", "button": "flag", "by": "cy"},), ("refused",)
        ),
    )

    def act(self, options: PressOptions, world: World) -> None:
        """Press it, where the person sees the record."""
        form, record = world.form(options.form), world.record_id(options.record)
        with world.unit(world.person_id(options.by)) as uow:
            reading.get(world.store, uow.conn, uow.app, uow.access, Query(form.path, ()), record)
            press(world.engines.rules, uow, form, record, options.button, None)

    def verify(self, options: PressOptions, look: Look) -> Iterator[Issue]:
        """Check that there is such a button."""
        buttons = [
            each.key for each in rules_of(look.app)
            if each.on.type == "button" and getattr(each.on, "form", None) == options.form
        ]  # fmt: skip
        yield from look.one_of("button", "scenario.unknown_button", options.button, buttons)
