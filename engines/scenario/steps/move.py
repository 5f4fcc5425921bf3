"""Move: somebody takes a record to another stage, or presses another button of its stage."""

from __future__ import annotations

from collections.abc import Iterator

from engines.flow.pressing import Press
from engines.scenario.kinds import Example, StepType
from engines.scenario.options import Comment, Recorded
from engines.scenario.verify import Look
from engines.scenario.world import World
from schemas.behaviour import flows_of
from schemas.elements import Key
from schemas.errors import Issue
from schemas.kinds import kind
from schemas.scenarios import Named, StepOptions


class MoveOptions(Recorded, StepOptions):
    """``move``: the key of the button; ``set``: what is filled in with it."""

    move: Key
    comment: Comment = ""
    set: Named = {}


@kind
class Move(StepType[MoveOptions]):
    """A button of the stage that a record is in."""

    name, icon = "move", "arrow-right"
    Options = MoveOptions
    examples = (
        Example(({"type": "move", "form": "order", "record": "old", "move": "go"},)),
        Example(
            (
                {"type": "move", "form": "order", "record": "old", "move": "go"},
                {"type": "move", "form": "order", "record": "old", "move": "go"},
            ),
            ("refused",),
        ),
    )

    def act(self, options: MoveOptions, world: World) -> None:
        """Press it."""
        form = world.form(options.form)
        asked = Press(options.move, options.comment, world.values(form, options.set))
        with world.unit(world.person_id(options.by)) as uow:
            world.engines.flows.move(uow, form.path, world.record_id(options.record), asked)

    def verify(self, options: MoveOptions, look: Look) -> Iterator[Issue]:
        """Check that a stage has such a button, and the values."""
        moves = [
            each.key
            for flow in flows_of(look.app) if flow.form == options.form and flow.field is not None
            for node in flow.nodes for each in getattr(node, "moves", ())
        ]  # fmt: skip
        yield from look.one_of("move", "scenario.unknown_button", options.move, moves)
        yield from look.values(options.form, options.set)
