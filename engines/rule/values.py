"""Values that a rule puts into fields: constants and formulas, compiled once per version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from engines.expression import Context, ErrorValue, compile_python, parse
from engines.form import FieldModel, FormModel
from schemas.errors import Invalid, Issue

Row = Mapping[str, Any]


def formula_of(said: Any) -> str | None:
    """Return the formula of ``{"formula": …}``, None for a value that is said as it is."""
    if isinstance(said, dict) and set(said) == {"formula"}:
        return str(said["formula"])
    return None


@dataclass(frozen=True, slots=True)
class Setter:
    """Makes values for the fields of one form."""

    form: FormModel
    makers: Mapping[str, Callable[[Row, Context], Any]]

    @classmethod
    def of(cls, form: FormModel, said: Mapping[str, Any]) -> Setter:
        """Compile what a definition says."""
        return cls(form, {key: _maker(form.fields[key], value) for key, value in said.items()})

    def raw(self, row: Row, context: Context) -> dict[str, Any]:
        """Return the values as a door would send them. Raises Invalid for a formula without a result."""
        return {key: make(row, context) for key, make in self.makers.items()}

    def typed(self, row: Row, context: Context) -> dict[str, Any]:
        """Return the values as a record holds them. Raises Invalid."""
        values, issues = self.form.coercer.one(self.raw(row, context))
        if issues:
            raise Invalid(issues)
        return values


def _maker(field: FieldModel, said: Any) -> Callable[[Row, Context], Any]:
    text = formula_of(said)
    if text is None:
        return lambda _, __: said
    evaluate, places = compile_python(parse(text)), getattr(field.options, "decimals", None)

    def make(row: Row, context: Context) -> Any:
        value = evaluate(row, context)
        if isinstance(value, ErrorValue):
            raise Invalid([Issue(field.key, "rule.no_result", {"value": str(value)})])
        if isinstance(value, Decimal) and places is not None:
            return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        return value if not field.plural or isinstance(value, tuple) or value is None else (value,)

    return make
