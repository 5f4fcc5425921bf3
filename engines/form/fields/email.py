"""Email: an address to write to."""

from __future__ import annotations

from typing import Any

from engines.expression import ValueType, fold
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, reads, refuse
from engines.form.readers.addresses import address_of
from engines.form.readers.texts import line_reader
from schemas.elements import FieldOptions
from schemas.kinds import kind

_LONGEST = 254  # RFC 5321
_read_line = line_reader(_LONGEST)


def read_email(raw: Any) -> str | None:
    """Read an address; the domain is written in lower case."""
    text = _read_line(raw)
    if text is None:
        return None
    found = address_of(text)
    if found is None:
        raise refuse("field.not_an_email", value=raw)
    return found


@kind
class Email(FieldType[FieldOptions, str]):
    """An email address; addresses in other scripts are allowed."""

    name, icon, group = "email", "mail", "contact"
    value_type = ValueType.text
    examples = (
        Example(raw=" Ann.Lee+x@Example.COM ", value="Ann.Lee+x@example.com", json="Ann.Lee+x@example.com"),
        Example(raw="张三@例子.公司", value="张三@例子.公司"),
        Example(raw="", value=None),
        Example(raw="ann", error="field.not_an_email"),
        Example(raw="ann@example", error="field.not_an_email"),
        Example(raw="ann..lee@example.com", error="field.not_an_email"),
        Example(raw="ann lee@example.com", error="field.not_an_email"),
        Example(raw="ann@127.0.0.1", error="field.not_an_email"),
        Example(raw="<script>@example.com", error="field.not_an_email"),
        Example(raw="a" * 250 + "@example.com", error="field.too_long"),
        Example(raw=["a@example.com"], error="field.not_text"),
    )

    def columns(self, options: FieldOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the address and its fold."""
        return Column(columns.Text), Column(columns.Text, "fold", fold)

    def annotation(self, options: FieldOptions, context: FieldContext) -> Any:
        """Accept one address."""
        return reads(str, read_email, {"type": "string", "format": "email", "maxLength": _LONGEST})
