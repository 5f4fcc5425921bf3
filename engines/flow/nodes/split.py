"""Split: several ways at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from engines.flow.kinds import Fork, NodeExample, NodeType, Outcome, Output
from engines.flow.options import NodeRef, Place
from engines.flow.step import Step
from schemas.behaviour import NodeOptions
from schemas.elements import Element
from schemas.kinds import kind


class Way(Element):
    """One of the ways."""

    next: NodeRef


class SplitOptions(NodeOptions):
    """``branches``: where it goes on at the same time."""

    branches: Annotated[tuple[Way, ...], Field(min_length=2, max_length=50)]


_BO, _CY = ([{"type": "member", "account": name}] for name in ("bo", "cy"))


@kind
class Split(NodeType[SplitOptions]):
    """Each branch has its own token until they join."""

    name, icon, group = "split", "sitemap", "ways"
    Options = SplitOptions
    divides = True
    examples = (
        NodeExample(
            {
                "key": "node",
                "type": "split",
                "branches": [
                    {"key": "one", "label": "One", "next": "first"},
                    {"key": "two", "label": "Two", "next": "second"},
                ],
            },
            (
                {"key": "first", "type": "approve", "who": _BO, "next": "join"},
                {"key": "second", "type": "approve", "who": _CY, "next": "join"},
                {"key": "join", "type": "join", "next": "end"},
            ),
            press=("cy:approve", "bo:approve"),
            through=("one", "two"),
        ),
    )

    def outputs(self, options: SplitOptions, at: Place) -> Sequence[Output]:
        """Return the branches."""
        return [
            Output(each.key, each.next, (*at, "branches", index, "next"))
            for index, each in enumerate(options.branches)
        ]

    def enter(self, step: Step, options: SplitOptions) -> Outcome:
        """Divide."""
        return Fork(tuple(each.next for each in options.branches))
