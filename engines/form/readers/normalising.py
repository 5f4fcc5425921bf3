"""One way of writing for what many people type: width, spaces, case, and the names of companies."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

from engines.expression import fold

# What is made alike.
Alike = Literal["spaces", "width", "upper", "lower", "company"]

_SPACES = re.compile(r" {2,}")
# Letters, digits and signs; stops, commas and brackets stay as wide as the text around them wants them.
_NARROW = {
    wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F) if chr(wide) not in "！（），：；？．［］"
}
_NARROW[0x3000] = " "
_MARKS = re.compile(r"[^\w&+]+")
_LEGAL_FORM = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|股份公司|公司"
    r"|(?<=\s)(?:company|co|corporation|corp|incorporated|inc|limited|ltd|llc|plc|pty|gmbh|ag|sa|bv|kk))$"
)


def company_key(name: str) -> str:
    """Return what two ways of writing one company's name share: no legal form, no marks, no spaces."""
    words = _MARKS.sub(" ", fold(name)).strip()
    rest = words
    while shorter := _LEGAL_FORM.sub("", rest).rstrip(" &"):
        if shorter == rest:
            break
        rest = shorter
    return rest.replace(" ", "") or fold(name)


def narrow(value: str) -> str:
    """Return full-width letters, digits and signs in half their width."""
    return value.translate(_NARROW)


_CHANGES: dict[Alike, Callable[[str], str]] = {
    "width": narrow,
    "spaces": lambda value: _SPACES.sub(" ", value),
    "upper": str.upper,
    "lower": str.lower,
}


def normalising(rules: Sequence[Alike], read: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
    """Return a reader whose texts are made alike before ``read`` looks at them."""
    changes = [change for rule, change in _CHANGES.items() if rule in rules]
    if not changes:
        return read

    def alike(raw: Any) -> str | None:
        value = read(raw)
        if value is None:
            return None
        for change in changes:
            value = change(value)
        return read(value)

    return alike
