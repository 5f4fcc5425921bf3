"""Phone: a number to call, stored the way the whole world dials it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from engines.expression import ValueType, fold
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, Labels, reads, refuse
from engines.form.readers.texts import line_reader
from schemas.elements import FieldOptions
from schemas.kinds import kind

# Mobile numbers of mainland China, the usual case: read without the metadata of all other countries.
_MOBILE = re.compile(r"(\+86|0086)?(1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])\d{8})", re.ASCII)
_STORED_MOBILE = re.compile(r"\+86(1\d\d)(\d{4})(\d{4})", re.ASCII)
_GAPS = re.compile(r"[\s().\-\u2010-\u2015]+")
_read_line = line_reader(60)


class PhoneOptions(FieldOptions):
    """Where a number without a country code belongs. ``keep_invalid``: what is none stays as it was typed."""

    region: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "CN"
    keep_invalid: bool = False


def phone_reader(region: str, *, keep: bool = False) -> Callable[[Any], str | None]:
    """Build the reader of numbers that are dialled in ``region``. ``keep``: what is no number stays."""

    def read(raw: Any) -> str | None:
        line = _read_line(raw)
        if line is None:
            return None
        text = fold(line)
        mobile = _MOBILE.fullmatch(_GAPS.sub("", text))
        if mobile is not None and (mobile[1] == "+86" or region == "CN"):
            return f"+86{mobile[2]}"
        found = _parse(text, region)
        if found is None and keep:
            return line
        if found is None:
            raise refuse("field.not_a_phone", value=raw)
        return found

    return read


def _parse(text: str, region: str) -> str | None:
    """Return E.164, with ``;ext=`` for an extension."""
    import phonenumbers

    try:
        found = phonenumbers.parse(text.replace("转", ";ext="), region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(found):
        return None
    number = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return f"{number};ext={found.extension}" if found.extension else number


@kind
class Phone(FieldType[PhoneOptions, str]):
    """A telephone number that exists in its numbering plan."""

    name, icon, group = "phone", "phone", "contact"
    Options = PhoneOptions
    value_type = ValueType.text
    examples = (
        Example(raw="13900001234", value="+8613900001234", json="+8613900001234"),
        Example(raw="+86 139-0000-1234", value="+8613900001234", json="+8613900001234"),
        Example(raw="１３９ ００００ １２３４", value="+8613900001234", json="+8613900001234"),
        Example(raw=13900001234.0, value="+8613900001234", json="+8613900001234"),
        Example(raw="010-6552 9988", value="+861065529988", json="+861065529988"),
        Example(raw="010-65529988转123", value="+861065529988;ext=123", json="+861065529988;ext=123"),
        Example(raw="+1 202-456-1111", value="+12024561111", json="+12024561111"),
        Example(raw="(202) 456-1111", value="+12024561111", json="+12024561111", options={"region": "US"}),
        Example(raw="+8613900001234", value="+8613900001234", options={"region": "US"}),
        Example(raw=" 12345 ", value="12345", json="12345", options={"keep_invalid": True}),
        Example(raw="", value=None),
        Example(raw="12345", error="field.not_a_phone"),
        Example(raw="1390000123", error="field.not_a_phone"),
        Example(raw="139000012345", error="field.not_a_phone"),
        Example(raw="call me", error="field.not_a_phone"),
        Example(raw=["13900001234"], error="field.not_text"),
    )

    def columns(self, options: PhoneOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the number and its fold, which search needs."""
        return Column(columns.Text), Column(columns.Text, "fold", fold)

    def annotation(self, options: PhoneOptions, context: FieldContext) -> Any:
        """Accept a number as people write it."""
        return reads(
            str,
            phone_reader(options.region, keep=options.keep_invalid),
            {"type": "string", "examples": ["+8613900001234"]},
        )

    def to_text(self, value: str, options: PhoneOptions, labels: Labels) -> str:
        """Return the number in groups, without the country code where it is dialled without."""
        mobile = _STORED_MOBILE.fullmatch(value)
        if mobile is not None:
            return " ".join(mobile.groups() if options.region == "CN" else ("+86", *mobile.groups()))
        import phonenumbers

        try:
            number = phonenumbers.parse(value)
        except phonenumbers.NumberParseException:  # kept as it was typed
            return value
        form = phonenumbers.PhoneNumberFormat
        here = phonenumbers.region_code_for_number(number) == options.region
        return phonenumbers.format_number(number, form.NATIONAL if here else form.INTERNATIONAL)
