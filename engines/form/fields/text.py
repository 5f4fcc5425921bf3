"""Text: one line of up to 255 characters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from engines.expression import ValueType, fold
from engines.expression.pinyin import by_sound
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, reads
from engines.form.readers.normalising import Alike, company_key, normalising
from engines.form.readers.texts import line_reader
from engines.form.readers.written import REFUSALS, Written, usable, written
from schemas.elements import FieldOptions
from schemas.elements import Text as LineOfText
from schemas.errors import Issue
from schemas.kinds import kind


class TextOptions(FieldOptions):
    """Length of the line, how it must be written and in which one way it is, and what it is sorted by."""

    max_length: Annotated[int, Field(ge=1, le=255)] = 255
    normalise: tuple[Alike, ...] = ()
    sort: Literal["plain", "pinyin"] = "plain"
    format: Written | None = None
    pattern: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    message: LineOfText | None = None
    scan: bool = False


def _example(kind: str, raw: str, value: str | None = None, **more: str) -> Example:
    """Return a line in a format: right where it has a value, else refused."""
    options = {"format": kind, **more}
    if value is not None:
        return Example(raw=raw, value=value, json=value, options=options)
    code = "field.as_designed" if "message" in more else REFUSALS[kind]
    return Example(raw=raw, error=code, options=options)


_CODE = r"[A-Z]{2}-\d{3}"
_WRITTEN = (
    _example("mobile", "+86 139-0000 1234", "13900001234"),
    _example("mobile", "１３９００００１２３４", "13900001234"),
    _example("mobile", "12900001234"),
    _example("landline", "010-65529988", "010-65529988"),
    _example("landline", "(0571)8765 4321-8", "0571-87654321-8"),
    _example("landline", "01065"),
    _example("email", "ann@Example.com", "ann@example.com"),
    _example("email", "ann@"),
    _example("id_number", "11010519491231002x", "11010519491231002X"),
    _example("id_number", "110105194912310021"),
    _example("id_number", "110105194902300026"),
    _example("credit_code", "91350100M000100Y43", "91350100M000100Y43"),
    _example("credit_code", "91350100M000100Y44"),
    _example("postcode", "100871", "100871"),
    _example("postcode", "10087"),
    _example("custom", "AB-123", "AB-123", pattern=_CODE),
    _example("custom", "xAB-123", pattern=_CODE),
    _example("custom", "1", pattern="[a-z]+", message="Letters only"),
    _example("custom", "a" * 200 + "!", pattern="(a+)+"),
)


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
        *_WRITTEN,
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
        read = normalising(options.normalise, line_reader(options.max_length))
        return reads(str, written(options.format, options.pattern or "", options.message, read), schema)

    def verify(self, options: TextOptions) -> tuple[Issue, ...]:
        """Refuse both cases at once, and a pattern that cannot be read."""
        return (*super().verify(options), *_apart(options), *_pattern(options))


def _apart(options: TextOptions) -> Iterator[Issue]:
    if {"upper", "lower"} <= {*options.normalise}:
        yield Issue("normalise", "definition.not_together", {"name": "upper", "other": "lower"})


def _pattern(options: TextOptions) -> Iterator[Issue]:
    """Yield what is wrong with the pattern, which belongs to the format that is one's own."""
    if options.format == "custom" and options.pattern is None:
        yield Issue("pattern", "definition.missing", {"name": "pattern"})
    elif options.pattern is not None and options.format != "custom":
        yield Issue("pattern", "definition.pattern_unused")
    elif options.pattern is not None and not usable(options.pattern):
        yield Issue("pattern", "definition.bad_pattern", {"name": options.pattern[:60]})
