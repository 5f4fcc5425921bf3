"""Branch: the first arm whose condition holds; there is always one for the other cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field

from engines.flow.kinds import Go, NodeExample, NodeType, Outcome, Output
from engines.flow.options import NodeRef, Place
from engines.flow.step import Step
from engines.flow.verify import Look
from schemas.behaviour import NodeOptions
from schemas.elements import Condition, Element
from schemas.errors import Issue
from schemas.kinds import kind


class Arm(Element):
    """One case."""

    when: Condition
    next: NodeRef


class BranchOptions(NodeOptions):
    """``otherwise``: where the other cases lead."""

    arms: Annotated[tuple[Arm, ...], Field(min_length=1, max_length=50)]
    otherwise: NodeRef


_EXAMPLE = {
    "key": "node",
    "type": "branch",
    "arms": [{"key": "large", "label": "Large", "when": "amount > 10", "next": "no"}],
    "otherwise": "end",
}
_NO = ({"key": "no", "type": "end", "outcome": "rejected"},)


@kind
class Branch(NodeType[BranchOptions]):
    """One way of several, by the record."""

    name, icon, group = "branch", "hierarchy", "ways"
    Options = BranchOptions
    examples = (
        NodeExample(_EXAMPLE, _NO, {"amount": "11"}, ends="rejected", through=("large",)),
        NodeExample(_EXAMPLE, _NO, {"amount": "10"}, through=("otherwise",)),
        NodeExample(_EXAMPLE, _NO, {}, through=("otherwise",)),
    )

    def outputs(self, options: BranchOptions, at: Place) -> Sequence[Output]:
        """Return the arms in order, the other cases last."""
        arms = (
            Output(each.key, each.next, (*at, "arms", index, "next"))
            for index, each in enumerate(options.arms)
        )
        return (*arms, Output("otherwise", options.otherwise, (*at, "otherwise")))

    def enter(self, step: Step, options: BranchOptions) -> Outcome:
        """Take the first arm that holds; one that is blank or wrong does not."""
        for arm in options.arms:
            if step.holds(arm.when):
                return Go(arm.next, arm.key)
        return Go(options.otherwise, "otherwise")

    def verify(self, options: BranchOptions, look: Look) -> Iterator[Issue]:
        """Check the conditions."""
        for index, arm in enumerate(options.arms):
            yield from look.condition(arm.when, "arms", index, "when")
