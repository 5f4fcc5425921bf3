"""Join: goes on when every branch that is still under way has come here, once."""

from __future__ import annotations

from engines.flow.kinds import Go, NodeExample, NodeType, Outcome
from engines.flow.options import Linear
from engines.flow.step import Step
from schemas.kinds import kind

_BRANCHES = [{"key": name, "label": name, "next": f"cc_{name}"} for name in ("one", "two")]
_WHO = [{"type": "member", "account": "bo"}]


@kind
class Join(NodeType[Linear]):
    """Where the branches of a split come together."""

    name, icon, group = "join", "stack", "ways"
    Options = Linear
    gathers = True
    examples = (
        NodeExample(
            {"key": "node", "type": "join", "next": "end"},
            (
                {"key": "split", "type": "split", "branches": _BRANCHES},
                {"key": "cc_one", "type": "cc", "who": _WHO, "next": "node"},
                {"key": "cc_two", "type": "cc", "who": _WHO, "next": "node"},
            ),
            begins="split",
            through=("next",),
        ),
    )

    def enter(self, step: Step, options: Linear) -> Outcome:
        """Go on: whoever enters has waited for the others."""
        return Go(options.next)
