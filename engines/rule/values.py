"""Values that a rule puts into fields: constants and formulas, compiled once per version."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from engines.expression import Context, ErrorValue, ValueType, compile_python, parse, resolve
from engines.form import FieldModel, FormModel
from engines.rule.facts import Path, paths_of
from schemas.errors import Invalid, Issue

Row = Mapping[str, Any]
Make = Callable[[Row, Context], Any]


def formula_of(said: Any) -> str | None:
    """Return the formula of ``{"formula": …}``, None for a value that is said as it is."""
    if isinstance(said, dict) and set(said) == {"formula"}:
        return str(said["formula"])
    return None


@dataclass(frozen=True, slots=True)
class Setter:
    """Makes values for fields of ``form`` from what is read of another record, or of the same."""

    form: FormModel
    makers: Mapping[str, Make]
    paths: frozenset[Path]

    @classmethod
    def of(cls, form: FormModel, source: FormModel, said: Mapping[str, Any]) -> Setter:
        """Compile what a definition says about records of ``source``."""
        paths: set[Path] = set()
        makers: dict[str, Make] = {}
        for key, value in said.items():
            text = formula_of(value)
            if text is None:
                makers[key] = _constant(value)
            else:
                paths |= paths_of(source, parse(text))
                makers[key] = _computed(form.fields[key], source, text)
        return cls(form, makers, frozenset(paths))

    def raw(self, row: Row, context: Context) -> dict[str, Any]:
        """Return the values as a door would send them. Raises Invalid for a formula without a result."""
        return {key: make(row, context) for key, make in self.makers.items()}

    def typed(self, row: Row, context: Context) -> dict[str, Any]:
        """Return the values as a record holds them. Raises Invalid."""
        values, issues = self.form.coercer.one(self.raw(row, context))
        if issues:
            raise Invalid(issues)
        return values


def _constant(value: Any) -> Make:
    return lambda _, __: value


def _computed(field: FieldModel, source: FormModel, text: str) -> Make:
    evaluate = compile_python(resolve(parse(text), source))

    def make(row: Row, context: Context) -> Any:
        value = evaluate(row, context)
        if isinstance(value, ErrorValue):
            raise Invalid([Issue(field.key, "rule.no_result", {"value": str(value)})])
        return _fitting(field, value)

    return make


def _fitting(field: FieldModel, value: Any) -> Any:
    """Return a result as the field takes it: rounded, as text, or as a list of one."""
    if isinstance(value, Decimal):
        places = getattr(field.options, "decimals", None)
        if places is not None:
            return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if field.kind.value_type is ValueType.text:
            return format(value.normalize(), "f")
    if field.plural and value is not None and not isinstance(value, tuple):
        return (value,)
    return value
