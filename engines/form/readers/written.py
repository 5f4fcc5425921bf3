"""How a line of text must be written: numbers of telephones, people, companies and places, or a pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Literal

from engines.expression.addresses import address_of
from engines.expression.failures import Failure
from engines.expression.functions.pattern import regex_matches
from engines.form.field import refuse
from engines.form.readers.normalising import narrow
from schemas.elements import Translated

Written = Literal["mobile", "landline", "email", "id_number", "credit_code", "postcode", "custom"]
Read = Callable[[Any], "str | None"]
# What is said of a line that is not written so.
REFUSALS: Mapping[str, str] = {
    "mobile": "field.not_written_mobile",
    "landline": "field.not_written_landline",
    "email": "field.not_written_email",
    "id_number": "field.not_written_id_number",
    "credit_code": "field.not_written_credit_code",
    "postcode": "field.not_written_postcode",
    "custom": "field.not_written_custom",
}
# Numbers are typed in groups, sometimes with the country in front.
_GAPS = re.compile(r"[\s\-()（）]+")
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})")
_LANDLINE = re.compile(r"(?:0[0-9]{2,3}-?)?[2-9][0-9]{6,7}(?:-[0-9]{1,6})?")
_POSTCODE = re.compile(r"[0-9]{6}")
_ID_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CODE_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: without I, O, S, V, Z


def _mobile(text: str) -> str | None:
    found = _MOBILE.fullmatch(_GAPS.sub("", text))
    return found[1] if found else None


def _landline(text: str) -> str | None:
    plain = text.replace(" ", "").replace("(", "").replace(")", "-")
    return plain if _LANDLINE.fullmatch(plain) else None


def _id_number(text: str) -> str | None:
    """Return an 18-digit identity number whose date exists and whose last sign fits (GB 11643)."""
    plain = text.replace(" ", "").upper()
    if not _ID_NUMBER.fullmatch(plain):
        return None
    try:
        born = date(int(plain[6:10]), int(plain[10:12]), int(plain[12:14]))
    except ValueError:
        return None
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, plain, strict=False))
    return plain if born.year >= 1850 and plain[-1] == "10X98765432"[total % 11] else None


def _credit_code(text: str) -> str | None:
    """Return a unified social credit code whose last sign fits (GB 32100)."""
    plain = text.replace(" ", "").upper()
    if len(plain) != 18 or any(each not in _CODE_LETTERS for each in plain):
        return None
    total = sum(_CODE_LETTERS.index(each) * pow(3, place, 31) for place, each in enumerate(plain[:17]))
    return plain if _CODE_LETTERS[-total % 31] == plain[-1] else None


def _postcode(text: str) -> str | None:
    return text if _POSTCODE.fullmatch(text) else None


_READERS: Mapping[str, Callable[[str], str | None]] = {
    "mobile": _mobile, "landline": _landline, "email": address_of, "id_number": _id_number,
    "credit_code": _credit_code, "postcode": _postcode,
}  # fmt: skip


def usable(pattern: str) -> bool:
    """Tell whether a pattern can be read; matching takes time that grows with text times pattern at most."""
    try:
        regex_matches(_whole(pattern), "")
    except Failure:
        return False
    return True


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"


def written(kind: Written | None, pattern: str, message: str | Translated | None, read: Read) -> Read:
    """Return a reader that takes only what is written as it must be; ``message`` is a designer's own."""
    if kind is None:
        return read

    def right(text: str) -> str | None:
        if kind != "custom":
            return _READERS[kind](narrow(text))
        try:
            return text if regex_matches(_whole(pattern), text) else None
        except Failure:  # more work than is allowed: nothing that anybody types
            return None

    def reader(raw: Any) -> str | None:
        value = read(raw)
        if value is None:
            return None
        found = right(value)
        if found is None and message is not None:
            raise refuse("field.as_designed", value=value, message=message)
        if found is None:
            raise refuse(REFUSALS[kind], value=value)
        return found

    return reader
