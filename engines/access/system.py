"""Who made a record, and when: columns of every table, read by the rights to the fields that show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engines.access.scope import ALL, NONE, RowScope
from engines.form import FormModel

if TYPE_CHECKING:
    from engines.access.grants import FormAccess

# Until a record is changed, its last change is its creation.
ORIGIN: Mapping[str, str] = {"_updated_at": "_created_at", "_updated_by": "_created_by"}


def system_scope(form: FormModel, access: FormAccess, key: str) -> RowScope:
    """Return the rows whose system column may be read: all, unless fields of the form show it."""
    showing = form.showing.get(key)
    if showing is None:
        return ALL
    found = NONE
    for each in showing:
        if access.usable(each):
            found |= access.read[each]
    return found


def told_by_origin(form: FormModel, access: FormAccess, key: str) -> RowScope | None:
    """Return where a last change may be read although nothing followed the creation; None: everywhere.

    A field that shows the last change decides for itself.
    """
    if key not in ORIGIN or key in form.showing:
        return None
    scope = system_scope(form, access, ORIGIN[key])
    return None if scope.covers(access.rows) else scope
