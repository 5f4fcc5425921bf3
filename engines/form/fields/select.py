"""Select: one of the options that the designer listed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from engines.expression import ValueType
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, Labels, reads, refuse
from schemas.elements import Choice, FieldKey, FieldOptions, Ref, label_of
from schemas.kinds import kind

_COLOURS = {
    "options": [{"key": "open", "label": {"zh-CN": "进行中", "en": "Open"}}, {"key": "done", "label": "完成"}]
}


class SelectOptions(FieldOptions):
    """The options, in the order in which they are offered and sorted.

    ``follows``: the select whose choice narrows them, to those that are ``under`` it.
    """

    follows: Annotated[FieldKey, Ref("field")] | None = None
    options: Annotated[tuple[Choice, ...], Field(max_length=5000)] = ()


def choices(options: tuple[Choice, ...]) -> Mapping[str, str]:
    """Return what names an option -> its key: keys, and the labels that no other option bears."""
    found: dict[str, str] = {}
    shared: set[str] = set()
    for each in options:
        for label in {label_of(each.label, "zh-CN"), label_of(each.label, "en")}:
            if found.setdefault(label, each.key) != each.key:
                shared.add(label)
    return {label: key for label, key in found.items() if label not in shared} | {
        each.key: each.key for each in options
    }


@kind
class Select(FieldType[SelectOptions, str]):
    """One option; its key is stored as the option's uid, so renaming it touches no record."""

    name, icon, group = "select", "selector", "choice"
    Options = SelectOptions
    value_type = ValueType.option
    examples = (
        Example(raw="open", value="open", options=_COLOURS),
        Example(raw=" 进行中 ", value="open", json="open", options=_COLOURS),
        Example(raw="Open", value="open", json="open", options=_COLOURS),
        Example(raw="", value=None, options=_COLOURS),
        Example(raw="other", error="field.not_an_option", options=_COLOURS),
        Example(raw=["open"], error="field.not_an_option", options=_COLOURS),
        Example(raw=1, error="field.not_an_option", options=_COLOURS),
    )

    def columns(self, options: SelectOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the option's uid."""
        return (Column(columns.Choice(context.choices)),)

    def annotation(self, options: SelectOptions, context: FieldContext) -> Any:
        """Accept a key, or a label exactly as it is written."""
        known = choices(options.options)

        def read(raw: Any) -> str:
            found = (known.get(raw) or known.get(raw.strip())) if raw.__class__ is str else None
            if found is None:
                raise refuse("field.not_an_option", value=raw)
            return found

        return reads(str, read, {"type": "string", "enum": [each.key for each in options.options]})

    def to_text(self, value: str, options: SelectOptions, labels: Labels) -> str:
        """Return the label."""
        return labels.choice(options, value)
