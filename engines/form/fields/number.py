"""Number: an exact decimal with a fixed number of places."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from engines.expression import ValueType
from engines.form.columns import Scaled
from engines.form.field import Column, Example, FieldContext, FieldType, Labels, reads
from engines.form.readers.numbers import decimal_reader
from schemas.elements import FieldOptions
from schemas.errors import Issue
from schemas.kinds import kind


class BoundedOptions(FieldOptions):
    """Places and bounds."""

    decimals: Annotated[int, Field(ge=0, le=8)] = 0
    min: Decimal | None = None
    max: Decimal | None = None


class NumberOptions(BoundedOptions):
    """Places, bounds and the unit a person reads after the figure."""

    unit: Annotated[str, Field(max_length=20)] | None = None


class BoundedNumber(FieldType[BoundedOptions, Decimal]):
    """What every kind of number shares."""

    value_type = ValueType.number

    def columns(self, options: BoundedOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the scaled integer."""
        return (Column(Scaled(options.decimals)),)

    def annotation(self, options: BoundedOptions, context: FieldContext) -> Any:
        """Accept numbers and text."""
        reader = decimal_reader(options.decimals, options.min, options.max, self.cleaner(options))
        example = format(Decimal(1).scaleb(-options.decimals), "f")
        return reads(
            Decimal, reader, {"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "examples": [example]}
        )

    def cleaner(self, options: BoundedOptions) -> Any:
        """Return what takes the unit off a text (see ``decimal_reader``), or None."""
        return None

    def to_json(self, value: Decimal, options: BoundedOptions) -> str:
        """Return all decimals, as text: JSON numbers are floats to most readers."""
        return format(value, "f")

    def to_text(self, value: Decimal, options: BoundedOptions, labels: Labels) -> str:
        """Return the plain figure."""
        return format(value, "f")

    def verify(self, options: BoundedOptions) -> tuple[Issue, ...]:
        """Refuse bounds that nothing satisfies."""
        issues = super().verify(options)
        if options.min is not None and options.max is not None and options.min > options.max:
            params = {"min": format(options.min, "f"), "max": format(options.max, "f")}
            return (*issues, Issue("min", "definition.min_above_max", params))
        return issues


@kind
class Number(BoundedNumber):
    """A number that sums without error."""

    name, icon = "number", "numbers"
    Options = NumberOptions
    examples = (
        Example(raw="1,234.50", value=Decimal("1234.50"), json="1234.50", options={"decimals": 2}),
        Example(raw=3, value=Decimal(3), json="3"),
        Example(raw=0.1 + 0.2, value=Decimal("0.30"), json="0.30", options={"decimals": 2}),
        Example(raw="－１，２３４", value=Decimal(-1234), json="-1234"),
        Example(raw="-0.00", value=Decimal(0), json="0"),
        Example(raw="0.00000001", value=Decimal("0.00000001"), json="0.00000001", options={"decimals": 8}),
        Example(raw="999999999999999", value=Decimal(999_999_999_999_999), json="999999999999999"),
        Example(raw="", value=None),
        Example(raw="12k", error="field.not_a_number"),
        Example(raw="12,34", error="field.not_a_number"),
        Example(raw="1_000", error="field.not_a_number"),
        Example(raw="5²", error="field.not_a_number"),
        Example(raw="NaN", error="field.not_a_number"),
        Example(raw=float("inf"), error="field.not_a_number"),
        Example(raw="1.5", error="field.too_many_decimals"),
        Example(raw="-1", error="field.below_min", options={"min": 0}),
        Example(raw="11", error="field.above_max", options={"max": 10}),
        Example(raw="1e20", error="field.too_many_digits"),
        Example(raw=10**5000, error="field.too_many_digits"),
        Example(raw=True, error="field.not_a_number"),
    )
