"""Update: somebody changes fields of a record."""

from __future__ import annotations

from collections.abc import Iterator

from engines.query import Change, Op
from engines.scenario.kinds import Example, StepType
from engines.scenario.options import Recorded
from engines.scenario.verify import Look
from engines.scenario.world import World
from schemas.errors import Issue
from schemas.kinds import kind
from schemas.scenarios import Named, StepOptions


class UpdateOptions(Recorded, StepOptions):
    """The values that change."""

    set: Named = {}


@kind
class Update(StepType[UpdateOptions]):
    """Some fields of a record get other values."""

    name, icon = "update", "pencil"
    Options = UpdateOptions
    examples = (
        Example(({"type": "update", "form": "order", "record": "old", "set": {"note": "B"}},)),
        Example(
            ({"type": "update", "form": "order", "record": "old", "set": {"amount": "5000"}},), ("refused",)
        ),
    )

    def act(self, options: UpdateOptions, world: World) -> None:
        """Write them."""
        form = world.form(options.form)
        change = Change(Op.update, world.values(form, options.set), world.record_id(options.record))
        world.write(world.person_id(options.by), form, change)

    def verify(self, options: UpdateOptions, look: Look) -> Iterator[Issue]:
        """Check its values."""
        yield from look.values(options.form, options.set)
