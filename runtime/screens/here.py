"""Where a page goes on to after a post: back to where the form stood."""

from __future__ import annotations

from runtime.web.call import Call


def back(call: Call, otherwise: str) -> str:
    """Return the address of this site that a form names as ``next``, else another."""
    return safe_next(call.field("next"), otherwise)


def safe_next(text: str, otherwise: str = "/") -> str:
    """Return an address of this site; anything that could lead elsewhere becomes another."""
    leads_away = not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable()
    return otherwise if leads_away else text
