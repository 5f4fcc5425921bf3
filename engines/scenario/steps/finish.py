"""Finish: somebody says that a to-do is done."""

from __future__ import annotations

from engines.scenario.kinds import Example, StepType
from engines.scenario.options import Comment
from engines.scenario.told import todos_of
from engines.scenario.world import World
from engines.store.todos import TodoKind, claim_todo, finish_todo
from schemas.elements import Line
from schemas.errors import Conflict, NotFound
from schemas.kinds import kind
from schemas.scenarios import RecordKey, StepOptions


class FinishOptions(StepOptions):
    """Which: by its title, by the record that it is about, or the only one."""

    title: Line | None = None
    record: RecordKey | None = None
    comment: Comment = "done"


@kind
class Finish(StepType[FinishOptions]):
    """A to-do is ticked off."""

    name, icon = "finish", "check"
    Options = FinishOptions
    examples = (
        Example(
            (
                {"type": "create", "form": "order", "set": {"title": "A", "note": "call"}},
                {"type": "finish", "title": "Call: A", "by": "bo"},
            )
        ),
        Example(({"type": "finish", "title": "Nothing"},), ("refused",)),
    )

    def act(self, options: FinishOptions, world: World) -> None:
        """Take it where it is a role's, and finish it. Raises NotFound where there is none."""
        person = world.person_id(options.by)
        with world.unit(person) as uow:
            found = todos_of(world, uow.conn, person, options.title, options.record)
            if not found:
                raise NotFound("scenario.no_todo")
            todo, holder = found[0], uow.access.holder
            if todo.todo.kind not in {TodoKind.rule, TodoKind.own}:
                raise Conflict("todo.decided_elsewhere")
            if todo.todo.user_id is None and holder is not None:
                claim_todo(uow.conn, uow.clock, todo.id, holder)
            finish_todo(uow.conn, uow.clock, todo.id, options.comment, person)
