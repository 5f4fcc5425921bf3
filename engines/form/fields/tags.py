"""Tags: free words, which nobody listed before."""

from __future__ import annotations

from typing import Any

from engines.expression import ValueType, fold
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, Labels, Storage, reads
from engines.form.readers.lists import SEPARATORS, list_reader
from engines.form.readers.texts import line_reader
from schemas.elements import FieldOptions
from schemas.kinds import kind

LONGEST, MOST = 50, 64
_read_tag = line_reader(LONGEST)


def read_tags(items: list[Any]) -> list[str]:
    """Read tags; two that differ only in case or width are one, and none holds a separator."""
    found: dict[str, str] = {}
    for each in items:
        for part in SEPARATORS.split(each) if isinstance(each, str) else (each,):
            tag = _read_tag(part)
            if tag is not None:
                found.setdefault(fold(tag), tag)
    return list(found.values())


@kind
class Tags(FieldType[FieldOptions, tuple[str, ...]]):
    """Free words, at most 64 of 50 characters."""

    name, icon, group = "tags", "tags", "choice"
    value_type = ValueType.options
    storage = Storage.links
    examples = (
        Example(raw=["Red", "蓝 ", "red"], value=("Red", "蓝"), json=["Red", "蓝"]),
        Example(raw="a, b、c；ａ", value=("a", "b", "c"), json=["a", "b", "c"]),
        Example(raw=["a,b"], value=("a", "b"), json=["a", "b"]),
        Example(raw=["<script>alert(1)</script>"], value=("<script>alert(1)</script>",)),
        Example(raw="", value=(), json=[]),
        Example(raw=None, value=(), json=[]),
        Example(raw=["x" * 51], error="field.too_long"),
        Example(raw=[str(each) for each in range(65)], error="field.too_many"),
        Example(raw=[["a"]], error="field.not_text"),
        Example(raw={"a": 1}, error="field.not_a_list"),
    )

    def columns(self, options: FieldOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return one tag and its fold."""
        return Column(columns.Text), Column(columns.Text, "fold", fold)

    def annotation(self, options: FieldOptions, context: FieldContext) -> Any:
        """Accept a list, or a text with separators."""
        items = {"type": "string", "maxLength": LONGEST}
        schema = {"type": "array", "items": items, "maxItems": MOST}
        return reads(tuple[str, ...], list_reader(read_tags, MOST), schema)

    def to_json(self, value: tuple[str, ...], options: FieldOptions) -> list[str]:
        """Return the words."""
        return list(value)

    def to_text(self, value: tuple[str, ...], options: FieldOptions, labels: Labels) -> str:
        """Return the words with commas."""
        return ", ".join(value)
