"""Location: where on earth something is, as a telephone tells it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from engines.expression import ValueType
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, reads, refuse
from engines.form.readers.texts import line_reader
from schemas.elements import FieldOptions
from schemas.kinds import kind

_read_line = line_reader(100)
_PLACES = 6  # a tenth of a metre
_DEGREES = re.compile(r"\(?(-?[0-9]{1,3}(?:\.[0-9]{1,20})?)\s*[,，;\s]\s*(-?[0-9]{1,3}(?:\.[0-9]{1,20})?)\)?")


def read_location(raw: Any) -> str | None:
    """Read latitude and longitude in degrees; they are kept with six places."""
    text = _read_line(raw)
    if text is None:
        return None
    found = _DEGREES.fullmatch(text.removeprefix("geo:"))
    if found is None:
        raise refuse("field.not_a_location", value=raw)
    north, east = (round(Decimal(each), _PLACES) for each in found.groups())
    if abs(north) > 90 or abs(east) > 180:
        raise refuse("field.not_a_location", value=raw)
    return f"{north:.{_PLACES}f},{east:.{_PLACES}f}"


@kind
class Location(FieldType[FieldOptions, str]):
    """Latitude and longitude; a button asks the device where it is."""

    name, icon, group = "location", "map-pin", "contact"
    value_type = ValueType.text
    sortable = False
    examples = (
        Example(raw="31.2304, 121.4737", value="31.230400,121.473700", json="31.230400,121.473700"),
        Example(raw="-33.86，151.2", value="-33.860000,151.200000", json="-33.860000,151.200000"),
        Example(raw="geo:0,-180", value="0.000000,-180.000000", json="0.000000,-180.000000"),
        Example(raw=" ", value=None),
        Example(raw="91,0", error="field.not_a_location"),
        Example(raw="0,181", error="field.not_a_location"),
        Example(raw="Shanghai", error="field.not_a_location"),
        Example(raw="١,٢", error="field.not_a_location"),
    )

    def columns(self, options: FieldOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the text alone."""
        return (Column(columns.Text),)

    def annotation(self, options: FieldOptions, context: FieldContext) -> Any:
        """Accept two numbers of degrees."""
        return reads(str, read_location, {"type": "string", "maxLength": 100})
