"""Email: an address to write to."""

from __future__ import annotations

from typing import Any

from engines.expression import ValueType, fold
from engines.expression.addresses import address_of
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, reads, refuse
from engines.form.readers.texts import line_reader
from schemas.elements import FieldOptions
from schemas.kinds import kind

_LONGEST = 254  # RFC 5321
_read_line = line_reader(_LONGEST)


class EmailOptions(FieldOptions):
    """What becomes of what is no address. ``keep_invalid``: it stays as it was typed."""

    keep_invalid: bool = False


def _read_any(raw: Any) -> str | None:
    text = _read_line(raw)
    return text if text is None else address_of(text) or text


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
class Email(FieldType[EmailOptions, str]):
    """An email address; addresses in other scripts are allowed."""

    name, icon, group = "email", "mail", "contact"
    Options = EmailOptions
    value_type = ValueType.text
    examples = (
        Example(raw=" Ann.Lee+x@Example.COM ", value="Ann.Lee+x@example.com", json="Ann.Lee+x@example.com"),
        Example(raw="张三@例子.公司", value="张三@例子.公司"),
        Example(raw="ann@Example", value="ann@Example", options={"keep_invalid": True}),
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

    def columns(self, options: EmailOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the address and its fold."""
        return Column(columns.Text), Column(columns.Text, "fold", fold)

    def annotation(self, options: EmailOptions, context: FieldContext) -> Any:
        """Accept one address."""
        schema: dict[str, Any] = {"type": "string", "maxLength": _LONGEST}
        if options.keep_invalid:
            return reads(str, _read_any, schema)
        return reads(str, read_email, schema | {"format": "email"})
