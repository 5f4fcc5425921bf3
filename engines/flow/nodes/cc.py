"""Copy: people are told, and may look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from engines.flow.kinds import Go, NodeExample, NodeType, Outcome
from engines.flow.options import FieldRights, Linear, Note
from engines.flow.step import Step
from engines.flow.verify import Look
from schemas.elements import LongMessage, Message
from schemas.errors import Issue
from schemas.kinds import kind
from schemas.who import Who


class CcOptions(Linear):
    """``title``: of the notice; without it the node's own name."""

    who: Annotated[tuple[Who, ...], Field(min_length=1)]
    title: Message | None = None
    body: LongMessage | None = None
    fields: FieldRights = {}
    others: Literal["hidden", "read"] = "read"


@kind
class Cc(NodeType[CcOptions]):
    """Nobody is waited for."""

    name, icon, group = "cc", "send", "people"
    Options = CcOptions
    examples = (
        NodeExample(
            {"key": "node", "type": "cc", "who": [{"type": "member", "account": "bo"}], "next": "end"},
            through=("next",),
        ),
    )

    def enter(self, step: Step, options: CcOptions) -> Outcome:
        """Tell each of them once."""
        title = options.title or options.label or step.run.graph.flow.label
        step.copy(step.people(options.who), Note(to=options.who, title=title, body=options.body))
        return Go(options.next)

    def verify(self, options: CcOptions, look: Look) -> Iterator[Issue]:
        """Check who is meant."""
        yield from look.who(options.who, "who")
        yield from look.text(options.title, "title")
        yield from look.text(options.body, "body")
