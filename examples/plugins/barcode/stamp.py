"""Stamp: a flow notes in a field of the record when it came here."""

from __future__ import annotations

from collections.abc import Iterator

from engines.flow.kinds import Go, NodeExample, NodeType, Outcome
from engines.flow.options import FieldRef, Linear
from engines.flow.step import Step
from engines.flow.verify import Look
from schemas.errors import Issue
from schemas.kinds import kind


class StampOptions(Linear):
    """Into which field."""

    field: FieldRef


@kind
class Stamp(NodeType[StampOptions]):
    """Writes today's date."""

    name, icon = "stamp", "clock"
    Options = StampOptions
    writes = True
    examples = (
        NodeExample({"key": "node", "type": "stamp", "field": "day", "next": "end"}, through=("next",)),
    )

    def enter(self, step: Step, options: StampOptions) -> Outcome:
        """Write once."""
        step.change(_values(options))
        return Go(options.next)

    def verify(self, options: StampOptions, look: Look) -> Iterator[Issue]:
        """Check that the field takes a date."""
        yield from look.values(_values(options), "field")


def _values(options: StampOptions) -> dict[str, object]:
    return {options.field: {"formula": "TODAY()"}}
