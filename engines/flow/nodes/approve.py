"""Approve: people decide, one of them, all of them, or one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from engines.flow.approvals import earlier
from engines.flow.kinds import Finish, Go, Leave, NodeExample, NodeType, Outcome, Output, Reject, Wait
from engines.flow.options import Asking, Button, NodeRef, Place
from engines.flow.quorum import Mode, verdict
from engines.flow.step import Step
from engines.flow.verify import Look
from schemas.errors import Issue
from schemas.kinds import kind

_BUTTONS = (
    Button(key="approve", type="approve"),
    Button(key="reject", type="reject"),
    Button(key="return", type="return"),
    Button(key="transfer", type="transfer"),
)
_WHO = [{"type": "member", "account": "bo"}, {"type": "member", "account": "cy"}]


class ApproveOptions(Asking):
    """``rejected``: where a rejection leads; without it, ``rejecting`` says what ends inside a branch.

    ``repeat``: whether people are asked who approved before.
    """

    mode: Mode = "any"
    first_decision: bool = False
    repeat: Literal["ask", "skip", "skip_adjacent"] = "ask"
    rejected: NodeRef | None = None
    rejecting: Literal["flow", "branch", "wait"] = "flow"


@kind
class Approve(NodeType[ApproveOptions]):
    """The heart of every approval."""

    name, icon, group = "approve", "user-check", "people"
    Options = ApproveOptions
    rests = True
    examples = (
        NodeExample(
            {"key": "node", "type": "approve", "who": _WHO, "rejected": "no", "next": "end"},
            ({"key": "no", "type": "end", "outcome": "rejected"},),
            press=("bo:approve",),
            through=("next",),
        ),
        NodeExample(
            {"key": "node", "type": "approve", "who": _WHO, "rejected": "no", "mode": "all", "next": "end"},
            ({"key": "no", "type": "end", "outcome": "rejected"},),
            press=("bo:approve", "cy:reject"),
            ends="rejected",
            through=("rejected",),
        ),
    )

    def outputs(self, options: ApproveOptions, at: Place) -> Sequence[Output]:
        """Return the way of approvals and that of rejections."""
        found = [Output("next", options.next, (*at, "next"))]
        if options.rejected is not None:
            found.append(Output("rejected", options.rejected, (*at, "rejected")))
        return found

    def enter(self, step: Step, options: ApproveOptions) -> Outcome:
        """Ask; where everybody approved before, or nobody was found, that may be decided at once."""
        passed = earlier(step, options.repeat, options.fields)
        said = step.ask(options, "approve", in_turn=options.mode == "sequential", passed=passed)
        if said is not None:
            return _come_to(step, options, said)
        return self.settle(step, options) or Wait()

    def settle(self, step: Step, options: ApproveOptions) -> Outcome | None:
        """Count the votes."""
        outcomes = [each.outcome for each in step.tasks]
        said = verdict(options.mode, outcomes, first=options.first_decision)
        if said is None:
            step.wake()
            return None
        return _come_to(step, options, said)

    def buttons(self, options: ApproveOptions) -> Sequence[Button]:
        """Return those of the designer, or the usual ones."""
        return options.buttons or _BUTTONS

    def verify(self, options: ApproveOptions, look: Look) -> Iterator[Issue]:
        """Check whom it asks and what its buttons do."""
        yield from look.asking(options, {"approve", "reject", "return", "transfer"}, "approve")


def _come_to(step: Step, options: ApproveOptions, said: str) -> Outcome:
    if said == "approved":
        return Go(step.following(options.next), said)
    if options.rejected is not None:
        return Go(options.rejected, said)
    if step.inside and options.rejecting == "branch":
        return Leave(said)
    return Reject() if step.inside and options.rejecting == "wait" else Finish(said)
