"""Texts: lines and paragraphs, in NFC and without what cannot be seen."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from unicodedata import is_normalized, normalize

from engines.form.field import refuse

_SPACES = re.compile(r"[\x00-\x1f\x7f-\x9f\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
# Zero-width characters that join nothing, and the marks that turn the direction of the text after them.
_UNSEEN = re.compile(r"[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def line_reader(limit: int) -> Callable[[Any], str | None]:
    """Build the reader of one line of at most ``limit`` characters; nothing but white space is blank."""

    def read(raw: Any) -> str | None:
        value = (raw if raw.__class__ is str else as_text(raw)).strip()
        if not (value.isprintable() and is_normalized("NFC", value)):
            value = one_line(value)
        if len(value) > limit:
            raise refuse("field.too_long", value=value, max_length=limit)
        return value or None

    return read


def paragraph_reader(limit: int) -> Callable[[Any], str | None]:
    """Build the reader of a text of several lines, which stay."""

    def read(raw: Any) -> str | None:
        value = (raw if raw.__class__ is str else as_text(raw)).strip()
        if not (value.isprintable() and is_normalized("NFC", value)):
            value = _UNSEEN.sub("", _CONTROLS.sub("", _BREAKS.sub("\n", _composed(value)))).strip()
        if len(value) > limit:
            raise refuse("field.too_long", value=value, max_length=limit)
        return value or None

    return read


def one_line(value: str) -> str:
    """Return NFC on one line; control characters are what pasted cells bring along."""
    return _UNSEEN.sub("", _SPACES.sub(" ", _composed(value))).strip()


def _composed(value: str) -> str:
    if _SURROGATES.search(value):  # no database stores half a character
        raise refuse("field.not_text", value=ascii(value))
    return normalize("NFC", value)


def as_text(raw: object) -> str:
    """Return the text of a cell that a spreadsheet holds as a number or a date."""
    if isinstance(raw, str):
        return str(raw)
    if isinstance(raw, float) and math.isfinite(raw):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    if isinstance(raw, int) and not isinstance(raw, bool) and raw.bit_length() < 128:
        return str(raw)
    if isinstance(raw, Decimal) and raw.is_finite() and abs(raw.adjusted()) < 40:
        return format(raw, "f")
    if isinstance(raw, datetime):
        return raw.isoformat(" ", "seconds") if raw.time() != time() else raw.date().isoformat()
    if isinstance(raw, date | time):
        return raw.isoformat()
    raise refuse("field.not_text", value=raw)
