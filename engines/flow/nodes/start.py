"""Start: how an instance begins, and where a returned record waits for whoever began it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from engines.flow.kinds import Go, NodeExample, NodeType, Outcome, Wait
from engines.flow.options import Button, FieldRights, Limit, Linear, RoleRef
from engines.flow.step import Step
from engines.flow.verify import Look
from engines.flow.waiting import admins
from engines.store.people.meant import active
from schemas.elements import Condition
from schemas.errors import Issue
from schemas.kinds import kind

_SUBMIT = Button(key="submit", type="submit", comment="optional")


class StartOptions(Linear):
    """``on``: by itself when a record is created, or by a button. ``when``: of which records.

    ``fields`` and ``others``: what may be changed when the record was returned.
    """

    on: Literal["create", "button"] = "button"
    when: Condition | None = None
    by: tuple[RoleRef, ...] = ()
    fields: FieldRights = {}
    others: Literal["hidden", "read", "edit"] = "edit"
    limit: Limit | None = None


@kind
class Start(NodeType[StartOptions]):
    """The only way in."""

    name, icon, group = "start", "bolt", "ends"
    Options = StartOptions
    rests = opens = True
    examples = (NodeExample({"key": "start", "type": "start", "next": "end"}, through=("next",)),)

    def enter(self, step: Step, options: StartOptions) -> Outcome:
        """Go on; when entered again, let whoever began it put right what was found wrong."""
        if step.visit.number == 1:
            return Go(options.next)
        run = step.run
        people = active(run.uow.conn, [run.instance.started_by]) or admins(step)
        step.limit(options.limit)
        step.hand_out(people, "fill")
        return Wait()

    def settle(self, step: Step, options: StartOptions) -> Outcome | None:
        """Go on as soon as somebody submitted."""
        done = any(each.outcome == "submit" for each in step.tasks)
        return Go(step.following(options.next), "submitted") if done else None

    def buttons(self, options: StartOptions) -> Sequence[Button]:
        """Return the one there is."""
        return (_SUBMIT,)

    def verify(self, options: StartOptions, look: Look) -> Iterator[Issue]:
        """Check the condition."""
        yield from look.condition(options.when, "when")
