"""Rating: a number of stars."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from engines.expression import ValueType
from engines.form.columns import Scaled
from engines.form.field import Column, Example, FieldContext, FieldType, Labels, reads
from engines.form.readers.numbers import decimal_reader
from schemas.elements import FieldOptions
from schemas.kinds import kind


class RatingOptions(FieldOptions):
    """How many stars there are."""

    max: Annotated[int, Field(ge=1, le=10)] = 5


@kind
class Rating(FieldType[RatingOptions, Decimal]):
    """One star or more; no stars is blank."""

    name, icon = "rating", "star"
    Options = RatingOptions
    value_type = ValueType.number
    examples = (
        Example(raw="3", value=Decimal(3), json="3"),
        Example(raw=10.0, value=Decimal(10), json="10", options={"max": 10}),
        Example(raw="", value=None),
        Example(raw="6", error="field.above_max"),
        Example(raw=0, error="field.below_min"),
        Example(raw="2.5", error="field.too_many_decimals"),
        Example(raw="★★★", error="field.not_a_number"),
    )

    def columns(self, options: RatingOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the number of stars."""
        return (Column(Scaled(0)),)

    def annotation(self, options: RatingOptions, context: FieldContext) -> Any:
        """Accept a whole number."""
        stars = [str(each) for each in range(1, options.max + 1)]
        return reads(
            Decimal, decimal_reader(0, Decimal(1), Decimal(options.max)), {"type": "string", "enum": stars}
        )

    def to_json(self, value: Decimal, options: RatingOptions) -> str:
        """Return the number as every number."""
        return str(value)

    def to_text(self, value: Decimal, options: RatingOptions, labels: Labels) -> str:
        """Return the number."""
        return str(value)
