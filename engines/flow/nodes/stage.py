"""Stage: a resting place in a pipeline, called by the option it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from engines.flow.kinds import Finish, NodeExample, NodeType, Outcome, Output, Wait
from engines.flow.options import FieldRef, Limit, Move, Note, Place
from engines.flow.step import Step
from engines.flow.verify import Look
from schemas.behaviour import NodeOptions
from schemas.elements import LongText, Values
from schemas.errors import Issue
from schemas.kinds import kind
from schemas.who import Who


class StageOptions(NodeOptions):
    """``set`` and ``notify``: when it is entered. ``who``: has a to-do as long as the record is here.

    ``since``: a date field that says since when, for records that are placed here.
    """

    guide: LongText | None = None
    moves: Annotated[tuple[Move, ...], Field(max_length=20)] = ()
    set: Values = {}
    notify: tuple[Note, ...] = ()
    who: tuple[Who, ...] = ()
    limit: Limit | None = None
    since: FieldRef | None = None


@kind
class Stage(NodeType[StageOptions]):
    """Only its moves lead out of it."""

    name, icon, group = "stage", "flag", "stages"
    Options = StageOptions
    rests = opens = writes = True
    examples = (
        NodeExample(
            {"key": "node", "type": "stage", "moves": [{"key": "on", "label": "On", "to": "end"}]},
            press=("bo:on",),
            through=("on",),
        ),
    )

    def outputs(self, options: StageOptions, at: Place) -> Sequence[Output]:
        """Return the moves."""
        return [
            Output(each.key, each.to, (*at, "moves", index, "to"))
            for index, each in enumerate(options.moves)
            if each.to is not None
        ]

    def may_fail(self, step: Step, options: StageOptions) -> bool:
        """Where the record says already where it is, nothing but people may be in the way."""
        return step.run.prepared != options.key or bool(options.who or options.notify)

    def enter(self, step: Step, options: StageOptions) -> Outcome:
        """Let the record say where it is; the last stage ends the flow."""
        step.arrive(options.set)
        if not options.moves:
            step.tell(options.notify)
            return Finish("done")
        step.limit(options.limit)
        step.hand_out(step.people(options.who) if options.who else [], "stage")
        step.tell(options.notify)
        return Wait()

    def verify(self, options: StageOptions, look: Look) -> Iterator[Issue]:
        """Check the option it stands for, and what its moves ask for and lead to."""
        yield from look.stage(options.key, options.since)
        yield from look.values(options.set, "set")
        yield from look.who(options.who, "who")
        yield from look.messages(options.notify, "notify")
        for index, move in enumerate(options.moves):
            yield from look.condition(move.when, "moves", index, "when")
            yield from look.values(move.set, "moves", index, "set")
            yield from look.messages(move.notify, "moves", index, "notify")
            yield from look.fillable(move.needs, "moves", index, "needs")
