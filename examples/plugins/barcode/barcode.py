"""Barcode: thirteen digits whose last one checks the others; and a function that computes it."""

from __future__ import annotations

from typing import Any

from engines.expression import ValueType, fold
from engines.expression.functions.table import function
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, reads, refuse
from engines.form.readers.texts import line_reader
from schemas.elements import FieldOptions
from schemas.kinds import kind

_LENGTH = 13
_read_line = line_reader(40)


@function("CHECKDIGIT(digits: text) -> text", ('CHECKDIGIT("690123456789")', "2"))
def check_digit(digits: str) -> str:
    """Return the digit that makes the whole a number that readers accept; blank for what is no number."""
    if not (digits.isascii() and digits.isdecimal()):
        return ""
    weighted = sum(int(each) * (3 if place % 2 == 0 else 1) for place, each in enumerate(reversed(digits)))
    return str(-weighted % 10)


def read_barcode(raw: Any) -> str | None:
    """Read the digits, however they are spaced."""
    text = _read_line(raw)
    if text is None:
        return None
    digits = text.replace(" ", "").replace("-", "")
    right = len(digits) == _LENGTH and check_digit(digits[:-1]) == digits[-1]
    if not right:
        raise refuse("field.not_a_barcode", value=raw)
    return digits


@kind
class Barcode(FieldType[FieldOptions, str]):
    """The number under a barcode."""

    name, icon, group = "barcode", "hash", "basic"
    value_type = ValueType.text
    examples = (
        Example(raw="6901234567892", value="6901234567892"),
        Example(raw="6 901234-567892", value="6901234567892", json="6901234567892"),
        Example(raw="", value=None),
        Example(raw="6901234567890", error="field.not_a_barcode"),
        Example(raw="12345", error="field.not_a_barcode"),
    )

    def columns(self, options: FieldOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the digits, and what comparison and search use."""
        return (Column(columns.Text), Column(columns.Text, "fold", fold))

    def annotation(self, options: FieldOptions, context: FieldContext) -> Any:
        """Accept thirteen digits."""
        return reads(str, read_barcode, {"type": "string", "pattern": "^[0-9]{13}$"})
