"""Formula: a value that follows from others."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engines.expression import Node, parse
from engines.form.computed import ComputedType, Fields, Resolved
from engines.form.field import Storage
from schemas.elements import FieldOptions, Formula
from schemas.kinds import kind

Result = Literal["text", "number", "money", "percent", "checkbox", "date", "datetime", "time"]


class FormulaOptions(FieldOptions):
    """The expression, and how its result looks."""

    formula: Formula
    result: Result = "number"
    decimals: Annotated[int, Field(ge=0, le=8)] = 2
    unit: Annotated[str, Field(max_length=20)] | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    expose: bool = False


@kind
class FormulaField(ComputedType[FormulaOptions]):
    """A value computed from the record and from what it is linked with."""

    name, icon = "formula", "math-function"
    Options = FormulaOptions

    def borrows(self, options: FormulaOptions, fields: Fields, form: str) -> Resolved | None:
        """Borrow the type that the result is said to be."""
        known = fields.kinds[options.result]
        said = {name: getattr(options, name) for name in ("decimals", "unit", "currency")}
        fitting = {
            name: value
            for name, value in said.items()
            if name in known.Options.model_fields and value is not None
        }
        made = known.Options.model_construct(
            _fields_set=None, key=options.key, label=options.label, type=options.result, **fitting
        )
        return Resolved(known, made, Storage.column, f"{form}.{options.key}")

    def tree(self, options: FormulaOptions) -> Node:
        """Parse the formula."""
        return parse(options.formula)
