"""What two people, or a person and a role, may see together."""

from __future__ import annotations

from engines.access.grants import FormAccess
from engines.access.scope import NONE, RowScope
from schemas.elements import Action


def both(one: FormAccess, other: FormAccess) -> FormAccess:
    """Return what each of two lets see, never more than either; nothing may be done with it."""
    read: dict[str, RowScope] = {}
    outline: dict[str, RowScope] = {}
    masked: set[str] = set()
    for key in one.read.keys() & other.read.keys():
        shown, clear = _shown(one, key) & _shown(other, key), _clear(one, key) & _clear(other, key)
        if shown.empty:
            continue
        if clear.empty:
            masked.add(key)
        elif not clear.covers(shown):
            outline[key] = shown
        read[key] = shown if clear.empty else clear
    return FormAccess({Action.view: one.rows & other.rows}, read, {}, frozenset(masked), outline=outline)


def _clear(access: FormAccess, key: str) -> RowScope:
    return NONE if key in access.masked else access.read[key]


def _shown(access: FormAccess, key: str) -> RowScope:
    return access.read[key] | access.outline.get(key, NONE)
