"""Delete: somebody moves a record to the trash."""

from __future__ import annotations

from engines.query import Change, Op
from engines.scenario.kinds import Example, StepType
from engines.scenario.options import Recorded
from engines.scenario.world import World
from schemas.kinds import kind
from schemas.scenarios import StepOptions


class DeleteOptions(Recorded, StepOptions):
    """The record that goes."""


@kind
class Delete(StepType[DeleteOptions]):
    """A record goes to the trash."""

    name, icon = "delete", "trash"
    Options = DeleteOptions
    examples = (
        Example(({"type": "delete", "form": "order", "record": "old"},)),
        Example(({"type": "delete", "form": "order", "record": "old", "by": "cy"},), ("refused",)),
    )

    def act(self, options: DeleteOptions, world: World) -> None:
        """Move it."""
        change = Change(Op.delete, id=world.record_id(options.record))
        world.write(world.person_id(options.by), world.form(options.form), change)
