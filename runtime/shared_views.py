"""Whom a view that somebody shares reaches: everybody, or who holds a role."""

from __future__ import annotations

from collections.abc import Collection

from engines.access import Access
from engines.form import AppModel

EVERYBODY = "all"


def roles_held(access: Access, app: AppModel) -> frozenset[str]:
    """Return the uids of the roles that somebody holds in an app, as texts."""
    held = {each.key for each in access.roles(app)}
    return frozenset(str(uid) for key, uid in app.roles.items() if key in held)


def reaches(shared: Collection[str], held: Collection[str]) -> bool:
    """Tell whether what is shared reaches who holds some roles."""
    return EVERYBODY in shared or not set(shared).isdisjoint(held)
