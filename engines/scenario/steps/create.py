"""Create: somebody adds a record."""

from __future__ import annotations

from collections.abc import Iterator

from engines.query import Change, Op
from engines.scenario.kinds import Example, StepType
from engines.scenario.verify import Look
from engines.scenario.world import World
from schemas.errors import Issue
from schemas.kinds import kind
from schemas.scenarios import AForm, Named, RecordKey, StepOptions


class CreateOptions(StepOptions):
    """``record``: what it is called from then on."""

    form: AForm
    record: RecordKey | None = None
    set: Named = {}


@kind
class Create(StepType[CreateOptions]):
    """A new record, as from the form's page."""

    name, icon = "create", "plus"
    Options = CreateOptions
    makes = True
    examples = (
        Example(
            ({"type": "create", "form": "order", "record": "new", "set": {"title": "A", "owner": "cy"}},)
        ),
        Example(({"type": "create", "form": "order", "set": {"amount": "5"}},), ("refused",)),
    )

    def act(self, options: CreateOptions, world: World) -> None:
        """Write it, and remember it by its name."""
        form = world.form(options.form)
        change = Change(Op.create, world.values(form, options.set))
        made = world.write(world.person_id(options.by), form, change)
        if options.record is not None:
            world.records[options.record] = (options.form, made)

    def verify(self, options: CreateOptions, look: Look) -> Iterator[Issue]:
        """Check its values."""
        yield from look.values(options.form, options.set)
