"""What a person may do with one record."""

from __future__ import annotations

from engines.form import FormModel
from runtime.allowed import may
from runtime.web.call import Call
from schemas.elements import Action


def allowed(call: Call, form: FormModel, record_id: int, action: Action) -> bool:
    """Tell whether the person may do something to this record."""
    who = (call.app, call.access)
    return may(call.installation.store, call.conn, who, form, (record_id, action))
