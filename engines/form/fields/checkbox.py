"""Checkbox: yes or no."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from engines.expression import ValueType
from engines.form.field import Column, Example, FieldContext, FieldType, Labels, reads, refuse
from schemas.elements import FieldOptions
from schemas.kinds import kind

_WORDS = {
    **dict.fromkeys("true yes y on 1 是 对 有 √ ✓ ✔ ☑".split(), True),
    **dict.fromkeys("false no n off 0 否 错 无 × ✗ ✘ ☐".split(), False),
}


def read_checkbox(raw: Any) -> bool:
    """Read an answer in words, ticks or numbers."""
    if isinstance(raw, bool):
        return raw
    found = _WORDS.get(raw.strip().lower()) if isinstance(raw, str) else None
    if isinstance(raw, int | float) and raw in {0, 1}:
        found = raw == 1
    if found is not None:
        return found
    raise refuse("field.not_a_checkbox", value=raw)


@kind
class Checkbox(FieldType[FieldOptions, bool]):
    """A tick.

    HTML sends nothing for an unticked box, so the screen posts ``false`` of its own accord: what is not sent
    stays as it is, and a blank is a question that nobody has answered.
    """

    name, icon = "checkbox", "checkbox"
    value_type = ValueType.bool
    examples = (
        Example(raw=True, value=True, json=True),
        Example(raw="false", value=False, json=False),
        Example(raw="是", value=True, json=True),
        Example(raw="No", value=False, json=False),
        Example(raw="on", value=True, json=True),
        Example(raw="√", value=True, json=True),
        Example(raw=0, value=False, json=False),
        Example(raw=1.0, value=True, json=True),
        Example(raw="", value=None),
        Example(raw="maybe", error="field.not_a_checkbox"),
        Example(raw=2, error="field.not_a_checkbox"),
        Example(raw=[], error="field.not_a_checkbox"),
    )

    def columns(self, options: FieldOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the answer."""
        return (Column(sa.Boolean()),)

    def annotation(self, options: FieldOptions, context: FieldContext) -> Any:
        """Accept JSON, HTML and the words of spreadsheets."""
        return reads(bool, read_checkbox, {"type": "boolean"})

    def to_text(self, value: bool, options: FieldOptions, labels: Labels) -> str:  # noqa: FBT001 - it is the value
        """Return a tick or a cross, which read the same in every language."""
        return "√" if value else "×"
