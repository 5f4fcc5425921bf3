"""Formatted text: paragraphs with a few marks that people can read as they stand, never markup of a page."""

from __future__ import annotations

from typing import Any

from engines.expression import ValueType
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, reads
from engines.form.fields.long_text import LongTextOptions
from engines.form.readers.texts import paragraph_reader
from schemas.kinds import kind


@kind
class RichText(FieldType[LongTextOptions, str]):
    """A text of several lines with headings, lists, links and stress, as marks in the text itself."""

    name, icon = "rich_text", "typography"
    Options = LongTextOptions
    value_type = ValueType.text
    sortable = False
    examples = (
        Example(raw="# 一\r\n- **二**\r- [三](https://a.cn)", value="# 一\n- **二**\n- [三](https://a.cn)",
                json="# 一\n- **二**\n- [三](https://a.cn)"),
        Example(raw=" \n ", value=None),
        Example(raw="abcd", error="field.too_long", options={"max_length": 3}),
        Example(raw={"a": 1}, error="field.not_text"),
        Example(raw="<script>alert(1)</script>", value="<script>alert(1)</script>"),
    )  # fmt: skip

    def columns(self, options: LongTextOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the text with its marks."""
        return (Column(columns.Text),)

    def annotation(self, options: LongTextOptions, context: FieldContext) -> Any:
        """Accept text with line breaks of any system."""
        schema = {"type": "string", "maxLength": options.max_length}
        return reads(str, paragraph_reader(options.max_length), schema)
