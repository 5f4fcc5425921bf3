"""Text: one line of up to 255 characters."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from engines.expression import ValueType, fold
from engines.expression.pinyin import by_sound
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, reads
from engines.form.readers.normalising import Alike, company_key, normalising
from engines.form.readers.texts import line_reader
from schemas.elements import FieldOptions
from schemas.errors import Issue
from schemas.kinds import kind


class TextOptions(FieldOptions):
    """Length of the line, in which one way it is written, and what it is sorted by."""

    max_length: Annotated[int, Field(ge=1, le=255)] = 255
    normalise: tuple[Alike, ...] = ()
    sort: Literal["plain", "pinyin"] = "plain"


@kind
class Text(FieldType[TextOptions, str]):
    """A line of text; its fold serves comparison, search and uniqueness."""

    name, icon = "text", "letter-case"
    Options = TextOptions
    value_type = ValueType.text
    examples = (
        Example(raw="  上海 ABC  ", value="上海 ABC", json="上海 ABC"),
        Example(raw="", value=None),
        Example(raw="\u3000\u200b\n", value=None),
        Example(raw="A\r\nB\tC", value="A B C", json="A B C"),
        Example(raw="e\u0301", value="é", json="é", options={"max_length": 1}),
        Example(raw=13900001234.0, value="13900001234", json="13900001234"),
        Example(raw="abcd", error="field.too_long", options={"max_length": 3}),
        Example(raw=["a"], error="field.not_text"),
        Example(raw=True, error="field.not_text"),
        Example(raw="\ud83d", error="field.not_text"),
        Example(raw="<script>alert(1)</script>", value="<script>alert(1)</script>"),
        Example(
            raw=" 上海ＡＢＣ公司 ", value="上海ABC公司", json="上海ABC公司", options={"normalise": ["width"]}
        ),
        Example(raw="a  b", value="A B", json="A B", options={"normalise": ["spaces", "upper"]}),
    )

    def columns(self, options: TextOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the line and its fold, what all ways of writing a company's name share, and its sound."""
        found = [Column(columns.Text), Column(columns.Text, "fold", fold)]
        if "company" in options.normalise:
            found.append(Column(columns.Text, "key", company_key))
        if options.sort == "pinyin":
            found.append(Column(columns.Text, "pinyin", by_sound))
        return tuple(found)

    def annotation(self, options: TextOptions, context: FieldContext) -> Any:
        """Accept text, and numbers as spreadsheets hold them."""
        schema = {"type": "string", "maxLength": options.max_length}
        return reads(str, normalising(options.normalise, line_reader(options.max_length)), schema)

    def verify(self, options: TextOptions) -> tuple[Issue, ...]:
        """Refuse both cases at once."""
        issues = super().verify(options)
        if {"upper", "lower"} <= {*options.normalise}:
            return (
                *issues,
                Issue("normalise", "definition.not_together", {"name": "upper", "other": "lower"}),
            )
        return issues
