"""Selects that follow another: which options are offered beside its choice."""

from __future__ import annotations

from typing import Any

from schemas.elements import Choice


def offered(choices: tuple[Choice, ...], parent: Any) -> frozenset[str]:
    """Return the options that may be chosen beside ``parent``: a key, several, or blank."""
    beside = set(parent) if isinstance(parent, tuple) else {parent}
    return frozenset(each.key for each in choices if not each.under or beside & {*each.under})


def _as_keys(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def out_of_place(choices: tuple[Choice, ...], value: Any, parent: Any) -> str | None:
    """Return the first chosen option that is not offered beside ``parent``."""
    known = offered(choices, parent)
    return next((each for each in _as_keys(value) if each not in known), None)
