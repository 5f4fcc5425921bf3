"""End: how it ended."""

from __future__ import annotations

from typing import Literal

from engines.flow.kinds import Finish, Leave, NodeExample, NodeType, Outcome
from engines.flow.step import Step
from schemas.behaviour import NodeOptions
from schemas.kinds import kind


class EndOptions(NodeOptions):
    """``outcome``: what the flow came to."""

    outcome: Literal["approved", "rejected", "cancelled"] = "approved"


@kind
class End(NodeType[EndOptions]):
    """Inside a branch a good end is that of the branch alone; any other ends everything."""

    name, icon, group = "end", "circle-check", "ends"
    Options = EndOptions
    examples = (
        NodeExample({"key": "node", "type": "end", "outcome": "cancelled"}, ends="cancelled"),
        NodeExample({"key": "node", "type": "end", "outcome": "rejected"}, ends="rejected"),
    )

    def enter(self, step: Step, options: EndOptions) -> Outcome:
        """End."""
        if step.inside and options.outcome == "approved":
            return Leave(options.outcome)
        return Finish(options.outcome)
