"""Records that were shared with a person for a time, as rows that rights speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engines.access.scope import RowScope
from engines.form.columns import Instant
from schemas.elements import Action

if TYPE_CHECKING:
    from datetime import datetime

    from engines.access.grants import FormAccess
    from engines.form import FormModel

READ, EDIT = "shared", "shared_edit"  # names no definition can say
SEEN, WRITTEN = (RowScope(frozenset({frozenset({(name, None)})})) for name in (READ, EDIT))

# The table belongs to the store above; rights only need these columns of it.
_share = sa.table(
    "weft_share", sa.column("form_uid", sa.BigInteger), sa.column("record_id", sa.BigInteger),
    sa.column("user_id", sa.BigInteger), sa.column("edit", sa.Boolean), sa.column("until", Instant),
    sa.column("revoked_at", Instant),
)  # fmt: skip


def with_shared(found: FormAccess) -> FormAccess:
    """Return rights with the rows that were shared: to them what the person may do to some row of the form.

    So a share opens a record and never a field that no role of the person shows.
    """
    if not found.may(Action.view):
        return found

    def also(said: Mapping[Any, RowScope], rows: RowScope) -> dict[Any, RowScope]:
        return {key: scope | rows for key, scope in said.items()}

    act = dict(found.act)
    act[Action.view] |= SEEN
    if Action.edit in act:
        act[Action.edit] |= WRITTEN
    edit = also(found.edit, WRITTEN) if Action.edit in act else found.edit
    return replace(found, act=act, read=also(found.read, SEEN), edit=edit)


def shared_rows(form: FormModel, user_id: int, now: datetime, *, edit: bool) -> sa.ColumnElement[bool]:
    """Return where a record is shared with somebody at a moment."""
    wanted = [
        _share.c.user_id == user_id, _share.c.form_uid == form.uid, _share.c.revoked_at.is_(None),
        _share.c.until > now,
    ]  # fmt: skip
    wanted += [_share.c.edit.is_(True)] if edit else []
    return form.table.c["_id"].in_(sa.select(_share.c.record_id).where(*wanted))
