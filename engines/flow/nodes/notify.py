"""Notify: people are told something about the record."""

from __future__ import annotations

from collections.abc import Iterator

from engines.flow.kinds import Go, NodeExample, NodeType, Outcome
from engines.flow.options import Linear, Note
from engines.flow.step import Step
from engines.flow.verify import Look
from schemas.errors import Issue
from schemas.kinds import kind


class NotifyOptions(Linear, Note):
    """To whom and what."""


@kind
class Notify(NodeType[NotifyOptions]):
    """A notice inside the application."""

    name, icon = "notify", "bell"
    Options = NotifyOptions
    examples = (
        NodeExample(
            {
                "key": "node",
                "type": "notify",
                "to": [{"type": "member", "account": "bo"}],
                "title": "Look",
                "next": "end",
            },
            through=("next",),
        ),
    )

    def enter(self, step: Step, options: NotifyOptions) -> Outcome:
        """Tell each of them once."""
        step.tell((options,))
        return Go(options.next)

    def verify(self, options: NotifyOptions, look: Look) -> Iterator[Issue]:
        """Check who is meant."""
        yield from look.note(options)
