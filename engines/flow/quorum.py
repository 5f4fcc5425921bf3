"""How many must agree: pure counting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Mode = Literal["any", "all", "sequential"]


def verdict(mode: Mode, outcomes: Sequence[str | None], *, first: bool = False) -> str | None:
    """Return ``approved``, ``rejected``, or None while more decisions are waited for.

    ``outcomes``: one for each who counts, None for whoever has not decided. ``first``: of any of them, the
    first decision counts, whatever it is.
    """
    approved, rejected = (sum(each == word for each in outcomes) for word in ("approve", "reject"))
    if mode == "any":
        if approved:
            return "approved"
        return "rejected" if outcomes and (rejected == len(outcomes) or (first and rejected)) else None
    if rejected:
        return "rejected"
    return "approved" if outcomes and approved == len(outcomes) else None
