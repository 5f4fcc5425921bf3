"""Why a cell cannot be edited, as the end of a code whose text says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engines.form import FieldModel, FormModel, Storage
from runtime.flows import fixed, locked
from runtime.screens.allowed import allowed
from runtime.screens.depending import Depending
from runtime.screens.inputs import raw_of
from runtime.screens.posted import writable
from runtime.screens.values import Showing
from runtime.web.call import Call
from schemas.elements import Action

WRITTEN = frozenset({Storage.column, Storage.links, Storage.rows})


def why_closed(call: Call, form: FormModel, field: FieldModel, record: Mapping[str, Any]) -> str:
    """Return why a cell cannot be edited, as the end of a code; blank where it can."""
    record_id = int(record["_id"])
    if reason := why_column_closed(call, form, field):
        return reason
    if not allowed(call, form, record_id, Action.edit):
        return "forbidden"
    if locked(call, form, record_id):
        return "decided"
    inputs = writable(call, form, record_id)
    if field not in inputs:
        return "forbidden"
    if form.logic:
        showing = Showing(call, form, {})
        raw = {each.key: raw_of(showing, each, record.get(each.key)) for each in inputs}
        depending = Depending(showing, frozenset(each.key for each in inputs), record_id, raw)
        if depending.absent(field.key) or depending.closed(field.key):
            return "depends"
    return ""


def why_column_closed(call: Call, form: FormModel, field: FieldModel) -> str:
    """Return why a whole column cannot be edited; blank where some record may let it."""
    rights = call.access.form(call.app, form)
    if field.key in rights.masked:
        return "masked"
    if field.storage not in WRITTEN:
        return "computed"
    if field.rows is not None:
        return "rows"
    if field.kind.write_once or field.options.read_only:
        return "read_only"
    if not rights.may(Action.edit) or field.key not in rights.edit:
        return "forbidden"
    return "flow" if field.key in fixed(call, form, new=False) else ""
