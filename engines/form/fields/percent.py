"""Percent: a number of hundredths; 12.5 means 12.5 %."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from engines.form.field import Example, Labels
from engines.form.fields.number import BoundedNumber, BoundedOptions
from engines.form.readers.numbers import Clean
from schemas.kinds import kind


class PercentOptions(BoundedOptions):
    """Places and bounds of the figure before the sign."""

    decimals: Annotated[int, Field(ge=0, le=8)] = 2


@kind
class Percent(BoundedNumber):
    """A percentage; its value is the figure that is shown."""

    name, icon = "percent", "percentage"
    Options = PercentOptions
    examples = (
        Example(raw="12.5%", value=Decimal("12.50"), json="12.50"),
        Example(raw="１００％", value=Decimal("100.00"), json="100.00"),
        Example(raw=8, value=Decimal("8.00"), json="8.00"),
        Example(raw="", value=None),
        Example(raw="12.5‰", error="field.not_a_number"),
        Example(raw="101%", error="field.above_max", options={"max": 100}),
        Example(raw="0.001", error="field.too_many_decimals"),
    )

    def cleaner(self, options: BoundedOptions) -> Clean:
        """Return what takes the sign off."""
        return lambda text: (text.removesuffix("%").rstrip(), 0)

    def to_text(self, value: Decimal, options: BoundedOptions, labels: Labels) -> str:
        """Return the figure with its sign."""
        return f"{value:f}%"
