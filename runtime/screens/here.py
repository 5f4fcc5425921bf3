"""Where a page goes on to after a post: back to where the form stood."""

from __future__ import annotations

from runtime.web.call import Call


def back(call: Call, otherwise: str) -> str:
    """Return the address of this site that a form names as ``next``, else another."""
    asked = call.field("next")
    leads_away = (
        not asked.startswith("/") or asked.startswith("//") or "\\" in asked or not asked.isprintable()
    )
    return otherwise if leads_away else asked
