"""Decide: somebody presses a button of the task that waits for them."""

from __future__ import annotations

from collections.abc import Iterator

from engines.flow.pressing import Press
from engines.flow.reading import task_about
from engines.scenario.kinds import Example, StepType
from engines.scenario.options import Comment, Recorded
from engines.scenario.verify import Look
from engines.scenario.world import World
from schemas.behaviour import flows_of
from schemas.elements import Key
from schemas.errors import Issue, NotFound
from schemas.kinds import kind
from schemas.scenarios import Named, PersonKey, StepOptions


class DecideOptions(Recorded, StepOptions):
    """``button``: its key; ``set``: what is filled in with it; ``to``: whom it is handed to."""

    button: Key
    comment: Comment = ""
    set: Named = {}
    to: PersonKey | None = None


@kind
class Decide(StepType[DecideOptions]):
    """A task of a flow is decided."""

    name, icon = "decide", "checkbox"
    Options = DecideOptions
    examples = (
        Example(
            (
                {"type": "start", "form": "order", "record": "old", "flow": "check"},
                {"type": "decide", "form": "order", "record": "old", "button": "approve", "by": "bo"},
            )
        ),
        Example(
            ({"type": "decide", "form": "order", "record": "old", "button": "approve", "by": "bo"},),
            ("refused",),
        ),
    )

    def act(self, options: DecideOptions, world: World) -> None:
        """Press the button of the oldest task that the person has about the record."""
        form, person = world.form(options.form), world.person_id(options.by)
        to = None if options.to is None else world.person_id(options.to)
        asked = Press(options.button, options.comment, world.values(form, options.set), to)
        with world.unit(person) as uow:
            task = task_about(uow.conn, person, form, world.record_id(options.record))
            if task is None:
                raise NotFound("scenario.no_task")
            world.engines.flows.decide(uow, task.id, asked)

    def verify(self, options: DecideOptions, look: Look) -> Iterator[Issue]:
        """Check that a node has such a button, and the values."""
        nodes = look.grammar.families["nodes"]
        buttons = {
            each.key
            for flow in flows_of(look.app) if flow.form == options.form
            for node in flow.nodes for each in nodes[node.type].buttons(node)
        }  # fmt: skip
        yield from look.one_of("button", "scenario.unknown_button", options.button, sorted(buttons))
        yield from look.values(options.form, options.set)
