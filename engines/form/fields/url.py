"""URL: the address of a page."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from engines.expression import ValueType
from engines.form import columns
from engines.form.field import Column, Example, FieldContext, FieldType, reads, refuse
from engines.form.readers.texts import line_reader
from schemas.elements import FieldOptions
from schemas.kinds import kind

_LONGEST = 2000
_BAD = re.compile(r"[\s\"<>\\^`{|}]")
_read_line = line_reader(_LONGEST)


def read_url(raw: Any) -> str | None:
    """Read an address of the web: no other scheme, and no sign-in data before the host."""
    text = _read_line(raw)
    if text is None:
        return None
    if text[:4].lower() == "www.":
        text = f"https://{text}"
    if not _is_web_address(text):
        raise refuse("field.not_a_url", value=raw)
    return text


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:  # brackets or a port that make no sense
        return False
    whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0
    return whole and "@" not in parts.netloc and not _BAD.search(text)


@kind
class Url(FieldType[FieldOptions, str]):
    """A link; only http and https, so that a click never runs a script."""

    name, icon, group = "url", "link", "contact"
    value_type = ValueType.text
    sortable = False
    examples = (
        Example(raw="https://example.com/路径?q=1&b=2#c", value="https://example.com/路径?q=1&b=2#c"),
        Example(raw=" http://[::1]:8080/ ", value="http://[::1]:8080/", json="http://[::1]:8080/"),
        Example(raw="www.example.com", value="https://www.example.com", json="https://www.example.com"),
        Example(raw="", value=None),
        Example(raw="javascript:alert(1)", error="field.not_a_url"),
        Example(raw="JaVaScRiPt://example.com/%0aalert(1)", error="field.not_a_url"),
        Example(raw="java\tscript:alert(1)", error="field.not_a_url"),
        Example(raw="data:text/html,x", error="field.not_a_url"),
        Example(raw="https://", error="field.not_a_url"),
        Example(raw="https://example.com:99999", error="field.not_a_url"),
        Example(raw="https://bank.example@evil.example/", error="field.not_a_url"),
        Example(raw='https://example.com/"onclick="x', error="field.not_a_url"),
        Example(raw="https://example.com/" + "x" * 2000, error="field.too_long"),
        Example(raw=5, error="field.not_a_url"),
    )

    def columns(self, options: FieldOptions, context: FieldContext) -> tuple[Column, ...]:
        """Return the address."""
        return (Column(columns.Text),)

    def annotation(self, options: FieldOptions, context: FieldContext) -> Any:
        """Accept an http or https address."""
        return reads(str, read_url, {"type": "string", "format": "uri", "maxLength": _LONGEST})
