"""Long text: paragraphs, searched but not sorted."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from engines.expression import ValueType
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, reads
from engines.form.readers.texts import paragraph_reader
from schemas.elements import FieldOptions
from schemas.kinds import kind


class LongTextOptions(FieldOptions):
    """Length of the text."""

    max_length: Annotated[int, Field(ge=1, le=100_000)] = 10_000


@kind
class LongText(FieldType[LongTextOptions, str]):
    """A text of several lines."""

    name, icon = "long_text", "align-left"
    Options = LongTextOptions
    value_type = ValueType.text
    sortable = False
    examples = (
        Example(raw="一\r\n二\r三 \n", value="一\n二\n三", json="一\n二\n三"),
        Example(raw="a\n\n\tb", value="a\n\n\tb"),
        Example(raw=" \n ", value=None),
        Example(raw="a\x00b\u202ec", value="abc", json="abc"),
        Example(raw="abcd", error="field.too_long", options={"max_length": 3}),
        Example(raw={"a": 1}, error="field.not_text"),
        Example(raw="<script>alert(1)</script>", value="<script>alert(1)</script>"),
    )

    def columns(self, options: LongTextOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the text alone: a fold would double it."""
        return (Column(columns.Text),)

    def annotation(self, options: LongTextOptions, context: FieldContext) -> Any:
        """Accept text with line breaks of any system."""
        schema = {"type": "string", "maxLength": options.max_length}
        return reads(str, paragraph_reader(options.max_length), schema)
