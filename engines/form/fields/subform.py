"""Subform: rows of details that belong to the record."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from engines.expression import ValueType
from engines.form.field import Example, FieldContext, FieldType, Storage
from schemas.elements import FieldOptions
from schemas.errors import Issue
from schemas.kinds import kind

_NOTES = {"fields": [{"key": "note", "type": "text", "label": "Note"}]}


class SubformOptions(FieldOptions):
    """The fields of a row, and how many rows there may be. The grammar says what a field of a row is."""

    fields: tuple[FieldOptions, ...] = ()
    min_rows: Annotated[int, Field(ge=0, le=1000)] = 0
    max_rows: Annotated[int, Field(ge=1, le=1000)] = 1000


@kind
class Subform(FieldType[SubformOptions, tuple[dict[str, Any], ...]]):
    """Records of an owned form, in their order."""

    name, icon, group = "subform", "table-row", "relation"
    Options = SubformOptions
    value_type = ValueType.any
    storage = Storage.rows
    sortable = False
    examples = (
        Example(
            raw=[{"note": " a "}, {}], value=({"note": "a"}, {}), options=_NOTES, json=[{"note": "a"}, {}]
        ),
        Example(raw=[], value=(), json=[], options=_NOTES),
        Example(raw=[{"note": "a"}], error="field.too_few", options={**_NOTES, "min_rows": 2}),
        Example(raw=[{}, {}], error="field.too_many", options={**_NOTES, "max_rows": 1}),
        Example(raw=[{"nota": "a"}], error="field.unknown", options=_NOTES),
        Example(raw=["a"], error="field.not_a_record", options=_NOTES),
        Example(raw="a", error="field.not_a_list", options=_NOTES),
    )

    def annotation(self, options: SubformOptions, context: FieldContext) -> Any:
        """Accept a list of rows; ``context.row`` says what a row is."""
        limits = Field(min_length=options.min_rows or None, max_length=options.max_rows)
        return Annotated[tuple[context.row, ...], limits]  # type: ignore[name-defined]  # made at run time

    def verify(self, options: SubformOptions) -> tuple[Issue, ...]:
        """Refuse bounds that nothing satisfies."""
        issues = super().verify(options)
        if options.min_rows > options.max_rows:
            params = {"min": options.min_rows, "max": options.max_rows}
            return (*issues, Issue("min_rows", "definition.min_above_max", params))
        return issues
