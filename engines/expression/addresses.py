"""Addresses to write to."""

from __future__ import annotations

import re

_LOCAL = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_ADDRESS = re.compile(rf"({_LOCAL})@({_LABEL}(?:\.{_LABEL})+)")


def address_of(text: str) -> str | None:
    """Return an email address with its domain in lower case; None for what is none."""
    found = _ADDRESS.fullmatch(text)
    if found is None or len(found[1]) > 64 or found[2].rpartition(".")[2].isdigit():
        return None
    return f"{found[1]}@{found[2].lower()}"
