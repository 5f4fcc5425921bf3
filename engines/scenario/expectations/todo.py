"""To-do: somebody has something to do, so many times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import Field

from engines.scenario.kinds import Example, ExpectationType, Miss
from engines.scenario.options import Told
from engines.scenario.told import todos_of
from engines.scenario.world import World
from schemas.kinds import kind
from schemas.scenarios import ExpectationOptions


class TodoOptions(Told, ExpectationOptions):
    """``due_in_hours``: so long from now."""

    due_in_hours: Annotated[int, Field(ge=-100_000, le=100_000)] | None = None


@kind
class Todo(ExpectationType[TodoOptions]):
    """Something to do, one's own or offered to a role that one holds."""

    name, icon = "todo", "list-check"
    Options = TodoOptions
    examples = (
        Example((
            {"type": "create", "form": "order", "record": "new", "set": {"title": "A", "note": "call"}},
            {"type": "todo", "person": "bo", "title": "Call: A", "record": "new", "due_in_hours": 24},
        )),
        Example(
            ({"type": "create", "form": "order", "set": {"title": "A", "note": "call"}},
             {"type": "todo", "person": "bo", "times": 0}),
            ("todo",),
        ),
        Example(
            ({"type": "create", "form": "order", "set": {"title": "A", "note": "call"}},
             {"type": "todo", "person": "bo", "due_in_hours": 2}),
            ("due",),
        ),
    )  # fmt: skip

    def misses(self, options: TodoOptions, world: World) -> Iterator[Miss]:
        """Count what is on the person's list, and look at when it is due."""
        person, title = world.person_id(options.person), options.title
        with world.reading() as conn:
            found = todos_of(world, conn, person, title, options.record)
            said = {"person": world.name(options.person), "title": title or ""}
            if len(found) != options.times:
                read = world.teller(conn, person)
                every = todos_of(world, conn, person, None, None)
                has = [read.text(e.todo.title, e.todo.form_uid, e.todo.record_id) for e in every]
                yield Miss("todo", {**said, "expected": options.times, "found": len(found), "has": has})
                return
        if options.due_in_hours is None:
            return
        due = world.engines.clock.now() + timedelta(hours=options.due_in_hours)
        for each in found:
            if each.todo.due is None or abs(each.todo.due - due) > timedelta(minutes=1):
                at = None if each.todo.due is None else world.local(each.todo.due)
                yield Miss("due", {**said, "expected": world.local(due), "found": at})
