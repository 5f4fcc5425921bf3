"""Update the record: fields get values, by formula or as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, JsonValue

from engines.flow.kinds import Go, NodeExample, NodeType, Outcome
from engines.flow.options import Linear
from engines.flow.step import Step
from engines.flow.verify import Look
from schemas.elements import FieldKey, Ref
from schemas.errors import Issue
from schemas.kinds import kind


class UpdateOptions(Linear):
    """``set``: field -> value, or ``{"formula": …}``."""

    set: Annotated[dict[FieldKey, JsonValue], Ref("field"), Field(min_length=1)]


@kind
class UpdateRecord(NodeType[UpdateOptions]):
    """What the flow itself writes; a refusal stops it here until somebody looks."""

    name, icon = "update_record", "edit"
    Options = UpdateOptions
    writes = True
    examples = (
        NodeExample(
            {"key": "node", "type": "update_record", "set": {"note": "seen"}, "next": "end"},
            through=("next",),
        ),
    )

    def enter(self, step: Step, options: UpdateOptions) -> Outcome:
        """Write once."""
        step.change(options.set)
        return Go(options.next)

    def verify(self, options: UpdateOptions, look: Look) -> Iterator[Issue]:
        """Check that the fields take the values."""
        yield from look.values(options.set, "set")
