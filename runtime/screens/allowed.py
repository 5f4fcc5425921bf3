"""What a person may do with one record."""

from __future__ import annotations

import sqlalchemy as sa

from engines.access import NONE, Access
from engines.form import AppModel, FormModel
from runtime.web.call import Call
from schemas.elements import Action


def allowed(call: Call, form: FormModel, record_id: int, action: Action) -> bool:
    """Tell whether the person may do something to this record."""
    return may(call, (call.app, call.access), form, record_id, action)


def may(call: Call, who: tuple[AppModel, Access], form: FormModel, record_id: int, action: Action) -> bool:
    """Tell whether somebody may do something to a record of an app."""
    app, access = who
    scope = access.form(app, form).act.get(action, NONE)
    if scope.everything or scope.empty:
        return scope.everything
    lens = call.installation.store.lens(app, access, form)
    statement = sa.select(lens.within(scope)).where(form.table.c["_id"] == record_id)
    return bool(call.conn.scalar(statement))
