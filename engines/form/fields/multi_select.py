"""Multi-select: any of the options that the designer listed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from engines.expression import ValueType
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, Labels, Storage, reads, refuse
from engines.form.fields.select import SelectOptions, choices
from engines.form.readers.lists import SEPARATORS, list_reader
from schemas.kinds import kind

_SIZES = {
    "options": [{"key": "a", "label": "红, 绿"}, {"key": "b", "label": "蓝"}, {"key": "c", "label": "Grey"}]
}
_CUTS = re.compile(f"({SEPARATORS.pattern})")


def splitter(known: Mapping[str, str]) -> Callable[[str], list[str]]:
    """Build what cuts a cell into options; a label that holds a separator is found before its parts."""

    def split(text: str) -> list[str]:
        pieces, found, start = _CUTS.split(text), [], 0  # pieces and separators by turns
        while start < len(pieces):
            ends = range(len(pieces), start, -2)
            end = next((end for end in ends if "".join(pieces[start:end]) in known), start + 1)
            found.append("".join(pieces[start:end]))
            start = end + 1
        return found

    return split


@kind
class MultiSelect(FieldType[SelectOptions, tuple[str, ...]]):
    """Any number of options, in the order in which they were chosen."""

    name, icon, group = "multi_select", "list-check", "choice"
    Options = SelectOptions
    value_type = ValueType.options
    storage = Storage.links
    examples = (
        Example(raw=["b", "a", "b"], value=("b", "a"), json=["b", "a"], options=_SIZES),
        Example(raw="蓝、Grey", value=("b", "c"), json=["b", "c"], options=_SIZES),
        Example(raw="蓝,红, 绿", value=("b", "a"), json=["b", "a"], options=_SIZES),
        Example(raw=[""], value=(), json=[], options=_SIZES),
        Example(raw="", value=(), json=[], options=_SIZES),
        Example(raw=["a", "x"], error="field.not_an_option", options=_SIZES),
        Example(raw=[["a"]], error="field.not_an_option", options=_SIZES),
        Example(raw=5, error="field.not_a_list", options=_SIZES),
    )

    def columns(self, options: SelectOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the uid of one option."""
        return (Column(columns.Choice(context.choices)),)

    def annotation(self, options: SelectOptions, context: FieldContext) -> Any:
        """Accept keys or labels, as a list or as one text."""
        known = choices(options.options)

        def read(items: list[Any]) -> list[str]:
            found = [known.get(each.strip()) if each.__class__ is str else None for each in items]
            if None in found:
                raise refuse("field.not_an_option", value=items[found.index(None)])
            return found  # type: ignore[return-value]  # None was refused

        reader = list_reader(read, len(options.options), splitter(known))
        items = {"type": "string", "enum": [each.key for each in options.options]}
        return reads(tuple[str, ...], reader, {"type": "array", "items": items, "uniqueItems": True})

    def to_json(self, value: tuple[str, ...], options: SelectOptions) -> list[str]:
        """Return the keys."""
        return list(value)

    def to_text(self, value: tuple[str, ...], options: SelectOptions, labels: Labels) -> str:
        """Return the labels."""
        return ", ".join(labels.choice(options, each) for each in value)
