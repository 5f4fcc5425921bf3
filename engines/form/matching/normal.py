"""Normal forms: what two ways of writing one value share."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from pydantic_core import PydanticCustomError

from engines.expression import ValueType, fold
from engines.form.field import FieldType
from engines.form.fields.phone import phone_reader
from engines.form.readers.normalising import company_key
from schemas.duplicates import By
from schemas.elements import FieldOptions

Normal = Callable[[Any], str]
_LONGEST = 80  # characters of a key that stay as they are
_GAPS = re.compile(r"[\s\u200b\ufeff]+")
_EXTENSION = ";ext="
_DIGITS = re.compile(r"\D+")


def normal_of(kind: FieldType[Any, Any], options: FieldOptions, by: By) -> Normal:
    """Return what makes the normal form of a field's values; a blank one is no reason to take two for one."""
    if kind.value_type is not ValueType.text or kind.coded or by == "exact":
        return lambda value: str(kind.to_json(value, options))
    if by == "phone" or (by == "same" and kind.name == "phone"):
        return _phone(str(getattr(options, "region", "CN")))
    if kind.name in {"phone", "email", "url"}:
        return spelling
    return company_key if by in {"company", "similar"} else spelling


def spelling(value: str) -> str:
    """Return a text without regard to case, width and spaces."""
    return _GAPS.sub("", fold(value))


def _phone(region: str) -> Normal:
    read = phone_reader(region)

    def normal(value: str) -> str:
        """Return E.164 without an extension; of what is no number in any country its digits."""
        if value[:1] == "+" and value[1:].isdecimal():  # as a field of phone numbers keeps it
            return value
        try:
            found = read(value)
        except PydanticCustomError:
            found = None
        if found is not None:
            return found.partition(_EXTENSION)[0]
        return _DIGITS.sub("", fold(value)) or spelling(value)

    return normal


def short(key: str) -> str:
    """Return a key that an index takes: a long one is told from others by its digest."""
    if len(key) <= _LONGEST:
        return key
    return key[: _LONGEST - 33] + "\x1e" + hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
