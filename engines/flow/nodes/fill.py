"""Fill: people write something into the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from engines.flow.kinds import Go, NodeExample, NodeType, Outcome, Wait
from engines.flow.options import Asking, Button
from engines.flow.quorum import verdict
from engines.flow.step import Step
from engines.flow.verify import Look
from schemas.errors import Conflict, Issue
from schemas.kinds import kind

_BUTTONS = (Button(key="submit", type="submit"), Button(key="transfer", type="transfer"))


class FillOptions(Asking):
    """``mode``: whether the first who submits is enough."""

    mode: Literal["any", "all"] = "any"


@kind
class Fill(NodeType[FillOptions]):
    """What somebody else than the initiator knows."""

    name, icon, group = "fill", "forms", "people"
    Options = FillOptions
    rests = True
    examples = (
        NodeExample(
            {
                "key": "node",
                "type": "fill",
                "who": [{"type": "member", "account": "bo"}],
                "fields": {"note": "required"},
                "next": "end",
            },
            press=("bo:submit:note",),
            through=("next",),
        ),
    )

    def enter(self, step: Step, options: FillOptions) -> Outcome:
        """Ask. Where nobody is found and that shall not matter, nothing is filled in."""
        said = step.ask(options, "fill")
        if said == "rejected":
            raise Conflict("flow.nobody")
        return Wait() if said is None else Go(options.next, said)

    def settle(self, step: Step, options: FillOptions) -> Outcome | None:
        """Go on when the first has submitted, or all."""
        outcomes = ["approve" if each.outcome == "submit" else each.outcome for each in step.tasks]
        said = verdict(options.mode, outcomes)
        return None if said is None else Go(step.following(options.next), "submitted")

    def buttons(self, options: FillOptions) -> Sequence[Button]:
        """Return those of the designer, or the usual ones."""
        return options.buttons or _BUTTONS

    def verify(self, options: FillOptions, look: Look) -> Iterator[Issue]:
        """Check whom it asks and what its buttons do."""
        yield from look.asking(options, {"submit", "return", "transfer"}, "submit")
