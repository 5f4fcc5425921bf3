"""A new record that begins as another one: what its reader may see of it, and fill in again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engines.form import FieldModel, FormModel
from engines.store import reading
from runtime.screens.inputs import raw_of
from runtime.screens.reading import read_one
from runtime.screens.values import Showing
from runtime.web.call import Call


def copied_from(call: Call, form: FormModel, fields: Sequence[FieldModel], record_id: int) -> dict[str, Any]:
    """Return raw values of another record. Files stay with it, what is unique would be refused."""
    found = read_one(call, form, record_id)
    visible = reading.visible_fields(
        call.installation.store, call.conn, call.app, call.access, form, record_id
    )
    showing, record = Showing(call, form, found.labels), found.records[0]
    taken = (
        each for each in fields
        if each.key in visible and not each.options.unique and each.target != "file"
    )  # fmt: skip
    return {each.key: _new(each, raw_of(showing, each, record.get(each.key))) for each in taken}


def _new(field: FieldModel, raw: Any) -> Any:
    """Return rows as new ones."""
    if field.rows is None:
        return raw
    kept = {key for key, each in field.rows.fields.items() if each.target != "file"}
    return [{key: value for key, value in row.items() if key in kept} for row in raw]
